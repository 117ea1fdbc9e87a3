"""What Ruby requires and constants come to, once the whole tree is known. Never looks at syntax."""

from typing import NamedTuple

from drift.facts import EdgeAttribute, FileFacts, RawImport
from drift.language import Edge, Layout, Placement, Resolution, Unresolved
from drift.languages.support.folders import folder_of, join, normal
from drift.languages.support.ruby_layout import SUFFIXES, load_names, roots_of, squashed


class _Found(NamedTuple):
    """The end of an edge ("" for none), whether it is external, why it leads nowhere."""

    end: str
    external: bool = False
    reason: str = ""


class RubyResolver:
    """Resolves the requires and constants of one file at a time."""

    def __init__(self, layout: Layout, placement: Placement) -> None:
        self._placement = placement
        paths = [path for path in sorted(layout.paths) if path in placement.module_of]
        self._by_name = load_names(paths)
        self._roots = sorted({root for path in paths for root in roots_of(path)})
        self._tops = {name.partition("/")[0] for name in self._by_name}

    def __call__(self, path: str, facts: FileFacts) -> Resolution:
        """Give the edges of one file, and the requires that lead nowhere."""
        name = self._placement.module_of[path]
        test = self._placement.modules[name].test
        edges: list[Edge] = []
        unresolved: list[Unresolved] = []
        for raw in facts.imports:
            found = self._find(raw, path)
            if found.reason:
                unresolved.append(Unresolved(path, raw.line, raw.target, found.reason))
            elif found.end and found.end != name:
                attributes = raw.attributes | ({EdgeAttribute.EXTERNAL} if found.external else set())
                attributes |= {EdgeAttribute.TEST} if test else set()
                edges.append(Edge(name, found.end, path, raw.line, raw.column, attributes))
        return Resolution(tuple(edges), tuple(dict.fromkeys(unresolved)))

    def _find(self, raw: RawImport, path: str) -> _Found:
        how = raw.names[0] if raw.names else ""
        if how == "require_relative":
            return self._relative(raw.target, path)
        if how in {"require", "load", "autoload"}:
            return self._required(raw.target, path)
        return self._constant(raw.names, path)

    def _relative(self, target: str, path: str) -> _Found:
        inner = normal(join(folder_of(path), target))
        file = self._file(inner) if inner is not None else ""
        return _Found(file) if file else _Found("", reason="there is no such file")

    def _required(self, target: str, path: str) -> _Found:
        if target.startswith("."):
            inner = normal(target)
            file = self._file(inner) if inner is not None else ""
            return _Found(file) if file else _Found("", reason="there is no such file")
        near = sorted(self._roots, key=lambda root: (-_shared(root, path), root))
        for root in (*near, "", "spec", "test"):
            if file := self._file(join(root, target)):
                return _Found(file)
        first = target.partition("/")[0]
        if "/" in target and squashed(first) in self._tops and any(self._holds(root, first) for root in self._roots):
            return _Found("", reason=f"there is no {target} where {first} lies")
        return _Found(first.removesuffix(".rb"), external=True)

    def _file(self, place: str) -> str:
        """Give the module of a path with or without suffix; "" where there is none."""
        module_of = self._placement.module_of
        return next((module_of[one] for one in (place, *(place + end for end in SUFFIXES)) if one in module_of), "")

    def _holds(self, root: str, first: str) -> bool:
        return self._file(join(root, first)) != ""

    def _constant(self, candidates: tuple[str, ...], path: str) -> _Found:
        """Look a constant up from the innermost scope outwards, each by its longest part that is a file."""
        for candidate in candidates:
            scope, _, written = candidate.rpartition(" ")
            parts = written.split("::")
            while parts:
                whole = "::".join([scope, *parts] if scope else parts)
                files = self._by_name.get(squashed(whole))
                if files:
                    nearest = min(files, key=lambda file: (-_shared(file, path), file))
                    return _Found(self._placement.module_of[nearest])
                parts.pop()
        return _Found("")


def _shared(one: str, other: str) -> int:
    """Count the folders that two paths share."""
    count = 0
    for left, right in zip(one.split("/"), other.split("/"), strict=False):
        if left != right:
            break
        count += 1
    return count
