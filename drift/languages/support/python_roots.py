"""Where Python modules are imported from: the source roots of a tree. Looks at paths and manifests, never at code."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from drift.language import Layout
from drift.languages.support.folders import ancestors, folder_of, join, name_of, normal

_MANIFESTS = {"pyproject.toml", "setup.py", "setup.cfg"}
# Packages of tests and samples below such a folder keep the folder in their names: `tests.unit.test_x`.
_NEVER_ROOTS = {"tests", "test", "__tests__", "examples", "docs", "doc"}


class Packages:
    """Which folders are regular packages (have an `__init__`), and which lie inside one."""

    def __init__(self, files: Iterable[str]) -> None:
        self.regular = {folder_of(path) for path in files if name_of(path) in {"__init__.py", "__init__.pyi"}} - {""}
        self._inside: dict[str, bool] = {"": False}

    def inside(self, folder: str) -> bool:
        """Tell whether the folder or one above it is a regular package."""
        pending = []
        while (known := self._inside.get(folder)) is None:
            if folder in self.regular:
                known = True
                break
            pending.append(folder)
            folder = folder_of(folder)
        self._inside[folder] = known
        for passed in pending:
            self._inside[passed] = known
        return known

    def import_root(self, folder: str) -> str:
        """Give the folder Python would put on its path to run a file here: the one above the topmost package."""
        if not self.inside(folder):
            return folder
        top = [above for above in ancestors(folder) if above in self.regular][-1]
        return folder_of(top)


def source_roots(layout: Layout, files: list[str], packages: Packages) -> tuple[str, ...]:
    """Give the roots, the most trusted first; the top of the tree ("") always comes last.

    Configured roots stand alone. Otherwise: what manifests say and `src` folders, then the parents of top-level
    packages.
    """
    if layout.source_roots:
        roots = [root for raw in layout.source_roots if (root := normal(raw)) is not None]
        return (*dict.fromkeys(root for root in roots if root), "")
    folders = {folder_of(path) for path in files}
    known = {above for folder in folders for above in ancestors(folder)}
    homes = [home for home in _homes(layout) if home in known and not packages.inside(home)]
    sources: set[str] = set()
    bare: set[str] = set()
    closed: set[str] = set()
    for home in homes:
        manifest = _tables(layout.manifests.get(join(home, "pyproject.toml"), ""))
        named = {
            root
            for raw in (*_named_roots(manifest), "src")
            if (root := normal(join(home, raw))) is not None and root in known and not packages.inside(root)
        }
        sources |= named
        closed |= (named - {home}) | _namespace(home, manifest, known)
        if not named and not _NEVER_ROOTS & set(home.split("/")):
            bare.add(home)
    declared = sources | bare
    parents = {
        parent
        for package in packages.regular
        if not packages.inside(parent := folder_of(package))
        and not _NEVER_ROOTS & set(parent.split("/"))
        and not any(above in closed for above in ancestors(parent) if above)
    }
    found = sorted((declared | parents) - {""}, key=lambda root: (root not in declared, root.count("/"), root))
    return (*found, "")


def _homes(layout: Layout) -> list[str]:
    """Give the folders that hold a manifest, and the top."""
    return sorted({folder_of(path) for path in layout.paths if name_of(path) in _MANIFESTS} | {""})


def _namespace(home: str, manifest: dict[str, Any], known: set[str]) -> set[str]:
    """Give the namespace a project's name speaks of: `google-cloud-storage`, with `google/cloud/storage` beside it.

    Its packages are named from the top of the namespace, though no `__init__.py` says so.
    """
    name = _at(manifest, "project", "name") or _at(manifest, "tool", "poetry", "name")
    parts = re.split(r"[-_.]", name) if isinstance(name, str) else []
    whole = join(home, "/".join(parts))
    return {join(home, parts[0])} if len(parts) > 1 and all(parts) and whole in known else set()


def _tables(text: str) -> dict[str, Any]:
    """Read a `pyproject.toml`; nothing when it cannot be read."""
    if not text:
        return {}
    import tomllib  # noqa: PLC0415 (where there is a manifest to read)

    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return {}


def _named_roots(manifest: dict[str, Any]) -> Iterator[str]:
    """Give the folders a `pyproject.toml` says packages lie in."""
    tool = manifest.get("tool")
    yield from _strings(_at(tool, "setuptools", "packages", "find", "where"))
    yield from _strings(_at(tool, "setuptools", "package-dir", ""))
    for package in _list(_at(tool, "poetry", "packages")):
        yield from _strings(_at(package, "from"))
    for package in _strings(_at(tool, "hatch", "build", "targets", "wheel", "packages")):
        yield folder_of(package)
    yield from _strings(_at(tool, "hatch", "build", "targets", "wheel", "sources"))
    yield from _strings(_at(tool, "pdm", "build", "package-dir"))
    yield from _strings(_at(tool, "maturin", "python-source"))
    yield from _strings(_at(tool, "uv", "build-backend", "module-root"))
    for path in (
        *_strings(_at(tool, "pytest", "ini_options", "pythonpath")),
        *_strings(_at(tool, "mypy", "mypy_path")),
    ):
        if not _NEVER_ROOTS & set(path.split("/")):
            yield path


def _at(value: Any, *keys: str) -> Any:
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _strings(value: Any) -> Iterator[str]:
    yield from (item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str) and item)
