"""What the `using` directives and type names of C# come to, once the whole tree is known. Never looks at syntax."""

from typing import NamedTuple

from drift.facts import EdgeAttribute, FileFacts, RawImport
from drift.language import Edge, Resolution, Unresolved
from drift.languages.support.csharp_layout import OPENED, Projects
from drift.languages.support.namespaces import NamespacePlacement, choose, parents

_EXTERNAL = frozenset({EdgeAttribute.EXTERNAL})
_TEST = frozenset({EdgeAttribute.TEST})
_PLATFORM = frozenset({"System", "Microsoft", "Windows"})


class _File(NamedTuple):
    """What decides the meaning of a name in a file: its namespaces with those round them, and what is open to it."""

    own: str
    spaces: tuple[str, ...]
    opened: tuple[str, ...]
    project: tuple[str, ...]


class _Found(NamedTuple):
    """What an import comes to: the end of an edge ("" for none), whether it is external, what is wrong with it."""

    end: str = ""
    external: bool = False
    reason: str = ""


class CSharpResolver:
    """Resolves the names of one file at a time.

    A directive is an import of its namespace. A type name is one where it means a type of the tree that no directive
    of the file opens: of an enclosing namespace, of one that the project opens, or written in full.
    """

    def __init__(self, placement: NamespacePlacement, projects: Projects) -> None:
        self._placement = placement
        self._spaces, self._types = placement.spaces, placement.types
        self._projects = projects
        self._heads = _PLATFORM | {name.partition(".")[0] for name in projects.packages}

    def __call__(self, path: str, facts: FileFacts) -> Resolution:
        """Give the edges of one file, and the directives that lead nowhere."""
        name = self._placement.module_of[path]
        test = self._placement.modules[name].test
        file = self._file(path, name, facts)
        edges: list[Edge] = []
        unresolved: list[Unresolved] = []
        for raw in facts.imports:
            found = self._directive(raw, file) if raw.names else self._used(raw.target, file)
            if found.reason:
                unresolved.append(Unresolved(path, raw.line, _written(raw), found.reason))
            if found.end and found.end != name:
                attributes = raw.attributes | _EXTERNAL if found.external else raw.attributes
                edges.append(
                    Edge(name, found.end, path, raw.line, raw.column, attributes | _TEST if test else attributes)
                )
        return Resolution(tuple(edges), tuple(dict.fromkeys(unresolved)))

    def _file(self, path: str, name: str, facts: FileFacts) -> _File:
        folder = self._projects.folder(path)
        around: dict[str, None] = {}
        for scope in facts.scopes:
            if scope.package != OPENED:
                around.update(dict.fromkeys((scope.package, *parents(scope.package, "."))))
        around.pop("", None)
        opened = [raw.target for raw in facts.imports if raw.names == ("*",)]
        project = self._projects.folders[folder].opened if folder is not None else ()
        return _File(name, (*around, ""), tuple(opened), project)

    def _directive(self, raw: RawImport, file: _File) -> _Found:
        """Resolve `using A.B`, `using static A.B.Type` and `using Alias = A.B.Type`."""
        whole = raw.target if raw.names == ("*",) else _written(raw)
        for space in ("", *file.spaces):
            inside = f"{space}.{whole}" if space else whole
            if inside in self._spaces:
                return self._own(inside, file)
            if inside in self._placement.parents:
                return _Found()
        found, rest = self._longest(raw.target.split("."))
        if found and (not rest or (found, rest[0]) in self._types):
            return self._own(found, file)
        if "." in found and not self._is_package(raw.target):
            reason = f"no file of this tree declares the namespace {raw.target} (generated code is not read)"
            return _Found(raw.target, external=True, reason=reason)
        return _Found(raw.target, external=True)

    def _used(self, name: str, file: _File) -> _Found:
        """Resolve a type name, as the compiler does: from the inside out, then by what is open."""
        segments = name.split(".")
        head = segments[0]
        for space in file.spaces:
            if holders := self._types.get((space, head)):
                return _Found(choose(holders, file.own))
            inside = f"{space}.{head}" if space else head
            if inside in self._spaces or inside in self._placement.parents:
                found, rest = self._longest([*(space.split(".") if space else ()), *segments])
                holders = self._types.get((found, rest[0])) if rest else None
                return _Found(choose(holders, file.own)) if holders else _Found()
        if any((space, head) in self._types for space in file.opened):
            return _Found()
        for space in file.project:
            if holders := self._types.get((space, head)):
                return _Found(choose(holders, file.own))
        if len(segments) > 1 and head in self._heads:
            return _Found(name.rpartition(".")[0], external=True)
        return _Found()

    def _own(self, space: str, file: _File) -> _Found:
        return _Found(choose(self._spaces[space], file.own))

    def _longest(self, segments: list[str]) -> tuple[str, list[str]]:
        """Give the longest namespace of the tree that a name begins with ("" for none), and what follows it."""
        for length in range(len(segments), 0, -1):
            space = ".".join(segments[:length])
            if space in self._spaces:
                return space, segments[length:]
        return "", segments

    def _is_package(self, space: str) -> bool:
        """Tell whether a package that some project wants may hold this namespace."""
        return any(above in self._projects.packages for above in (space, *parents(space, ".")))


def _written(raw: RawImport) -> str:
    return ".".join((raw.target, *(name for name in raw.names if name not in {"*", raw.target})))
