"""Which module each TypeScript or JavaScript file is: its path without suffix. Reads paths, never code."""

from drift.language import Layout, Module, Placement
from drift.languages.support.component_scripts import SUFFIXES as COMPONENTS
from drift.languages.support.folders import NAMELESS, folder_of, is_nameless, is_test_folder, name_of

NAME = "typescript"
# Where two files share a path but for the suffix, the first of these takes the name.
SUFFIXES = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs")
DECLARATIONS = (".d.ts", ".d.mts", ".d.cts")
_RANK = {suffix: rank for rank, suffix in enumerate((*SUFFIXES, *DECLARATIONS))}


def split(path: str) -> tuple[str, str]:
    """Split a path into module name and suffix; the suffix is "" when this is no source file."""
    stem, dot, last = path.rpartition(".")
    suffix = dot + last
    if suffix not in _RANK or "/" in last:
        return path, ""
    if stem.endswith(".d") and f".d{suffix}" in _RANK:
        return stem[:-2], f".d{suffix}"
    return stem, suffix


def is_installed(path: str) -> bool:
    """Tell whether a file belongs to an installed package."""
    return path.startswith("node_modules/") or "/node_modules/" in path


def place(layout: Layout) -> Placement:
    """Name the module of every source file. A declaration file beside its source joins it.

    Where `a.ts` and `a.js` stand side by side, the second keeps its suffix in its name: it can still be imported. So do
    components of Vue and Svelte, as imports of them do.
    """
    found = []
    components: list[str] = []
    unplaced = {}
    for path in layout.paths:
        if path.endswith(COMPONENTS) and not is_installed(path):
            components.append(path)
        if not path.endswith(SUFFIXES) or is_installed(path):
            continue
        if is_nameless(path):
            unplaced[path] = NAMELESS
        else:
            name, suffix = split(path)
            found.append((name, _RANK[suffix], path))
    found.sort()
    modules: dict[str, Module] = {}
    module_of: dict[str, str] = {}
    for name, rank, path in found:
        owner = modules.get(name)
        if owner is None:
            modules[name] = Module(name, path, NAME, test=_is_test(name))
            module_of[path] = name
        elif rank >= len(SUFFIXES):
            members = (*(owner.members or (owner.path,)), path)
            modules[name] = Module(name, owner.path, NAME, test=owner.test, members=members)
            module_of[path] = name
        else:
            modules[path] = Module(path, path, NAME, test=_is_test(name))
            module_of[path] = path
    for path in sorted(components):
        if is_nameless(path):
            unplaced[path] = NAMELESS
        else:
            modules[path] = Module(path, path, NAME, test=_is_test(path))
            module_of[path] = path
    return Placement(modules, module_of, unplaced)


def _is_test(name: str) -> bool:
    last = name_of(name)
    return last.endswith((".test", ".spec")) or "/__mocks__/" in f"/{name}" or is_test_folder(folder_of(name))
