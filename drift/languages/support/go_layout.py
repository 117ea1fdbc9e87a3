"""Which Go package each file is: the import path of its folder. Reads paths and `go.mod`, never code."""

import re
from collections.abc import Mapping

from drift.language import Layout, Module, Placement
from drift.languages.support.folders import ancestors, folder_of, join, normal
from specs.values import dataclass

NAME = "go"
_MODULE = re.compile(r'^[ \t]*module[ \t]+"?([^\s"]+)', re.MULTILINE)
_REQUIRE = re.compile(r'^[ \t]*(?:require[ \t]+)?"?([^\s"()]+)"?[ \t]+v\d\S*', re.MULTILINE)
_REPLACE = re.compile(
    r'^[ \t]*(?:replace[ \t]+)?"?([^\s"()]+)"?(?:[ \t]+v\S+)?[ \t]+=>[ \t]+"?(\.{1,2}/?[^\s"]*)', re.MULTILINE
)
_COMMENT = re.compile(r"//[^\n]*")


@dataclass(frozen=True, slots=True)
class GoModule:
    """A `go.mod`: its folder, the path it declares, the modules it requires, and those it takes from this tree."""

    folder: str
    path: str
    requires: tuple[str, ...]
    replaced: Mapping[str, str]  # module path to folder

    def name_of(self, folder: str) -> str:
        """Give the import path of a folder in this module."""
        inner = folder[len(self.folder) + 1 if self.folder else 0 :]
        return join(self.path, inner) or "main"


@dataclass(frozen=True, slots=True)
class GoPlacement(Placement):
    """A placement that remembers which module (`go.mod`) each folder belongs to."""

    owners: Mapping[str, GoModule]
    roots: Mapping[str, GoModule]


def place(layout: Layout) -> GoPlacement:
    """Name the package of every `.go` file. Test files make a package of their own, named with `_test`.

    Test files may import what imports the package under test; as part of it they would make cycles Go does not see.
    Vendored packages are somebody else's.
    """
    roots = {folder_of(path): _read(folder_of(path), text) for path, text in sorted(layout.manifests.items())}
    nowhere = GoModule("", "", (), {})
    paths = sorted(path for path in layout.paths if path.endswith(".go") and not _is_vendored(path))
    owners = {
        folder: next((roots[above] for above in ancestors(folder) if above in roots), nowhere)
        for folder in {folder_of(path) for path in paths}
    }
    names = {folder: owner.name_of(folder) for folder, owner in owners.items()}
    taken = set(names.values())
    members: dict[tuple[str, bool], list[str]] = {}
    for path in paths:
        test = path.endswith("_test.go")
        name = names[folder_of(path)]
        while test and (name := f"{name}_test") in taken:
            pass
        members.setdefault((name, test), []).append(path)
    modules = {}
    module_of = {}
    for (name, test), files in sorted(members.items()):
        test_data = test or "testdata" in files[0].split("/")
        modules[name] = Module(name, files[0], NAME, is_package=True, test=test_data, members=tuple(files))
        module_of.update(dict.fromkeys(files, name))
    return GoPlacement(modules, module_of, {}, owners, roots)


def _is_vendored(path: str) -> bool:
    return path.startswith("vendor/") or "/vendor/" in path


def _read(folder: str, text: str) -> GoModule:
    text = _COMMENT.sub("", text)
    module = _MODULE.search(text)
    replaced = {}
    for old, new in _REPLACE.findall(text):
        if (target := normal(join(folder, new))) is not None:
            replaced[old] = target
    return GoModule(folder, module[1] if module else folder, tuple(sorted(set(_REQUIRE.findall(text)))), replaced)
