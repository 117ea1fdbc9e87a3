"""Which namespace each file is in, where the code says so and a file may hold several. Knows no language."""

from collections.abc import Callable, Iterable, Mapping

from drift.facts import Scope
from drift.language import Module, Placement
from drift.languages.support.folders import name_of
from specs.values import dataclass, field

TEST = "test"


@dataclass(frozen=True, slots=True)
class NamespacePlacement(Placement):
    """A placement that remembers what the tree's namespaces hold. Keys are folded where a language ignores case.

    `spaces` gives the modules of a namespace, the product's before that of tests; `types` gives the modules that
    hold a type of a namespace; `parents` are the namespaces that only hold others.
    """

    spaces: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    types: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    parents: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Habits:
    """How a language names: its own name, what divides namespaces, how equal names are told, which files are tests."""

    language: str
    separator: str
    fold: Callable[[str], str]
    is_test: Callable[[str], bool]


def place(paths: Iterable[str], scopes: Mapping[str, tuple[Scope, ...]], habits: Habits) -> NamespacePlacement:
    """Name the module of each file: its first namespace. A file without one is named by its path without suffix.

    Where tests add to a namespace of the product, their part is a module of its own: `test`, then the namespace. A
    namespace that never comes first in a file belongs to the module of the first file that holds it.
    """
    fold, separator = habits.fold, habits.separator
    members: dict[tuple[str, bool], list[str]] = {}
    spelled: dict[str, str] = {}
    nameless: list[str] = []
    ordered = sorted(paths)
    for path in ordered:
        space = next((one.package for one in scopes.get(path, ()) if one.package), "")
        if space:
            spelled.setdefault(fold(space), space)
            members.setdefault((fold(space), habits.is_test(path)), []).append(path)
        else:
            nameless.append(path)
    modules: dict[str, Module] = {}
    module_of: dict[str, str] = {}
    spaces: dict[str, list[str]] = {}
    for (key, test), files in sorted(members.items(), key=lambda item: (item[0][1], item[0][0])):
        name = spelled[key]
        while name in modules:
            name = f"{TEST}{separator}{name}"
        modules[name] = Module(name, files[0], habits.language, is_package=True, test=test, members=tuple(files))
        module_of.update(dict.fromkeys(files, name))
        spaces.setdefault(key, []).append(name)
    for path in nameless:
        bare = path[: path.rfind(".")]
        name = bare if name_of(bare) and bare not in modules else path
        modules[name] = Module(name, path, habits.language, test=habits.is_test(path))
        module_of[path] = name
    types: dict[tuple[str, str], dict[str, None]] = {}
    for path in ordered:
        for scope in scopes.get(path, ()):
            key = fold(scope.package)
            if key and key not in spaces:
                spaces[key] = [module_of[path]]
            for name in scope.names:
                types.setdefault((key, fold(name)), {})[module_of[path]] = None
    order = {name: (module.test, name) for name, module in modules.items()}
    return NamespacePlacement(
        modules,
        module_of,
        {},
        {key: tuple(names) for key, names in spaces.items()},
        {key: tuple(sorted(names, key=order.__getitem__)) for key, names in types.items()},
        frozenset(above for key in spaces for above in parents(key, separator)) - spaces.keys(),
    )


def parents(space: str, separator: str) -> list[str]:
    """Give the namespaces above one, the nearest first; the global one is not among them."""
    found = []
    while separator in space:
        space = space.rpartition(separator)[0]
        found.append(space)
    return found


def choose(modules: tuple[str, ...], own: str) -> str:
    """Choose the module that a file of the module `own` means, where tests and the product hold the same name."""
    return own if own in modules else modules[0]
