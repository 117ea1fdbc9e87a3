"""Which package each Java and Kotlin file is in: what it declares, for both languages in one. Never looks at syntax."""

import re
from collections.abc import Iterable, Mapping

from drift.language import Layout, Module, Placement
from drift.languages.support.folders import below, folder_of, is_test_folder, join, name_of
from specs.values import dataclass, field

LANGUAGE_OF = {".java": "java", ".kt": "kotlin", ".kts": "kotlin"}
TEST = "test."
# `src/main/java`, `src/jvmTest/kotlin`: the folder after `src` is the source set, the next one the language.
_SOURCE_SET = re.compile(r"(?:^|/)src/[^/]+/(?:java|kotlin)(?=/|$)")
_TEST_SET = re.compile(r"(?:^|/)src/(?:it|(?:[^/]*[-_.])?test[^/]*|[^/]*Test[^/]*)(?=/|$)")


@dataclass(frozen=True, slots=True)
class JvmPlacement(Placement):
    """The modules of one language, and what both languages share.

    `packages` names the modules of each package, the product's before that of its tests; `types` those of a package
    that has both, by the file that is called like a type.
    """

    packages: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    types: Mapping[tuple[str, str], str] = field(default_factory=dict)


def place(layout: Layout, suffixes: tuple[str, ...]) -> JvmPlacement:
    """Name the module of each file with one of the suffixes; a module holds the files of both languages.

    Test sources add to modules of their own, named `test.` and the package: what their rules may do is not what the
    product may. A file without package is named by its path.
    """
    if not any(path.endswith(suffixes) for path in layout.paths):
        return JvmPlacement({}, {}, {})
    paths = sorted(path for path in layout.paths if suffix_of(path) in LANGUAGE_OF)
    declared = {path: layout.scopes[path][0].package for path in paths if layout.scopes.get(path)}
    roots = {_root(path, package) for path, package in declared.items() if package}
    members: dict[tuple[str, bool], list[str]] = {}
    nameless: list[tuple[str, bool]] = []
    for path in paths:
        package = declared[path] if path in declared else _guessed(path, roots)
        test = _is_test(_root(path, package))
        if package:
            members.setdefault((package, test), []).append(path)
        else:
            nameless.append((path, test))
    modules, module_of, packages = _named(members)
    for path, test in nameless:
        name = path.removesuffix(suffix_of(path))
        name = name if name_of(name) and name not in modules else path
        modules[name] = Module(name, path, LANGUAGE_OF[suffix_of(path)], test=test)
        module_of[path] = name
    own = {path: name for path, name in module_of.items() if path.endswith(suffixes)}
    kept = set(own.values())
    both = {package for package, names in packages.items() if len(names) > 1}
    types = {
        (package, name_of(path).partition(".")[0]): module_of[path]
        for (package, _test), files in sorted(members.items(), reverse=True)
        if package in both
        for path in files
    }
    return JvmPlacement({name: one for name, one in modules.items() if name in kept}, own, {}, packages, types)


def suffix_of(path: str) -> str:
    """Give the suffix of a path with its dot."""
    return path[path.rfind(".") :]


def _named(
    members: Mapping[tuple[str, bool], list[str]],
) -> tuple[dict[str, Module], dict[str, str], dict[str, tuple[str, ...]]]:
    modules: dict[str, Module] = {}
    module_of: dict[str, str] = {}
    packages: dict[str, tuple[str, ...]] = {}
    for (package, test), files in sorted(members.items(), key=lambda item: (item[0][1], item[0][0])):
        name = TEST + package if test else package
        while name in modules:
            name = TEST + name
        language = min(LANGUAGE_OF[suffix_of(path)] for path in files)
        modules[name] = Module(name, files[0], language, is_package=True, test=test, members=tuple(files))
        module_of.update(dict.fromkeys(files, name))
        packages[package] = (*packages.get(package, ()), name)
    return modules, module_of, packages


def _root(path: str, package: str) -> str:
    """Give the folder where the packages of a file begin, as far as its path shows it."""
    folder = folder_of(path)
    if found := _SOURCE_SET.search(folder):
        return folder[: found.end()]
    inner = package.replace(".", "/")
    return f"/{folder}".removesuffix(f"/{inner}")[1:] if inner else folder


def _is_test(root: str) -> bool:
    if _TEST_SET.search(root):
        return True
    return not _SOURCE_SET.search(root) and is_test_folder(root)


def _guessed(path: str, roots: Iterable[str]) -> str:
    """Name the package of a file that could not be read, from the folders above it."""
    above = [root for root in roots if below(root, path)]
    if found := _SOURCE_SET.search(folder_of(path)):
        above.append(path[: found.end()])
    if not above:
        return ""
    return folder_of(path)[len(join(max(above, key=len), "x")) - 1 :].strip("/").replace("/", ".")
