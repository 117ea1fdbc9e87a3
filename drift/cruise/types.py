"""What type of dependency an import is: local, of which part of the manifest, by which alias. In the peer's words."""

import posixpath
import re
from collections.abc import Mapping, Sequence
from typing import Any

from drift.cruise.files import Files, above, join
from drift.cruise.options import Options
from drift.cruise.resolve import is_relative, package_of
from drift.cruise.tsconfig import CompilerConfig
from drift.matching.glob import Glob

_BY_FIELD = {
    "dependencies": "npm",
    "devDependencies": "npm-dev",
    "optionalDependencies": "npm-optional",
    "peerDependencies": "npm-peer",
}
_INSIDE = "node_modules"
_SUFFIX = re.compile(r"\.d\.[cm]?ts$|\.[^./]*$")
_MERGED = ("workspaces", "imports")


class Types:
    """Says the types of dependencies in one tree."""

    def __init__(self, files: Files, options: Options, config: CompilerConfig) -> None:
        self._files = files
        self._combined = options.combined
        self._config = config
        self._manifests: dict[str, Mapping[str, Any] | None] = {}

    def of(self, name: str, found: str, folder: str, *, core: bool) -> list[str]:
        """Give the types of a dependency that was found; `found` is the file, or the name of a built-in module."""
        manifest = self._manifest(folder)
        aliases = self._aliases(name, found, manifest)
        external = _INSIDE in found
        if core:
            return [*aliases, "core"]
        if is_relative(name) or (aliases and not external):
            return [*aliases, "local"]
        if external:
            return [*aliases, *self._declared(name, manifest)]
        return [*aliases, "undetermined"]

    def _declared(self, name: str, manifest: Mapping[str, Any] | None) -> list[str]:
        """Say in which parts of the manifest a package stands."""
        if manifest is None:
            return ["npm-unknown"]
        package = package_of(name)
        found = _parts(manifest, package) or _parts(manifest, f"@types/{package}") or ["npm-no-pkg"]
        bundled = manifest.get("bundledDependencies") or manifest.get("bundleDependencies")
        return [*found, "npm-bundled"] if isinstance(bundled, list) and name in bundled else found

    def _aliases(self, name: str, found: str, manifest: Mapping[str, Any] | None) -> list[str]:
        if is_relative(name):
            return []
        base = self._config.base
        if base is not None and name != found and f"/{_plain(join(base, name))}".endswith(_plain(found)):
            return ["aliased", "aliased-tsconfig", "aliased-tsconfig-base-url"]
        if any(_fits(pattern, name) for pattern in self._config.aliases):
            return ["aliased", "aliased-tsconfig", "aliased-tsconfig-paths"]
        imports = (manifest or {}).get("imports")
        if name.startswith("#") and isinstance(imports, dict) and any(_fits(key, name) for key in imports):
            return ["aliased", "aliased-subpath-import"]
        globs = _workspaces((manifest or {}).get("workspaces"))
        if any(glob.matches(path.split("/")) for glob in globs for path in (found, name)):
            return ["aliased", "aliased-workspace"]
        return []

    def _manifest(self, folder: str) -> Mapping[str, Any] | None:
        """Give the manifest that speaks for a folder: the nearest one, or all above it together."""
        if folder not in self._manifests:
            self._manifests[folder] = self._merged(folder) if self._combined else self._nearest(folder)
        return self._manifests[folder]

    def _nearest(self, folder: str) -> Mapping[str, Any] | None:
        found = (self._files.json(join(place, "package.json")) for place in above(folder))
        return next((manifest for manifest in found if manifest is not None), None)

    def _merged(self, folder: str) -> Mapping[str, Any] | None:
        whole: dict[str, Any] = {}
        for place in above(folder):
            for key, value in (self._files.json(join(place, "package.json")) or {}).items():
                if not key.endswith("ependencies") and key not in _MERGED:
                    continue
                known = whole.get(key)
                if isinstance(value, dict):
                    whole[key] = {**value, **(known if isinstance(known, dict) else {})}
                elif isinstance(value, list):
                    whole[key] = [*(known if isinstance(known, list) else []), *value]
        return whole or None


def _parts(manifest: Mapping[str, Any], package: str) -> list[str]:
    holders = (key for key in manifest if "ependencies" in key and isinstance(manifest[key], dict))
    return [_BY_FIELD.get(key, "npm-no-pkg") for key in holders if package in manifest[key]]


def _fits(pattern: str, name: str) -> bool:
    """Tell whether a pattern with a star fits; the star stands for something."""
    before, star, after = pattern.partition("*")
    if not star:
        return pattern == name
    return name.startswith(before) and name.endswith(after) and len(name) > len(before) + len(after)


def _plain(path: str) -> str:
    """Take suffix and index off a path."""
    bare = _SUFFIX.sub("", path)
    return posixpath.dirname(bare) if posixpath.basename(bare) == "index" else bare


def _workspaces(raw: Any) -> Sequence[Glob]:
    entries = raw.get("packages") if isinstance(raw, dict) else raw
    texts = [entry for entry in entries if isinstance(entry, str)] if isinstance(entries, list) else []
    return [Glob.parse(f"{text.removeprefix('./').rstrip('/')}/**", "/") for text in texts if text[:1] != "!"]
