"""Which namespace each C# file is in, and what its project opens for all its files. Reads `.csproj`, never syntax."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from drift.facts import Scope
from drift.language import Layout
from drift.languages.support import namespaces
from drift.languages.support.folders import ancestors, folder_of, name_of
from drift.languages.support.namespaces import Habits, NamespacePlacement

NAME = "csharp"
PROJECT, SHARED = ".csproj", "Directory.Build.props"
# A scope of this name lists the namespaces that a file opens for its whole project.
OPENED = "*"
_USING = re.compile(r'<Using\s[^>]*?Include="([\w.]{1,200})"')
_ROOT = re.compile(r"<RootNamespace>\s*([\w.]{1,200})")
_PACKAGE = re.compile(r'<PackageReference\s[^>]*?Include="([\w.\-]{1,200})"')
_TEST_PACKAGE = re.compile(r'Include="(?:Microsoft\.NET\.Test\.Sdk|xunit|NUnit|MSTest|TUnit)\b', re.IGNORECASE)
_TEST_FLAG = re.compile(r"<IsTestProject>\s*true", re.IGNORECASE)
_TEST_NAME = re.compile(r"(?:^|[._-])[tT]ests?$|[a-z](?:Unit|Integration|Functional|Acceptance)?Tests?$")


@dataclass(frozen=True, slots=True)
class Project:
    """What a `.csproj` and the settings above it say: its namespace, whether it holds tests, what it opens."""

    space: str = ""
    test: bool = False
    opened: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Projects:
    """The projects of a tree. `folders` by folder; `packages` are the names of all packages that any of them wants."""

    folders: Mapping[str, Project]
    packages: frozenset[str]

    def folder(self, path: str) -> str | None:
        """Give the folder of the project that a file belongs to, the deepest that is above it; None for none."""
        return next((above for above in ancestors(folder_of(path)) if above in self.folders), None)

    def is_test(self, path: str) -> bool:
        """Tell whether a file holds tests: its project says so, or a folder above it is called so."""
        folder = self.folder(path)
        if folder is not None and self.folders[folder].test:
            return True
        return any(_TEST_NAME.search(segment) for segment in folder_of(path).split("/"))


def read_projects(layout: Layout) -> Projects:
    """Read the projects, and what files and shared settings open for each."""
    shared = {folder_of(path): _opened(text) for path, text in layout.manifests.items() if name_of(path) == SHARED}
    texts: dict[str, list[str]] = {}
    roots: dict[str, str] = {}
    for path, text in sorted(layout.manifests.items(), reverse=True):
        if path.endswith(PROJECT):
            texts.setdefault(folder_of(path), []).append(text)
            roots[folder_of(path)] = _space(path, text)
    bare = Projects(dict.fromkeys(texts, Project()), frozenset())
    opened: dict[str, dict[str, None]] = {folder: {} for folder in texts}
    for folder, found in texts.items():
        for space in (one for above in ancestors(folder) for one in shared.get(above, ())):
            opened[folder][space] = None
        opened[folder].update((space, None) for text in found for space in _opened(text))
    for path, scopes in sorted(layout.scopes.items()):
        owner = bare.folder(path) if path.endswith(".cs") and scopes[-1].package == OPENED else None
        if owner is not None:
            opened[owner].update(dict.fromkeys(scopes[-1].names))
    projects = {
        folder: Project(roots[folder], any(map(_holds_tests, found)), tuple(opened[folder]))
        for folder, found in texts.items()
    }
    packages = frozenset(name for text in layout.manifests.values() for name in _PACKAGE.findall(text))
    return Projects(projects, packages)


def place(layout: Layout, projects: Projects) -> NamespacePlacement:
    """Name the module of every `.cs` file. One without a namespace goes by that of its project."""
    paths = [path for path in layout.paths if path.endswith(".cs")]
    own: dict[str, tuple[Scope, ...]] = {}
    for path in paths:
        found = tuple(one for one in layout.scopes.get(path, ()) if one.package != OPENED)
        folder = None if any(one.package for one in found) else projects.folder(path)
        own[path] = found if folder is None else (*found, Scope(projects.folders[folder].space))
    return namespaces.place(paths, own, Habits(NAME, ".", str, projects.is_test))


def _space(path: str, text: str) -> str:
    """Give the namespace that a project's files have where nothing else is said: set, or the project's name."""
    found = _ROOT.search(text)
    return found[1] if found else name_of(path).removesuffix(PROJECT).replace(" ", "_").replace("-", "_")


def _opened(text: str) -> Iterable[str]:
    return _USING.findall(text)


def _holds_tests(text: str) -> bool:
    return bool(_TEST_FLAG.search(text) or _TEST_PACKAGE.search(text))
