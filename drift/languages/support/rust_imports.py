"""What Rust paths come to, once the whole tree is known. Never looks at syntax."""

from typing import NamedTuple

from drift.facts import EdgeAttribute, FileFacts
from drift.language import Edge, Resolution, Unresolved
from drift.languages.support.rust_layout import Package, RustPlacement

_STANDARD = {"std", "core", "alloc", "proc_macro", "test"}
_NO_CRATE = "neither a module here nor a crate that Cargo.toml names"


class _Found(NamedTuple):
    """The end of an edge ("" for none), whether it is external, why it leads nowhere."""

    end: str
    external: bool = False
    reason: str = ""


class RustResolver:
    """Resolves the paths of one file at a time; equal questions are answered once."""

    def __init__(self, placement: RustPlacement) -> None:
        self._placement = placement
        self._modules = placement.modules
        self._known: dict[tuple[str, str], _Found] = {}

    def __call__(self, path: str, facts: FileFacts) -> Resolution:
        """Give the edges of one file, and the `use` declarations that lead nowhere."""
        name = self._placement.module_of[path]
        test = self._modules[name].test
        edges: list[Edge] = []
        unresolved: list[Unresolved] = []
        for raw in facts.imports:
            for written in [f"{raw.target}::{one}".removeprefix("::") for one in raw.names] or [raw.target]:
                found = self._known.get((path, written))
                if found is None:
                    found = self._known[path, written] = self._find(written, path, declared=bool(raw.names))
                if found.reason:
                    unresolved.append(Unresolved(path, raw.line, written, found.reason))
                elif found.end and found.end != name:
                    attributes = raw.attributes | ({EdgeAttribute.EXTERNAL} if found.external else set())
                    attributes |= {EdgeAttribute.TEST} if test else set()
                    edges.append(Edge(name, found.end, path, raw.line, raw.column, attributes))
        return Resolution(tuple(dict.fromkeys(edges)), tuple(dict.fromkeys(unresolved)))

    def _find(self, written: str, path: str, *, declared: bool) -> _Found:
        first, *rest = written.split("::")
        place = self._here(first, rest, path)
        if place is not None:
            return _Found(place)
        package = self._placement.package_of[path]
        if first in package.dependencies or first == package.crate:
            return self._crate(first, rest, package)
        if first in _STANDARD:
            return _Found(first, external=True)
        return _Found("", reason=_NO_CRATE if declared and first[:1].islower() else "")

    def _here(self, first: str, rest: list[str], path: str) -> str | None:
        """Give the module that a path means inside its own crate; None where its first name is none of the crate's."""
        own, crate = self._placement.module_of[path], self._placement.crate_of[path]
        if first == "crate":
            return self._longest(crate, rest)
        if first in {"self", "super"}:
            return self._upward(own, [first, *rest])
        # The second form is that of edition 2015, and of integration tests beside each other.
        for child in (f"{own}::{first}", f"{crate}::{first}"):
            if child in self._modules:
                return self._longest(child, rest)
        return None

    def _crate(self, name: str, rest: list[str], package: Package) -> _Found:
        folder = package.dependencies.get(name, package.folder)
        target = None if folder is None else self._placement.packages.get(folder)
        if target is None:
            return _Found(name, external=True)
        return _Found(self._longest(target.root, rest))

    def _upward(self, own: str, parts: list[str]) -> str:
        place = own
        while parts and parts[0] in {"self", "super"}:
            if parts.pop(0) == "super":
                place = place.rpartition("::")[0] or place
        return self._longest(place, parts)

    def _longest(self, root: str, parts: list[str]) -> str:
        """Give the deepest module on a path; what follows are its items."""
        found = root
        for part in parts:
            if f"{found}::{part}" not in self._modules:
                break
            found = f"{found}::{part}"
        return found if found in self._modules else ""
