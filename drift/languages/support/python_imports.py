"""What Python imports come to, once the whole tree is known. Speaks of names and folders, never of syntax."""

import sys
from collections.abc import Iterator
from typing import NamedTuple

from drift.facts import EdgeAttribute, FileFacts, RawImport
from drift.language import Edge, Resolution, Unresolved
from drift.languages.support.folders import ancestors, folder_of
from drift.languages.support.python_layout import PythonPlacement

_Attributes = frozenset[EdgeAttribute]
_Ends = tuple[tuple[str, bool, str], ...]  # (module or package, external, why it is not quite what was asked)


class _Place(NamedTuple):
    """From where a name is looked up: the source root, and the dotted folders below it that may be on Python's path.

    The first is the folder that running the file puts there; those above it are where a test run may start.
    """

    root: str
    beside: tuple[str, ...]


class _Found(NamedTuple):
    """What a dotted name comes to.

    `end` is where the edge ends; `scope` is the name below which imported names are looked for ("" when there is
    nothing below); `reason` says why this is not what was asked for; a `namespace` is a folder that is no module.
    """

    end: str
    scope: str = ""
    external: bool = False
    reason: str = ""
    namespace: bool = False


_ABOVE = _Found("", reason="it goes above the top of the source root")


class PythonResolver:
    """Resolves the imports of one file at a time; equal questions are answered once.

    An edge ends where grimp's does: `from a import b` at module `a.b` if there is one, else at `a`. An internal name
    that does not exist ends at its nearest existing ancestor, which Python imports on the way, and is reported.
    """

    def __init__(self, placement: PythonPlacement) -> None:
        self._modules = placement.modules
        self._module_of = placement.module_of
        self._names = _Names(placement)
        self._places: dict[str, _Place] = {}
        self._answers: dict[_Place, dict[str, _Found]] = {}
        self._kept: dict[tuple[_Attributes, bool, _Attributes], _Attributes] = {}

    def __call__(self, path: str, facts: FileFacts) -> Resolution:
        """Give the edges of one file, and the imports that lead nowhere."""
        modules = self._modules
        name = self._module_of[path]
        module = modules[name]
        package = name if module.is_package else name.rpartition(".")[0]
        folder = folder_of(path)
        place = self._places.get(folder)
        if place is None:
            place = self._places[folder] = self._names.place(folder)
        answers = self._answers.setdefault(place, {})
        own = _own_attributes(path, test=module.test)
        edges: list[Edge] = []
        unresolved: list[Unresolved] = []
        for raw in facts.imports:
            target = raw.target
            if target[0] == ".":
                found = self._relative(package, target, answers)
            else:
                found = answers.get(target) or answers.setdefault(target, self._names.find(target, place))
            names = raw.names
            if found.end and len(names) <= 1 and not found.reason and not found.namespace:
                # Nearly every import there is; the general case below would come to the same.
                end = found.end
                if names and found.scope and (child := f"{found.scope}.{names[0]}") in modules:
                    end = child
                ends: _Ends = ((end, found.external, ""),)
            else:
                ends = self._ends(found, raw)
            for end, external, reason in ends:
                if reason and EdgeAttribute.CONDITIONAL not in raw.attributes:
                    unresolved.append(Unresolved(path, raw.line, _written(raw), reason))
                if end and end != name:
                    key = (raw.attributes, external, own)
                    attributes = self._kept.get(key) or self._kept.setdefault(key, _joined(*key))
                    edges.append(Edge(name, end, path, raw.line, raw.column, attributes))
        return Resolution(tuple(edges), tuple(dict.fromkeys(unresolved)))

    def _relative(self, package: str, target: str, answers: dict[str, _Found]) -> _Found:
        rest = target.lstrip(".")
        level = len(target) - len(rest) - 1
        parts = package.split(".") if package else []
        if level > len(parts) or (level and level == len(parts)):
            return _ABOVE
        absolute = ".".join([*parts[: len(parts) - level], *([rest] if rest else [])])
        key = f".{absolute}"
        return answers.get(key) or answers.setdefault(key, self._names.inside(absolute))

    def _ends(self, found: _Found, raw: RawImport) -> _Ends:
        """Give (end, external, reason) of each module that one import reaches."""
        if not found.scope or not raw.names or raw.names[0] == "*":
            return ((found.end, found.external, found.reason),)
        ends: dict[tuple[str, bool, str], None] = {}
        for name in raw.names:
            child = f"{found.scope}.{name}" if found.scope != "." else name
            if child in self._modules:
                ends[child, False, ""] = None
            elif not found.namespace:
                ends[found.end, False, ""] = None
            else:
                below = self._names.below(child, raw.target)
                ends[below.end, below.external, below.reason] = None
        return tuple(ends)


def _own_attributes(path: str, *, test: bool) -> _Attributes:
    """Give what every import of a file is because of where it stands; a stub is read by type checkers alone."""
    if path.endswith(".pyi"):
        return _TEST_STUB if test else _STUB
    return _TEST if test else _PLAIN


_PLAIN: _Attributes = frozenset()
_TEST: _Attributes = frozenset({EdgeAttribute.TEST})
_STUB: _Attributes = frozenset({EdgeAttribute.TYPE_ONLY, EdgeAttribute.STUB})
_TEST_STUB = _TEST | _STUB


def _joined(raw: _Attributes, external: bool, own: _Attributes) -> _Attributes:  # noqa: FBT001 - a cache key, spread
    joined = raw | own | ({EdgeAttribute.EXTERNAL} if external else set())
    return joined - {EdgeAttribute.RUNTIME} if EdgeAttribute.TYPE_ONLY in joined else joined


class _Names:
    """The names of a tree, and the rules by which Python would find them."""

    def __init__(self, placement: PythonPlacement) -> None:
        self._placement = placement
        self._modules = placement.modules
        self._tops = {name.partition(".")[0] for name in placement.modules}
        # A module named as one of the standard library hides it inside its own root alone.
        standard = self._tops & sys.stdlib_module_names
        self._standard = _roots_of(placement, standard) if standard else {}
        self._renamed_tops = {top for _root, top in placement.renamed}
        self._roots = _by_path(placement)
        self._path_tops = {dotted.partition(".")[0] for dotted, _root in self._roots}
        self._namespaces: set[str] | None = None

    @property
    def namespaces(self) -> set[str]:
        """The dotted names of folders that hold modules and are none themselves."""
        if self._namespaces is None:
            found: set[str] = set()
            for name in self._modules:
                above = name.rpartition(".")[0]
                while above and above not in found:
                    found.add(above)
                    above = above.rpartition(".")[0]
            self._namespaces = found - self._modules.keys()
        return self._namespaces

    def place(self, folder: str) -> _Place:
        """Tell from where a file in this folder looks up names."""
        root = self._placement.root_of[folder]
        start = self._placement.packages.import_root(folder)
        inner = start[len(root) + 1 if root else 0 :]
        beside = tuple(above.replace("/", ".") for above in ancestors(inner) if above)
        return _Place(root if self._standard or self._renamed_tops else "", beside)

    def find(self, target: str, place: _Place) -> _Found:
        """Look up an absolute name as a file at this place would."""
        top = target.partition(".")[0]
        nearest = None
        for candidate in self._candidates(target, top, place):
            if candidate in self._modules:
                return _Found(candidate, candidate)
            if candidate in self.namespaces:
                return self._namespace(candidate)
            if nearest is None and (lost := self.lost(candidate)).reason:
                nearest = lost
        return nearest or _Found(top, external=True)

    def inside(self, name: str) -> _Found:
        """Look up a name that can only be in this tree, as a relative import's is."""
        if name in self._modules:
            return _Found(name, name)
        if not name:
            return _Found("", ".", namespace=True)
        return self._namespace(name) if name in self.namespaces else self._nearest(name)

    def below(self, child: str, target: str) -> _Found:
        """Look up what a namespace was asked for and has no module of: perhaps another package shares its name."""
        if child in self.namespaces:
            return self._namespace(child)
        found = self.lost(child)
        if not found.external:
            return found
        return self._nearest(child) if target[0] == "." else found._replace(end=target.partition(".")[0])

    def _namespace(self, name: str) -> _Found:
        """An import of a bare folder ends at the package it lies in, as grimp has it, or else at its own name."""
        return _Found(self._above(name) or name, name, namespace=True)

    def lost(self, name: str) -> _Found:
        """Say what a name comes to that no module has: a gap in a package of ours, or another's package."""
        top = name.partition(".")[0]
        return self._nearest(name) if top in self._modules else _Found(top, external=True)

    def _nearest(self, name: str) -> _Found:
        return _Found(self._above(name), reason=f"there is no module {name} in this tree")

    def _above(self, name: str) -> str:
        while name and name not in self._modules:
            name = name.rpartition(".")[0]
        return name

    def _holds(self, above: str, top: str, target: str) -> bool:
        return above + top in self._modules or above + target in self._modules

    def _candidates(self, target: str, top: str, place: _Place) -> Iterator[str]:
        """Give the names in this tree that an absolute name may mean, in the order Python would try them."""
        if place.beside:
            yield f"{place.beside[0]}.{target}"
            if top not in sys.stdlib_module_names:
                # A folder that is no module shares its name too easily with somebody else's package.
                outer = (f"{above}." for above in place.beside[1:])
                yield from (above + target for above in outer if self._holds(above, top, target))
        rest = target[len(top) :]
        if top in self._renamed_tops and (own := self._placement.renamed.get((place.root, top))):
            yield own + rest
        if top in self._tops and (top not in self._standard or place.root in self._standard[top]):
            yield target
        if top in self._path_tops:
            # Some projects import by a path from further up: `src.app.x` for what is `app.x`.
            for dotted, root in self._roots:
                if target.startswith(dotted):
                    first, dot, below = target[len(dotted) :].partition(".")
                    yield self._placement.renamed.get((root, first), first) + dot + below
        if top in self._renamed_tops:
            yield from (given + rest for (_root, name), given in self._placement.renamed.items() if name == top)


def _by_path(placement: PythonPlacement) -> list[tuple[str, str]]:
    """Give (dotted path, root) of each root as seen from the top and from every root above it, the longest first."""
    roots = set(placement.roots)
    pairs = {
        (root[len(outer) + 1 if outer else 0 :].replace("/", ".") + ".", root)
        for root in roots
        for outer in ancestors(root)
        if outer in roots and outer != root
    }
    return sorted(pairs, key=lambda pair: (-len(pair[0]), pair))


def _roots_of(placement: PythonPlacement, tops: set[str]) -> dict[str, set[str]]:
    roots: dict[str, set[str]] = {top: set() for top in tops}
    for path, name in placement.module_of.items():
        top = name.partition(".")[0]
        if top in tops:
            roots[top].add(placement.root_of[folder_of(path)])
    return roots


def _written(raw: RawImport) -> str:
    """Give an import as its author would recognise it."""
    return f"from {raw.target} import {', '.join(raw.names)}" if raw.names else f"import {raw.target}"
