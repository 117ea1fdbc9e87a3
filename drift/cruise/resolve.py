"""From a name in an import to a file, as dependency-cruiser's resolver (enhanced-resolve) finds it with its defaults.

Sources before nothing: it tries suffixes in a fixed order, reads `exports` only when told to, and takes a name of the
compiler's `paths` before that of a package. What is not installed cannot be found; that is an answer as well.
"""

import posixpath
from collections.abc import Iterator, Mapping
from typing import Any

from drift.cruise.files import INSTALLED, Files, above, join
from drift.cruise.options import Options
from drift.cruise.tsconfig import CompilerConfig

_MODULE_FOLDERS = ("node_modules", "node_modules/@types")
_WRITTEN_FOR = frozenset({".js", ".jsx", ".mjs", ".cjs"})
_COMPILED = frozenset({".ts", ".tsx", ".mts", ".cts"})
_DEEPEST = 8


def is_relative(name: str) -> bool:
    """Tell whether a name starts from the importing file."""
    return name in {".", ".."} or name.startswith(("./", "../"))


def package_of(name: str) -> str:
    """Give the package that a bare name begins with."""
    parts = name.split("/")
    return "/".join(parts[: 2 if name.startswith("@") else 1])


class Resolver:
    """Finds files in one tree under one set of options."""

    def __init__(self, files: Files, options: Options, config: CompilerConfig) -> None:
        self._files = files
        self._options = options
        self._config = config
        self._uses_config = bool(options.ts_config)
        self._answers: dict[tuple[str, str], str | None] = {}

    def find(self, name: str, folder: str) -> str | None:
        """Give the file that a name means in a folder; None when it leads nowhere."""
        key = (name, folder)
        if key not in self._answers:
            found = self._find(name, folder, 0)
            if found is None and posixpath.splitext(name)[1] in _WRITTEN_FOR:
                found = self._find(posixpath.splitext(name)[0], folder, 0)
                if found is not None and posixpath.splitext(found)[1] not in _COMPILED:
                    found = None
            self._answers[key] = found
        return self._answers[key]

    def _find(self, name: str, folder: str, depth: int) -> str | None:
        name = name.partition("?")[0]
        if not name or depth > _DEEPEST:
            return None
        if is_relative(name):
            return self._real(self._at(join(folder, name), depth, only_folder=name.endswith("/")))
        if self._uses_config and (found := self._configured(name, depth)) is not None:
            return self._real(found)
        if name.startswith("#"):
            return self._subpath(name, folder, depth)
        if name.startswith("/"):
            return None
        return self._real(self._installed(name, folder, depth))

    def _real(self, name: str | None) -> str | None:
        return self._files.real(name) if name is not None and self._options.follow_links else name

    def _configured(self, name: str, depth: int) -> str | None:
        """Look a name up among the compiler's paths: all patterns that fit, the longest first."""
        for pattern, targets in self._config.patterns:
            middle = "" if pattern == name else _star(pattern, name)
            if middle is None:
                continue
            for target in targets:
                found = self._at(join("", target.replace("*", middle, 1)), depth)
                if found is not None:
                    return found
        return None

    def _at(self, path: str, depth: int, *, only_folder: bool = False) -> str | None:
        """Look for a file, with a suffix added where need be, or for what a folder stands for."""
        if not only_folder and (found := self._file(path)) is not None:
            return found
        if depth > _DEEPEST or not self._files.is_folder(path):
            return None
        manifest = self._files.json(join(path, "package.json")) or {}
        for field in self._options.main_fields:
            main = manifest.get(field)
            if isinstance(main, str) and main not in {"", ".", "./"}:
                target = join(path, main)
                if target != path and (found := self._at(target, depth + 1)) is not None:
                    return found
        tries = (self._file(join(path, name)) for name in self._options.main_files)
        return next((found for found in tries if found is not None), None)

    def _file(self, path: str) -> str | None:
        if not path:
            return None
        if self._files.is_file(path):
            return path
        tries = (path + suffix for suffix in self._options.extensions)
        return next((name for name in tries if self._files.is_file(name)), None)

    def _installed(self, name: str, folder: str, depth: int) -> str | None:
        """Look for a package in the folders above."""
        package = package_of(name)
        sub = name[len(package) + 1 :]
        if self._options.exports and (own := self._manifest(folder)) is not None:
            home, manifest = own
            if manifest.get("name") == package and manifest.get("exports") is not None:
                return self._exported(home, manifest, sub)
        for place in above(folder):
            if posixpath.basename(place) == INSTALLED:
                continue
            for modules in _MODULE_FOLDERS:
                home = join(place, f"{modules}/{package}")
                if not sub and (found := self._file(home)) is not None:
                    return found
                if not self._files.is_folder(home):
                    continue
                manifest = self._files.json(join(home, "package.json")) or {}
                if self._options.exports and manifest.get("exports") is not None:
                    return self._exported(home, manifest, sub)
                if (found := self._at(join(home, sub), depth + 1)) is not None:
                    return found
        return None

    def _exported(self, home: str, manifest: Mapping[str, Any], sub: str) -> str | None:
        """Look a name up in a package's `exports`, which hide all they do not name."""
        for target in targets(manifest.get("exports"), f"./{sub}" if sub else ".", self._options.conditions):
            if target.startswith("./") and (found := self._file(join(home, target))) is not None:
                return found
        return None

    def _subpath(self, name: str, folder: str, depth: int) -> str | None:
        """Look a `#name` up in the `imports` of the nearest package."""
        own = self._manifest(folder)
        if own is None:
            return None
        home, manifest = own
        for target in targets(manifest.get("imports"), name, self._options.conditions):
            if target.startswith("."):
                found = self._real(self._at(join(home, target), depth + 1))
            else:
                found = self._real(self._installed(target, home, depth + 1))
            if found is not None:
                return found
        return None

    def _manifest(self, folder: str) -> tuple[str, Mapping[str, Any]] | None:
        """Give the nearest package of a folder, with where it stands."""
        for place in above(folder):
            manifest = self._files.json(join(place, "package.json"))
            if manifest is not None:
                return place, manifest
        return None


def _star(pattern: str, name: str) -> str | None:
    """Give what the star of a pattern stands for in a name; None when the pattern does not fit."""
    if pattern == "*":
        return name
    before, star, after = pattern.partition("*")
    if not star or len(name) < len(pattern) or not name.startswith(before) or not name.endswith(after):
        return None
    return name[len(before) : len(name) - len(after)]


def targets(table: Any, key: str, conditions: frozenset[str]) -> Iterator[str]:
    """Give the targets of a key in an `exports` or `imports` table: those of the first condition that holds."""
    if isinstance(table, str | list) or (isinstance(table, dict) and not any(k[:1] in {".", "#"} for k in table)):
        table = {".": table}
    if not isinstance(table, dict):
        return
    if key in table:
        yield from _chosen(table[key], conditions, 0)
        return
    for pattern in sorted(table, key=lambda one: (-len(one.partition("*")[0]), -len(one))):
        before, star, after = pattern.partition("*")
        if not star and pattern.endswith("/") and key.startswith(pattern):
            yield from (target + key[len(pattern) :] for target in _chosen(table[pattern], conditions, 0))
            return
        if star and key.startswith(before) and key.endswith(after) and len(key) > len(before) + len(after):
            middle = key[len(before) : len(key) - len(after)]
            yield from (target.replace("*", middle) for target in _chosen(table[pattern], conditions, 0))
            return


def _chosen(value: Any, conditions: frozenset[str], depth: int) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list) and depth < _DEEPEST:
        for item in value:
            yield from _chosen(item, conditions, depth + 1)
    elif isinstance(value, dict) and depth < _DEEPEST:
        for name, inner in value.items():
            if name == "default" or name in conditions:
                found = list(_chosen(inner, conditions, depth + 1))
                if found:
                    yield from found
                    return
