"""Which Rust module each file is: `crate::store` by its place below a crate's root. Reads paths and `Cargo.toml`."""

import tomllib
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from drift.language import Layout, Module, Placement
from drift.languages.support.folders import ancestors, below, folder_of, join, name_of, normal
from specs.values import dataclass

NAME = "rust"
ROOT = "crate"
# Folders of a package whose files are crates of their own, and whether those are tests.
_TARGETS = {"tests": True, "benches": True, "examples": False}
_DEPENDENCIES = ("dependencies", "dev-dependencies", "build-dependencies")


@dataclass(frozen=True, slots=True)
class Package:
    """A package: its folder, the module name of its library, its crate's name in code, and what it depends on.

    `dependencies` maps each name in code to the folder of a package of this tree, or to None for somebody else's.
    """

    folder: str
    root: str
    crate: str
    library: str
    dependencies: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class RustPlacement(Placement):
    """A placement that remembers the package of each file, and the module that `crate` means there."""

    packages: Mapping[str, Package]
    package_of: Mapping[str, Package]
    crate_of: Mapping[str, str]


def place(layout: Layout) -> RustPlacement:
    """Name the module of every `.rs` file.

    The package at the top is `crate`, others go by their crate's name. A binary beside a library is `crate::main` or
    `crate::bin::name`, integration tests, benches and examples are `crate::tests::name` and so on.
    """
    paths = sorted(path for path in layout.paths if path.endswith(".rs"))
    packages = {one.folder: one for one in _packages(layout.manifests, frozenset(paths))}
    nowhere = packages.get("") or Package("", ROOT, ROOT, _library("", {}, frozenset(paths)), {})
    modules: dict[str, Module] = {}
    module_of: dict[str, str] = {}
    package_of: dict[str, Package] = {}
    crate_of: dict[str, str] = {}
    for path in paths:
        package = next((packages[above] for above in ancestors(folder_of(path)) if above in packages), nowhere)
        name, crate, test = _named(path, package)
        if name in modules:
            name = path
        modules[name] = Module(name, path, NAME, is_package=name == crate, test=test)
        module_of[path], package_of[path], crate_of[path] = name, package, crate
    return RustPlacement(modules, module_of, {}, packages, package_of, crate_of)


def _named(path: str, package: Package) -> tuple[str, str, bool]:
    """Give a file's module, the module that `crate` means in it, and whether it is test code."""
    inner = path[len(package.folder) + 1 if package.folder else 0 :]
    head, _, rest = inner.partition("/")
    if rest and head in _TARGETS:
        crate = f"{package.root}::{head}"
        return _below(crate, rest), crate, _TARGETS[head]
    if path == package.library:
        return package.root, package.root, False
    source = folder_of(package.library)
    if below(source, path):
        inside = path[len(source) + 1 if source else 0 :]
        return _below(package.root, inside), package.root, _is_test(inside)
    return _below(package.root, inner.removeprefix("src/")), package.root, _is_test(inner)


def _below(root: str, inside: str) -> str:
    parts = inside.removesuffix(".rs").split("/")
    if parts[-1] == "mod" and parts[1:]:
        parts.pop()
    return "::".join([root, *(part.replace("-", "_") for part in parts)])


def _is_test(inside: str) -> bool:
    return inside.removesuffix(".rs").rpartition("/")[2] in {"test", "tests"} or "/tests/" in f"/{folder_of(inside)}/"


def _packages(manifests: Mapping[str, str], paths: frozenset[str]) -> Iterator[Package]:
    """Give the package of each manifest that declares one, or whose folder holds sources."""
    read = {folder_of(path): _table(text) for path, text in sorted(manifests.items())}
    shared = _mapping(_mapping(read.get("", {}), "workspace"), "dependencies")
    taken: set[str] = set()
    for folder, table in read.items():
        package, library = _mapping(table, "package"), _mapping(table, "lib")
        if not package and folder:
            continue
        crate = _in_code(str(library.get("name") or package.get("name") or name_of(folder) or ROOT))
        root = ROOT if not folder else crate
        if root in taken:
            root = folder.replace("/", "::")
        taken.add(root)
        source = _library(folder, library, paths)
        yield Package(folder, root, crate, source, _dependencies(folder, table, shared, read.keys()))


def _library(folder: str, table: Mapping[str, Any], paths: frozenset[str]) -> str:
    """Give the file at the root of a package's modules: its library, else its only binary."""
    named = [str(table["path"])] if "path" in table else []
    for candidate in (*named, "src/lib.rs", "src/main.rs"):
        path = normal(join(folder, candidate))
        if path in paths:
            return path
    return join(folder, "src/lib.rs")


def _dependencies(
    folder: str, table: Mapping[str, Any], shared: Mapping[str, Any], folders: Collection[str]
) -> dict[str, str | None]:
    """Map the name in code of each dependency to the folder of a package here, None where it comes from elsewhere."""
    found: dict[str, str | None] = {}
    tables = [table, *(part for part in _mapping(table, "target").values() if isinstance(part, dict))]
    for part in tables:
        for section in _DEPENDENCIES:
            for key, value in _mapping(part, section).items():
                wanted, base = value, folder
                if isinstance(value, dict) and value.get("workspace") is True:
                    wanted, base = shared.get(key, {}), ""
                described = wanted if isinstance(wanted, dict) else {}
                place = normal(join(base, str(described["path"]))) if "path" in described else None
                found[_in_code(key)] = place if place in folders else None
    return found


def _table(text: str) -> Mapping[str, Any]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return {}


def _mapping(table: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = table.get(key)
    return value if isinstance(value, dict) else {}


def _in_code(name: str) -> str:
    return name.replace("-", "_")
