"""Which Ruby module each file is: its path without suffix; and the folders from which files are loaded by name."""

import re
from collections.abc import Iterable, Iterator

from drift.language import Layout, Module, Placement
from drift.languages.support.folders import folder_of, is_nameless, is_test_folder

NAME = "ruby"
SUFFIXES = (".rb", ".rake")
# `lib`, each folder of a Rails `app`, and its `concerns`: what the autoloader looks in (Zeitwerk, Rails guides).
_ROOT = re.compile(r"(?:^|.*/)(?:lib|app/[^/]+/concerns|app/[^/]+)(?=/)")
_SPECS = re.compile(r"(?:^|/)spec/|_(?:spec|test)$|(?:^|/)features/step_definitions/")


def place(layout: Layout) -> Placement:
    """Name the module of every Ruby file."""
    modules: dict[str, Module] = {}
    module_of: dict[str, str] = {}
    unplaced: dict[str, str] = {}
    for path in sorted(path for path in layout.paths if path.endswith(SUFFIXES)):
        if is_nameless(path):
            unplaced[path] = "a file that is all suffix has no name to load it by"
            continue
        name = path.rpartition(".")[0]
        if name in modules:
            name = path
        test = is_test_folder(folder_of(path)) or _SPECS.search(name) is not None
        modules[name] = Module(name, path, NAME, test=test)
        module_of[path] = name
    return Placement(modules, module_of, unplaced)


def roots_of(path: str) -> Iterator[str]:
    """Give the folders above a file from which it is loaded by name, the deepest first."""
    found = _ROOT.match(path)
    while found is not None:
        yield found[0]
        found = _ROOT.match(found[0])


def squashed(name: str) -> str:
    """Fold a constant path (`Shop::HTMLCart`) or a file path (`shop/html_cart`) so that both are equal.

    The autoloader's inflections need not be known for it.
    """
    return name.replace("::", "/").replace("_", "").lower()


def load_names(paths: Iterable[str]) -> dict[str, list[str]]:
    """Map each name by which a file can be loaded, squashed, to the files; several roots may hold one name."""
    found: dict[str, list[str]] = {}
    for path in paths:
        for root in roots_of(path):
            found.setdefault(squashed(path[len(root) + 1 :].rpartition(".")[0]), []).append(path)
    return found
