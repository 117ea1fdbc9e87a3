"""Which Python module each file is: one name a file, one file a name. Reads paths, never code."""

from typing import NamedTuple

from drift.language import Layout, Module, Placement
from drift.languages.support.folders import NAMELESS, ancestors, folder_of, is_nameless, is_test_folder
from drift.languages.support.python_roots import Packages, source_roots
from specs.values import dataclass, replace

NAME = "python"


@dataclass(frozen=True, slots=True)
class PythonPlacement(Placement):
    """A placement that remembers, for the resolver, where names are imported from.

    `roots` are the source roots; `root_of` maps each folder with Python files to its own. `renamed` maps
    (root, top-level name) to the name that was given where two roots hold a module of the same name.
    """

    packages: Packages
    roots: tuple[str, ...]
    root_of: dict[str, str]
    renamed: dict[tuple[str, str], str]


class _File(NamedTuple):
    path: str
    root: str
    name: str
    is_package: bool
    is_stub: bool
    test: bool


def place(layout: Layout) -> PythonPlacement:
    """Name the module of every `.py` and `.pyi` file."""
    paths = sorted(path for path in layout.paths if path.endswith((".py", ".pyi")))
    nameless = {path: NAMELESS for path in paths if is_nameless(path)}
    paths = [path for path in paths if path not in nameless] if nameless else paths
    packages = Packages(paths)
    roots = source_roots(layout, paths, packages)
    root_of = _owners(paths, roots)
    files = _named(paths, root_of)
    rank = {root: position for position, root in enumerate(roots)}
    # The owner of a name comes first: the more trusted root, a package before a module, a source before its stub.
    # What is equal in that stays in the order of paths.
    files.sort(key=lambda file: (rank[file.root], not file.is_package, file.is_stub))
    return _settled(files, _clashes(files), PythonPlacement({}, {}, nameless, packages, roots, root_of, {}))


def roots(layout: Layout) -> tuple[str, ...]:
    """Give the source roots of a tree as `place` finds them, the most trusted first; no module is named for it."""
    paths = sorted(path for path in layout.paths if path.endswith((".py", ".pyi")) and not is_nameless(path))
    return source_roots(layout, paths, Packages(paths))


def _owners(paths: list[str], roots: tuple[str, ...]) -> dict[str, str]:
    """Map each folder to the deepest root above it."""
    known = set(roots)
    return {
        folder: next(above for above in ancestors(folder) if above in known)
        for folder in {folder_of(path) for path in paths}
    }


def _named(paths: list[str], root_of: dict[str, str]) -> list[_File]:
    prefixes = {folder: folder[len(root) + 1 if root else 0 :].replace("/", ".") for folder, root in root_of.items()}
    tests = {folder: is_test_folder(folder) for folder in root_of}
    files = []
    for path in paths:
        folder, _, name = path.rpartition("/")
        stem, _, suffix = name.rpartition(".")
        prefix = prefixes[folder]
        is_package = stem == "__init__" and bool(prefix)
        full = prefix if is_package else f"{prefix}.{stem}" if prefix else stem
        test = tests[folder] or stem.startswith("test_") or stem.endswith("_test") or stem == "conftest"
        files.append(_File(path, root_of[folder], full, is_package, suffix == "pyi", test))
    return files


def _clashes(files: list[_File]) -> dict[tuple[str, str], str]:
    """Find top-level names that two roots both fill; those of the less trusted root get the root's path before them."""
    owner: dict[str, str] = {}
    renamed = {}
    for file in files:
        if owner.setdefault(file.name, file.root) != file.root:
            top = file.name.partition(".")[0]
            renamed[file.root, top] = f"{file.root.replace('/', '.')}.{top}" if file.root else top
    return renamed


def _settled(files: list[_File], renamed: dict[tuple[str, str], str], draft: PythonPlacement) -> PythonPlacement:
    """Give each file its module, the first of a name winning."""
    modules: dict[str, Module] = {}
    module_of: dict[str, str] = {}
    unplaced = dict(draft.unplaced)
    members: dict[str, list[str]] = {}
    for file in files:
        name = file.name
        if renamed:
            top, dot, rest = name.partition(".")
            name = renamed.get((file.root, top), top) + dot + rest
        owner = modules.get(name)
        if owner is None:
            modules[name] = Module(name, file.path, NAME, file.is_package, file.test)
        elif file.is_stub and owner.path == file.path.removesuffix("i"):
            members.setdefault(name, [owner.path]).append(file.path)
        else:
            unplaced[file.path] = f"Python imports {owner.path} as {name}, so this file can never be imported"
            continue
        module_of[file.path] = name
    for name, paths in members.items():
        owner = modules[name]
        modules[name] = Module(name, owner.path, NAME, owner.is_package, owner.test, tuple(paths))
    return replace(draft, modules=modules, module_of=module_of, unplaced=unplaced, renamed=renamed)
