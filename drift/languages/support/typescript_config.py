"""What `tsconfig.json`, `jsconfig.json` and `package.json` say about names. Reads manifests, never code."""

from collections.abc import Iterator, Mapping
from typing import Any

from drift.languages.support import json_comments
from drift.languages.support.folders import ancestors, folder_of, join, name_of, normal
from drift.languages.support.typescript_layout import is_installed
from specs.values import dataclass, field

# `extends` and `references` may name any file; these are the names in use.
CONFIG_NAMES = (
    "tsconfig.json",
    "jsconfig.json",
    "tsconfig.base.json",
    "tsconfig.app.json",
    "tsconfig.node.json",
    "tsconfig.build.json",
    "tsconfig.common.json",
    "tsconfig.shared.json",
    "tsconfig.lib.json",
    "tsconfig.paths.json",
    "tsconfig.options.json",
    "tsconfig.web.json",
    "tsconfig.src.json",
    "base.json",
)
_MAX_EXTENDS = 12
# The order in which a condition of `exports` or `imports` is believed: sources before what is built from them.
_CONDITIONS = ("source", "development", "types", "import", "module", "node", "browser", "require", "default")


@dataclass(frozen=True, slots=True)
class Aliases:
    """The paths a compiler configuration gives to names: (prefix, suffix, is exact, targets), and its base folder.

    `keeps_imports`: it drops no import, used as a value or not; `writes_metadata`: types of decorated code are kept.
    """

    patterns: tuple[tuple[str, str, bool, tuple[str, ...]], ...] = ()
    base: str | None = None
    keeps_imports: bool = False
    writes_metadata: bool = False

    def targets(self, specifier: str) -> Iterator[str]:
        """Give the paths a specifier may mean, the most specific pattern first."""
        for prefix, suffix, exact, targets in self.patterns:
            if exact:
                if specifier == prefix:
                    yield from targets
            elif specifier.startswith(prefix) and specifier.endswith(suffix):
                middle = specifier[len(prefix) : len(specifier) - len(suffix)]
                yield from (target.replace("*", middle, 1) for target in targets)
        if self.base is not None and (path := normal(join(self.base, specifier))):
            yield path


NO_ALIASES = Aliases()


@dataclass(frozen=True, slots=True)
class Package:
    """A `package.json` of the tree: the folder it stands in, and its text as an object."""

    folder: str
    data: Mapping[str, Any] = field(default_factory=dict)

    def entries(self, sub: str) -> Iterator[str]:
        """Give the paths, from the top of the tree, that `import "name/sub"` may mean, the best first."""
        exports = self.data.get("exports")
        key = f"./{sub}" if sub else "."
        for target in _mapped(exports, key):
            yield from self._sources(target)
        if sub:
            yield from (join(self.folder, sub), join(self.folder, f"src/{sub}"))
            return
        for field_name in ("source", "types", "typings", "module", "main"):
            if isinstance(main := self.data.get(field_name), str):
                yield from self._sources(main)
        yield from (join(self.folder, "src/index"), join(self.folder, "index"), join(self.folder, "src/main"))

    def imports(self, specifier: str) -> Iterator[str]:
        """Give the targets of a `#name` import: paths from the top of the tree, or bare package names."""
        for target in _mapped(self.data.get("imports"), specifier):
            if target.startswith("."):
                yield from self._sources(target)
            else:
                yield target

    def _sources(self, target: str) -> Iterator[str]:
        """Give a target, and where its source lies when it names what a build would leave in `dist`."""
        path = normal(target)
        if not path:
            return
        yield join(self.folder, path)
        first, _, rest = path.partition("/")
        if rest and first in {"dist", "lib", "build", "out", "esm", "cjs"}:
            for part in (rest, rest.partition("/")[2]):
                if part:
                    yield join(self.folder, f"src/{part}")
                    yield join(self.folder, part)


def packages(manifests: Mapping[str, str], names: set[str]) -> dict[str, Package]:
    """Give the packages of the tree by folder."""
    return {
        folder_of(path): Package(folder_of(path), json_comments.loads(text))
        for path, text in sorted(manifests.items())
        if name_of(path) in names and not is_installed(path)
    }


class Configs:
    """Compiler configurations by folder: the nearest one above a file speaks for it."""

    def __init__(self, manifests: Mapping[str, str], by_name: Mapping[str, Package]) -> None:
        self._texts = {path: text for path, text in manifests.items() if name_of(path) in CONFIG_NAMES}
        self._by_name = by_name
        self._folders: dict[str, Aliases] = {}

    def aliases(self, folder: str) -> Aliases:
        """Give the aliases that hold for files in this folder."""
        known = self._folders.get(folder)
        if known is None:
            known = self._folders[folder] = self._nearest(folder)
        return known

    def _nearest(self, folder: str) -> Aliases:
        for above in ancestors(folder):
            for name in ("tsconfig.json", "jsconfig.json"):
                if (path := join(above, name)) in self._texts:
                    return self._read(path)
        return NO_ALIASES

    def _read(self, path: str) -> Aliases:
        """Read one configuration with all it extends; a list of projects counts as all of them together."""
        base: str | None = None
        paths: dict[str, tuple[str, ...]] = {}
        said: dict[str, Any] = {}
        pending = [path]
        seen: set[str] = set()
        while pending and len(seen) < _MAX_EXTENDS:
            current = pending.pop(0)
            if current in seen or current not in self._texts:
                continue
            seen.add(current)
            data = json_comments.loads(self._texts[current])
            options = data.get("compilerOptions")
            options = options if isinstance(options, dict) else {}
            said = {**options, **said}
            home = folder_of(current)
            own_base = options.get("baseUrl")
            if isinstance(own_base, str):
                own = normal(join(home, own_base))
                base = own if base is None else base
                home = home if own is None else own
            found = options.get("paths")
            for pattern, targets in (found if isinstance(found, dict) else {}).items():
                if isinstance(targets, list):
                    rooted = (normal(join(home, target)) for target in targets if isinstance(target, str))
                    paths.setdefault(pattern, tuple(target for target in rooted if target is not None))
            pending += self._others(folder_of(current), data)
        keeps = any(said.get(option) is True for option in ("verbatimModuleSyntax", "preserveValueImports"))
        return Aliases(_ordered(paths), base, keeps, said.get("emitDecoratorMetadata") is True)

    def _others(self, home: str, data: dict[str, Any]) -> Iterator[str]:
        """Give the configurations this one builds on or stands for."""
        extends = data.get("extends")
        references = data.get("references")
        targets = extends if isinstance(extends, list) else [extends]
        if not data.get("files") and isinstance(references, list) and "include" not in data:
            targets = [*targets, *(one.get("path") for one in references if isinstance(one, dict))]
        for target in targets:
            if not isinstance(target, str):
                continue
            path = normal(join(home, target)) if target.startswith(".") else self._in_package(target)
            if path:
                yield from (path, f"{path}.json", join(path, "tsconfig.json"))

    def _in_package(self, target: str) -> str | None:
        parts = target.split("/")
        size = 2 if target.startswith("@") else 1
        package = self._by_name.get("/".join(parts[:size]))
        return join(package.folder, "/".join(parts[size:]) or "tsconfig.json") if package else None


def _ordered(paths: dict[str, tuple[str, ...]]) -> tuple[tuple[str, str, bool, tuple[str, ...]], ...]:
    """Put exact names first, then the longest prefix, as the compiler does."""
    found = []
    for pattern, targets in paths.items():
        prefix, star, suffix = pattern.partition("*")
        found.append((prefix, suffix, not star, targets))
    return tuple(sorted(found, key=lambda one: (not one[2], -len(one[0]), one[0], one[1])))


def _mapped(table: Any, key: str) -> Iterator[str]:
    """Give the targets of a key in an `exports` or `imports` table, conditions and one `*` resolved."""
    if key == "." and (
        isinstance(table, str) or (isinstance(table, dict) and not any(k.startswith(".") for k in table))
    ):
        yield from _chosen(table)
        return
    if not isinstance(table, dict):
        return
    if key in table:
        yield from _chosen(table[key])
        return
    for pattern in sorted(table, key=lambda one: (-len(one), one)):
        prefix, star, suffix = pattern.partition("*")
        if star and key.startswith(prefix) and key.endswith(suffix) and len(key) >= len(prefix) + len(suffix):
            middle = key[len(prefix) : len(key) - len(suffix)]
            yield from (target.replace("*", middle) for target in _chosen(table[pattern]))
            return


def _chosen(value: Any, depth: int = 0) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value[:4]:
            yield from _chosen(item, depth + 1)
    elif isinstance(value, dict) and depth < len(_CONDITIONS):
        for condition in _CONDITIONS:
            yield from _chosen(value.get(condition), depth + 1)
