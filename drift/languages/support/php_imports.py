"""What the class names and includes of PHP come to, once the whole tree is known. Never looks at syntax."""

from collections.abc import Mapping
from typing import NamedTuple

from drift.facts import EdgeAttribute, FileFacts, RawImport
from drift.language import Edge, Resolution, Unresolved
from drift.languages.support.folders import folder_of, join, normal
from drift.languages.support.namespaces import NamespacePlacement, choose
from drift.languages.support.php_layout import SUFFIXES, Composer
from drift.languages.support.php_names import UNKNOWN

_EXTERNAL = frozenset({EdgeAttribute.EXTERNAL})
_TEST = frozenset({EdgeAttribute.TEST})


class _Found(NamedTuple):
    """What an import comes to: the end of an edge ("" for none), whether it is external, what is wrong with it."""

    end: str = ""
    external: bool = False
    reason: str = ""


class PhpResolver:
    """Resolves the names of one file at a time. Namespaces and classes are compared without case, as PHP does."""

    def __init__(self, placement: NamespacePlacement, composer: Composer) -> None:
        self._placement = placement
        self._composer = composer
        self._module_of: Mapping[str, str] = placement.module_of

    def __call__(self, path: str, facts: FileFacts) -> Resolution:
        """Give the edges of one file, and what leads nowhere."""
        name = self._module_of[path]
        test = self._placement.modules[name].test
        edges: list[Edge] = []
        unresolved: list[Unresolved] = []
        for raw in facts.imports:
            found = self._file(raw.target, path) if "/" in raw.target else self._class(_written(raw), name)
            if found.reason:
                what = raw.target.removeprefix(UNKNOWN).removeprefix("/") if "/" in raw.target else _written(raw)
                unresolved.append(Unresolved(path, raw.line, what, found.reason))
            if found.end and found.end != name:
                attributes = raw.attributes | _EXTERNAL if found.external else raw.attributes
                edges.append(
                    Edge(name, found.end, path, raw.line, raw.column, attributes | _TEST if test else attributes)
                )
        return Resolution(tuple(edges), tuple(dict.fromkeys(unresolved)))

    def _class(self, name: str, own: str) -> _Found:
        """Resolve a class, function or constant by its full name; a `use` may also name a whole namespace."""
        space, _, last = name.rpartition("\\")
        whole, folded, spaces = name.lower(), space.lower(), self._placement.spaces
        holders = self._placement.types.get((folded, last.lower())) or spaces.get(whole)
        if not holders and whole in self._placement.parents:
            return _Found()
        if holders := holders or (spaces.get(folded) if space else None):
            return _Found(choose(holders, own))
        reason = ""
        if self._composer.is_own(folded):
            reason = f"no file of this tree declares the namespace {space} (generated code is not read)"
        # The classes of PHP itself and of old libraries have no namespace to go by.
        return _Found(space or last, external=True, reason=reason)

    def _file(self, target: str, path: str) -> _Found:
        """Resolve an included file: beside the one that includes it, or below the top."""
        unknown = target.startswith(UNKNOWN)
        relative = target.removeprefix(UNKNOWN).lstrip("/")
        near = None if unknown else normal(join(folder_of(path), relative))
        for candidate in (near, None if target.startswith("./") else normal(relative)):
            if candidate is not None and candidate in self._module_of:
                return _Found(self._module_of[candidate])
        if unknown:
            return _Found(reason="the path begins with a value that only the running program knows")
        if not relative.endswith(SUFFIXES) or "vendor/" in relative:
            return _Found()
        return _Found(reason="there is no such file")


def _written(raw: RawImport) -> str:
    return "\\".join((raw.target, *(name for name in raw.names if name != raw.target)))
