"""Which packages from elsewhere a manifest declares: the text of one file in, names and lines out. Pure.

Only what the file says in plain words counts: nothing is installed, resolved or run.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

Declared = list[tuple[str, int]]

_REQUIREMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
# What others need (`// indirect`) is nobody's decision here.
_GO = re.compile(r"^[ \t]*(?:require[ \t]+)?([\w.~/-]+\.[\w.~/-]+)[ \t]+v\d(?![^\n]*//[ \t]*indirect)", re.MULTILINE)
_GEM = re.compile(r"^[ \t]*gem[ \t]+['\"]([^'\"]+)['\"]", re.MULTILINE)
_DOTNET = re.compile(r"<(?:Global)?PackageReference[^>]{0,200}?Include=\"([^\"]+)\"")
_MAVEN = re.compile(r"<dependency>\s*<groupId>([^<]+)</groupId>\s*<artifactId>([^<]+)</artifactId>")
_GRADLE = re.compile(
    r"^[ \t]*\w*(?:mplementation|pi|ompileOnly|untimeOnly)\w*[ (]+['\"]([^:'\"]+:[^:'\"]+)", re.MULTILINE
)
_NODE = ("dependencies", "devDependencies", "peerDependencies", "optionalDependencies")


def is_manifest(path: str) -> bool:
    """Say whether a file may declare packages."""
    return _reader(path) is not None


def declared_in(path: str, text: str) -> Declared:
    """Give the packages that a manifest declares, sorted; none where it cannot be read."""
    reader = _reader(path)
    if reader is None:
        return []
    try:
        names = set(reader(text))
    except (ValueError, TypeError, AttributeError, RecursionError):
        return []
    return sorted((name, _line_of(text, name)) for name in names if name)


def same_package(declared: str, wanted: str) -> bool:
    """Say whether two names mean one package: Python's and npm's differ in case, dots, dashes and underscores alone."""
    return _plain(declared) == _plain(wanted)


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _reader(path: str) -> Callable[[str], Iterable[str]] | None:
    name = path.rpartition("/")[2]
    if name in _READERS:
        return _READERS[name]
    if name.startswith("requirements") and name.endswith((".txt", ".in")):
        return _requirements
    if name.endswith((".csproj", ".fsproj", ".vbproj", "Directory.Build.props", "Directory.Packages.props")):
        return _dotnet
    return _catalog if name.endswith(".versions.toml") else None


def _line_of(text: str, name: str) -> int:
    at = text.find(name.rpartition(":")[2])
    return text.count("\n", 0, at) + 1 if at >= 0 else 1


def _requirements(text: str) -> Iterable[str]:
    for line in text.splitlines():
        found = _REQUIREMENT.match(line.strip())
        if found:
            yield found[0]


def _names(values: Any) -> Iterable[str]:
    for value in values if isinstance(values, list) else ():
        if isinstance(value, str) and (found := _REQUIREMENT.match(value)):
            yield found[0]


def _python(text: str) -> Iterable[str]:
    import tomllib  # noqa: PLC0415 (where there is a manifest to read)

    whole = tomllib.loads(text)
    project = whole.get("project", {})
    yield from _names(project.get("dependencies"))
    for group in (*project.get("optional-dependencies", {}).values(), *whole.get("dependency-groups", {}).values()):
        yield from _names(group)
    poetry = whole.get("tool", {}).get("poetry", {})
    tables = [poetry, *poetry.get("group", {}).values()]
    for table in tables:
        for key in ("dependencies", "dev-dependencies"):
            yield from (name for name in table.get(key, {}) if name != "python")


def _node(text: str) -> Iterable[str]:
    whole = json.loads(text)
    for key in _NODE:
        yield from whole.get(key, {})


def _cargo(text: str) -> Iterable[str]:
    import tomllib  # noqa: PLC0415 (same)

    whole = tomllib.loads(text)
    tables: list[Mapping[str, Any]] = [whole, whole.get("workspace", {}), *whole.get("target", {}).values()]
    for table in tables:
        for key in ("dependencies", "dev-dependencies", "build-dependencies"):
            yield from table.get(key, {})


def _composer(text: str) -> Iterable[str]:
    whole = json.loads(text)
    for key in ("require", "require-dev"):
        yield from (name for name in whole.get(key, {}) if "/" in name)


def _go(text: str) -> Iterable[str]:
    return _GO.findall(text)


def _gems(text: str) -> Iterable[str]:
    return _GEM.findall(text)


def _dotnet(text: str) -> Iterable[str]:
    return _DOTNET.findall(text)


def _maven(text: str) -> Iterable[str]:
    return (f"{group.strip()}:{artifact.strip()}" for group, artifact in _MAVEN.findall(text))


def _catalog(text: str) -> Iterable[str]:
    """Read a version catalog of Gradle, by which build scripts name what they use (`libs.okio`)."""
    import tomllib  # noqa: PLC0415 (same)

    for one in tomllib.loads(text).get("libraries", {}).values():
        if isinstance(one, str):
            yield one.rpartition(":")[0]
        else:
            yield one.get("module") or f"{one.get('group', '')}:{one.get('name', '')}"


def _gradle(text: str) -> Iterable[str]:
    return _GRADLE.findall(text)


_READERS: Mapping[str, Callable[[str], Iterable[str]]] = {
    "pyproject.toml": _python,
    "package.json": _node,
    "go.mod": _go,
    "Cargo.toml": _cargo,
    "composer.json": _composer,
    "Gemfile": _gems,
    "pom.xml": _maven,
    "build.gradle": _gradle,
    "build.gradle.kts": _gradle,
}
