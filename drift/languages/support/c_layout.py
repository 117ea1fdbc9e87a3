"""Which C or C++ module each file is: its path without suffix, so that a header and its source are one."""

import re

from drift.language import Layout, Module, Placement
from drift.languages.support.folders import folder_of, is_nameless, is_test_folder

NAME = "c"
HEADERS = (".h", ".hh", ".hpp", ".hxx", ".ipp", ".inl", ".tpp")
SOURCES = (".c", ".cc", ".cpp", ".cxx", ".cppm", ".ixx")
SUFFIXES = (*SOURCES, *HEADERS)
_TEST = re.compile(r"(?:^|[/_-])(?:test|tests|unittest)(?:[_-][^/]*)?$|_(?:test|unittest)$")


def place(layout: Layout) -> Placement:
    """Name the module of every file. Files of one folder that differ in their suffix alone are one module."""
    members: dict[str, list[str]] = {}
    unplaced: dict[str, str] = {}
    for path in sorted(path for path in layout.paths if path.endswith(SUFFIXES)):
        if is_nameless(path):
            unplaced[path] = "a file that is all suffix has no name to include it by"
        else:
            members.setdefault(path.rpartition(".")[0], []).append(path)
    modules = {
        name: Module(
            name,
            paths[0],
            NAME,
            test=is_test_folder(folder_of(name)) or _TEST.search(name) is not None,
            members=tuple(paths) if paths[1:] else (),
        )
        for name, paths in members.items()
    }
    module_of = {path: name for name, paths in members.items() for path in paths}
    return Placement(modules, module_of, unplaced)
