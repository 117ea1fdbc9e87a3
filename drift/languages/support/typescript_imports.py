"""What TypeScript and JavaScript imports come to, once the whole tree is known. Never looks at syntax."""

from collections.abc import Iterator
from typing import NamedTuple

from drift.facts import EdgeAttribute, FileFacts
from drift.language import Edge, Layout, Placement, Resolution, Unresolved
from drift.languages.support.component_scripts import SUFFIXES as COMPONENTS
from drift.languages.support.folders import ancestors, folder_of, join, name_of, normal
from drift.languages.support.node_modules import HEADS
from drift.languages.support.typescript_config import Configs, Package, packages
from drift.languages.support.typescript_layout import DECLARATIONS, SUFFIXES, is_installed, split

_PLATFORMS = (".web", ".native", ".ios", ".android", ".server", ".client")
# Modules that frameworks invent while they build: no file will ever be there.
_INVENTED = ("$types", "+types")
_DATA = (".css", ".scss", ".less", ".json", ".svg", ".png", ".wasm", ".html", ".md")
_SCRIPT_SUFFIXES = frozenset(SUFFIXES)
_COMPUTED = "its name is computed when the code runs"
_COMPILED = (".ts", ".tsx", ".mts", ".cts")
_ERASED = frozenset({EdgeAttribute.ERASED, EdgeAttribute.METADATA})
_METADATA = frozenset({EdgeAttribute.METADATA})


class _Found(NamedTuple):
    """What a specifier comes to: the end of an edge ("" for none), whether it is external, why it leads nowhere."""

    end: str
    external: bool = False
    reason: str = ""


_NO_EDGE = _Found("")


class TypeScriptResolver:
    """Resolves the imports of one file at a time, as bundlers and the compiler in `bundler` mode do."""

    def __init__(self, layout: Layout, placement: Placement) -> None:
        self._modules = placement.modules
        self._module_of = placement.module_of
        self._files = _Files(layout, placement)
        self._packages = packages(layout.manifests, {"package.json"})
        self._by_name: dict[str, Package] = {}
        for package in self._packages.values():
            if isinstance(name := package.data.get("name"), str) and name:
                self._by_name.setdefault(name, package)
        self._configs = Configs(layout.manifests, self._by_name)
        self._answers: dict[tuple[str, str], _Found] = {}
        self._kept: dict[tuple[frozenset[EdgeAttribute], bool, frozenset[EdgeAttribute]], frozenset[EdgeAttribute]] = {}

    def __call__(self, path: str, facts: FileFacts) -> Resolution:
        """Give the edges of one file, and the imports that lead nowhere."""
        name = self._module_of[path]
        folder = folder_of(path)
        own = _own_attributes(path, test=self._modules[name].test)
        dropped = self._dropped(path, folder)
        edges: list[Edge] = []
        unresolved: list[Unresolved] = []
        for raw in facts.imports:
            if EdgeAttribute.COMPUTED in raw.attributes:
                unresolved.append(Unresolved(path, raw.line, raw.target, _COMPUTED))
                continue
            asked = (folder, raw.target)
            found = self._answers.get(asked)
            if found is None:
                found = self._answers[asked] = self._find(raw.target, folder)
            end, external, reason = found
            if reason:
                unresolved.append(Unresolved(path, raw.line, raw.target, reason))
            elif end and end != name:
                key = (raw.attributes - dropped, external, own)
                attributes = self._kept.get(key) or self._kept.setdefault(key, _joined(*key))
                edges.append(Edge(name, end, path, raw.line, raw.column, attributes))
        return Resolution(tuple(edges), tuple(dict.fromkeys(unresolved)))

    def _dropped(self, path: str, folder: str) -> frozenset[EdgeAttribute]:
        """Give what does not hold for plain imports of a file: JavaScript keeps them all, TypeScript if told to."""
        if not path.endswith(_COMPILED):
            return _ERASED
        config = self._configs.aliases(folder)
        if config.keeps_imports:
            return _ERASED
        return frozenset() if config.writes_metadata else _METADATA

    def _find(self, written: str, folder: str) -> _Found:
        """Look up a specifier as a file in this folder would."""
        specifier = written.rpartition("!")[2]
        if not specifier.startswith("#"):
            specifier = specifier.partition("?")[0].partition("#")[0]
        if not specifier:
            return _NO_EDGE
        if specifier in {".", ".."} or specifier.startswith(("./", "../", "/")):
            return self._path(specifier, folder)
        return self._aliased(specifier, folder) or self._named(specifier, folder)

    def _aliased(self, specifier: str, folder: str) -> _Found | None:
        """Look up a name among the paths of the compiler's configuration."""
        found = map(self._files.at, self._configs.aliases(folder).targets(specifier))
        return next((one for one in found if one is not None), None)

    def _named(self, specifier: str, folder: str) -> _Found:
        """Look up a name that no configuration explains: our own package, a habit of bundlers, or somebody else's."""
        if specifier.startswith("#"):
            return self._subpath(specifier, folder)
        if (found := self._own_package(specifier)) is not None:
            return found
        if specifier.startswith(("@/", "~/", "~~/")):
            return self._habit(specifier, folder)
        return _Found(_external(specifier), external=True)

    def _path(self, specifier: str, folder: str) -> _Found:
        if any(part in _INVENTED for part in specifier.split("/")):
            return _NO_EDGE
        path = normal(specifier if specifier.startswith("/") else join(folder, specifier))
        if path is None:
            return _Found("", reason="it leads out of this tree")
        found = self._files.at(path)
        if found is None and specifier.startswith("/"):
            homes = [above for above in ancestors(folder) if above in self._packages]
            tries = (self._files.at(join(home, f"{public}{path}")) for home in homes for public in ("", "public/"))
            found = next((one for one in tries if one is not None), None)
        return found or _Found("", reason=f"there is no file {path or '.'} in this tree")

    def _subpath(self, specifier: str, folder: str) -> _Found:
        """Look up a `#name` in the `imports` of the nearest package."""
        package = next((self._packages[above] for above in ancestors(folder) if above in self._packages), None)
        target = None
        for target in package.imports(specifier) if package else ():
            if (found := self._files.at(target)) is not None:
                return found
        if target is not None and package is not None and not target.startswith(f"{package.folder}/"):
            return self._own_package(target) or _Found(_external(target), external=True)
        return _Found("", reason=f"no package.json above says what {specifier} is")

    def _own_package(self, specifier: str) -> _Found | None:
        """Look up a package of this very tree (a workspace); None when it is somebody else's."""
        parts = specifier.split("/")
        size = 2 if specifier.startswith("@") else 1
        name = "/".join(parts[:size])
        package = self._by_name.get(name)
        if package is None:
            return None
        sub = "/".join(parts[size:])
        for path in package.entries(sub):
            if (found := self._files.at(path)) is not None:
                return found
        if name_of(sub).endswith(_DATA) or not self._files.has_sources(package.folder):
            return _NO_EDGE  # styles, data or settings
        return _Found("", reason=f"package {name} of this tree has no source for it")

    def _habit(self, specifier: str, folder: str) -> _Found:
        """Look up `@/x` where only the bundler's own configuration says what it means: nearly always `src`."""
        rest = specifier.partition("/")[2]
        for above in ancestors(folder):
            if above in self._packages or not above:
                for home in ("src", "app", ""):
                    if (found := self._files.at(join(join(above, home), rest))) is not None:
                        return found
        meant = next(self._configs.aliases(folder).targets(specifier), "")
        reason = f"there is no file {meant} in this tree" if meant else f"nothing says what {specifier} stands for"
        return _Found("", reason=reason)


class _Files:
    """The files of a tree, found as a module loader would: with a suffix added, replaced, or as a folder's index."""

    def __init__(self, layout: Layout, placement: Placement) -> None:
        self._paths = layout.paths
        self._modules = placement.modules
        self._module_of = placement.module_of
        self._others: set[str] | None = None
        self._folders: set[str] | None = None

    def at(self, path: str) -> _Found | None:
        """Give what a path means; None when there is nothing."""
        if not path:
            return _Found("index") if "index" in self._modules else None
        if path in self._module_of:
            return _Found(self._module_of[path])
        stem, suffix = split(path)
        if suffix in _SCRIPT_SUFFIXES and stem in self._modules:
            return _Found(stem)  # `./a.js` is how TypeScript writes `./a.ts`
        for name in self._names(path):
            if name in self._modules:
                return _Found(name)
        return _NO_EDGE if path in self._paths or path in self._stems() else None

    def has_sources(self, folder: str) -> bool:
        """Tell whether any module lies in a folder."""
        if self._folders is None:
            self._folders = {above for name in self._modules for above in ancestors(folder_of(name))}
        return folder in self._folders

    def _names(self, path: str) -> Iterator[str]:
        yield path
        yield f"{path}/index"
        yield from (path + suffix for suffix in COMPONENTS)
        yield from (f"{path}{platform}" for platform in _PLATFORMS)
        yield from (f"{path}/index{platform}" for platform in _PLATFORMS)

    def _stems(self) -> set[str]:
        """The paths, without suffix, of files that are no modules: `./App` may mean `App.vue`, `./data` a JSON file."""
        if self._others is None:
            others = (path for path in self._paths if path not in self._module_of and not is_installed(path))
            self._others = {path.rpartition(".")[0] for path in others if "." in name_of(path)}
        return self._others


def _external(specifier: str) -> str:
    """Name the package a bare specifier belongs to: `@scope/name`, `name`, or `node:name`."""
    first, _, rest = specifier.partition("/")
    if first.startswith(("npm:", "jsr:")):
        bare = specifier[4:].lstrip("/")
        scoped = bare.startswith("@")
        name = "/".join(bare.split("/")[: 2 if scoped else 1])
        return name[:1] + name[1:].partition("@")[0]
    if first.startswith("@") and rest:
        return f"{first}/{rest.partition('/')[0]}"
    if first.endswith(":") and rest:
        return "/".join(specifier.split("/")[:3])  # an address: the host is the package
    return f"node:{first}" if first in HEADS else first


def _own_attributes(path: str, *, test: bool) -> frozenset[EdgeAttribute]:
    """Give what every import of a file is because of where it stands; a declaration file is never run."""
    own = {EdgeAttribute.TEST} if test else set()
    return frozenset(own | {EdgeAttribute.TYPE_ONLY, EdgeAttribute.STUB} if path.endswith(DECLARATIONS) else own)


def _joined(
    raw: frozenset[EdgeAttribute],
    external: bool,  # noqa: FBT001 - a cache key, spread
    own: frozenset[EdgeAttribute],
) -> frozenset[EdgeAttribute]:
    joined = raw | own | ({EdgeAttribute.EXTERNAL} if external else set())
    if EdgeAttribute.METADATA in joined:
        joined -= _ERASED
    gone = EdgeAttribute.TYPE_ONLY in joined or EdgeAttribute.ERASED in joined
    return joined - {EdgeAttribute.RUNTIME} if gone else joined
