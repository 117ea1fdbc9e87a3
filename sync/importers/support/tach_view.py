"""Python as tach reads it: a module for each file below the source roots, an edge for each imported name.

An edge ends at the full name as written (`shop.stock.Level`), since what tach lets through depends on that name. Knows
no configuration but the source roots and what is excluded.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from drift.facts import EdgeAttribute, FileFacts, RawImport, Tier
from drift.language import Edge, Layout, Module, Placement, Resolution, Resolver
from drift.languages.python import Python
from drift.languages.support.folders import ancestors, join
from sync.importers.support.globs import ignored
from sync.importers.support.tach_config import excluded, owner

INIT = "__init__.py"
MANIFESTS = ("pyproject.toml", "setup.py", "requirements.txt")


@dataclass(frozen=True, slots=True)
class TachPython:
    """The Python language with tach's eyes. `home` is the folder of the configuration."""

    roots: tuple[str, ...]
    exclude: tuple[str, ...]
    home: str
    name: str = "python"
    version: int = Python().version
    suffixes: tuple[str, ...] = (".py",)
    manifest_names: tuple[str, ...] = ()
    plain: bool = True

    def dialect(self, path: str) -> str:
        """Name the grammar, as the language does."""
        return Python().dialect(path)

    def extract(self, path: str, source: bytes, tier: Tier = Tier.BODIES) -> FileFacts:
        """Read one file, as the language does."""
        return Python().extract(path, source, tier)

    def place(self, layout: Layout) -> Placement:
        """Name the modules below the source roots; each file has the deepest of them."""
        modules: dict[str, Module] = {}
        module_of: dict[str, str] = {}
        is_excluded = excluded(self.exclude)
        for path in sorted(layout.paths):
            if path.endswith(".py") and (root := owner(path, self.roots)) is not None and not is_excluded(path):
                inside = path[len(root) + 1 if root else 0 :]
                is_package = inside.rpartition("/")[2] == INIT
                stem = inside.rpartition("/")[0] if is_package else inside.removesuffix(".py")
                name = stem.replace("/", ".") or "."
                modules.setdefault(name, Module(name, path, self.name, is_package))
                module_of[path] = name
        return Placement(modules, module_of, {})

    def resolver(self, layout: Layout, placement: Placement) -> Resolver:
        """Prepare to resolve imports."""
        return TachResolver(self, layout.paths, placement)


class TachResolver:
    """Resolves the imports of one file at a time."""

    def __init__(self, python: TachPython, paths: frozenset[str], placement: Placement) -> None:
        self._roots = python.roots
        self._paths = paths
        self._module_of = placement.module_of
        self._modules = placement.modules
        self._is_excluded = ignored(python.exclude)
        self._package = {root: _package_root(root, python.home, paths) for root in python.roots}
        self._homes: dict[str, str | None] = {}

    def __call__(self, path: str, facts: FileFacts) -> Resolution:
        """Give the edges of one file to names of the same package; all else is none of tach's business here."""
        name = self._module_of[path]
        package = self._package[owner(path, self._roots) or ""]
        edges: dict[Edge, None] = {}
        for raw in facts.imports:
            if EdgeAttribute.DYNAMIC in raw.attributes:
                continue
            for target in _names(raw, name, is_package=path.endswith(INIT)):
                if target != name and self._home(target) == package:
                    edges[Edge(name, target, path, raw.line, raw.column, raw.attributes)] = None
        return Resolution(tuple(edges), ())

    def _home(self, target: str) -> str | None:
        """Give the package root of the file that a name leads to; None where there is none, or it is excluded."""
        if target not in self._homes:
            found = self._file(target)
            counts = found is not None and not self._is_excluded(found[0], False)  # noqa: FBT003 (as the matcher of ignore files wants it)
            self._homes[target] = self._package[found[1]] if found and counts else None
        return self._homes[target]

    def _file(self, target: str) -> tuple[str, str] | None:
        """Give the file of a module, or of the module that a name is a member of, with its source root."""
        parts = target.split(".")
        if not all(part.replace("_", "a").replace("*", "a").isalnum() for part in parts):
            return None
        for root in self._roots:
            for length in (len(parts), len(parts) - 1):
                place = join(root, "/".join(parts[:length]))
                endings = ("/__init__.pyi", "/__init__.py", ".pyi", ".py") if length else ()
                found = next((place + end for end in endings if place + end in self._paths), None)
                if found:
                    return found, root
        return None


def _package_root(root: str, home: str, paths: frozenset[str]) -> str:
    """Give the nearest folder with a manifest, from a source root up to the folder of the configuration."""
    for folder in ancestors(root):
        if folder == home or any(join(folder, name) in paths for name in MANIFESTS):
            return folder
    return home


def _names(raw: RawImport, module: str, *, is_package: bool) -> Iterator[str]:
    """Give the full dotted names that one import statement speaks of."""
    rest = raw.target.lstrip(".")
    dots = len(raw.target) - len(rest)
    if not dots:
        yield from ([f"{rest}.{name}" for name in raw.names] if raw.names else [rest])
        return
    parts = module.split(".")
    stripped = dots - 1 if is_package else dots
    if stripped > len(parts):
        return
    base = [*parts[: len(parts) - stripped], *([rest] if rest else [])]
    if base:
        yield from (".".join([*base, name]) for name in raw.names)


def wanted(roots: Iterable[str], exclude: tuple[str, ...]) -> "_Wanted":
    """Give a function that chooses the files to be read."""
    return _Wanted(tuple(roots), exclude)


class _Wanted:
    def __init__(self, roots: tuple[str, ...], exclude: tuple[str, ...]) -> None:
        self._roots = roots
        self._is_excluded = excluded(exclude)

    def __call__(self, paths: Iterable[str]) -> list[str]:
        return [path for path in paths if owner(path, self._roots) is not None and not self._is_excluded(path)]
