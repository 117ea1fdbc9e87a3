"""PHP as deptrac reads it: a module for each class, named in full; what an import names is that class or external."""

from collections.abc import Mapping
from dataclasses import dataclass

from drift.facts import EdgeAttribute, FileFacts, Scope, Tier
from drift.language import Edge, Layout, Module, Placement, Resolution, Resolver
from drift.languages.php import Php


@dataclass(frozen=True, slots=True)
class DeptracPhp:
    """The PHP language with deptrac's eyes. A file with several classes is known by its first one."""

    name: str = "php"
    version: int = Php().version
    suffixes: tuple[str, ...] = Php().suffixes
    manifest_names: tuple[str, ...] = ()

    def dialect(self, path: str) -> str:
        """Name the grammar, as the language does."""
        return Php().dialect(path)

    def extract(self, path: str, source: bytes, tier: Tier = Tier.BODIES) -> FileFacts:
        """Read one file, as the language does."""
        return Php().extract(path, source, tier)

    def place(self, layout: Layout) -> Placement:
        """Name each file by its first class, or by its path where it has none."""
        modules: dict[str, Module] = {}
        module_of: dict[str, str] = {}
        for path in sorted(layout.paths):
            if path.endswith(self.suffixes):
                name = next(iter(_classes(layout.scopes.get(path, ()))), path.rpartition(".")[0])
                module_of[path] = name
                modules.setdefault(name, Module(name, path, self.name))
        return Placement(modules, module_of, {})

    def resolver(self, layout: Layout, placement: Placement) -> Resolver:
        """Prepare to resolve imports. Names are compared without case, as PHP does."""
        known = {
            name.lower(): placement.module_of[path]
            for path, scopes in layout.scopes.items()
            if path in placement.module_of
            for name in _classes(scopes)
        }
        return _DeptracResolver(placement.module_of, known)


def _classes(scopes: tuple[Scope, ...]) -> list[str]:
    return [f"{scope.package}\\{name}" if scope.package else name for scope in scopes for name in scope.names]


class _DeptracResolver:
    """Resolves the imports of one file at a time."""

    def __init__(self, module_of: Mapping[str, str], known: Mapping[str, str]) -> None:
        self._module_of = module_of
        self._known = known

    def __call__(self, path: str, facts: FileFacts) -> Resolution:
        """Give the edges of one file; an included file is no class, so none of deptrac's business."""
        name = self._module_of[path]
        edges: dict[Edge, None] = {}
        for raw in facts.imports:
            target = "\\".join((raw.target, *(one for one in raw.names if one != raw.target))).strip("\\")
            if "/" in target or not target:
                continue
            own = self._known.get(target.lower())
            attributes = raw.attributes if own else raw.attributes | {EdgeAttribute.EXTERNAL}
            if own != name:
                edges[Edge(name, own or target, path, raw.line, raw.column, attributes)] = None
        return Resolution(tuple(edges), ())
