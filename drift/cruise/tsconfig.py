"""The compiler configuration that a contract names, as dependency-cruiser's resolver and transpiler read it."""

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from drift.cruise.files import Files, join
from drift.languages.support import json_comments

_DEEPEST = 20
_COMMONJS = frozenset({"commonjs", "amd", "umd", "none"})
Pattern = tuple[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class CompilerConfig:
    """What it says: `patterns` to try for a bare name, in order; None for `base` where it has no `baseUrl`."""

    patterns: tuple[Pattern, ...] = ()
    base: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def commonjs(self) -> bool:
        """Whether imports of TypeScript are compiled to `require`."""
        return str(self.options.get("module", "")).lower() in _COMMONJS

    @property
    def keeps_imports(self) -> bool:
        """Whether the compiler drops no import."""
        return any(self.options.get(name) is True for name in ("verbatimModuleSyntax", "preserveValueImports"))

    @property
    def writes_metadata(self) -> bool:
        """Whether types of decorated classes become values."""
        return self.options.get("emitDecoratorMetadata") is True

    @property
    def aliases(self) -> tuple[str, ...]:
        """The names that `paths` explains, as written."""
        paths = self.options.get("paths")
        return tuple(paths) if isinstance(paths, dict) else ()


def read_config(files: Files, name: str) -> CompilerConfig:
    """Read a configuration with all it extends; an empty one where there is none."""
    if not name:
        return CompilerConfig()
    options = _options(files, join("", name), 0)
    raw_base = options.get("baseUrl")
    base = join(posixpath.dirname(join("", name)), raw_base) if isinstance(raw_base, str) else None
    paths = options.get("paths")
    found = {
        pattern: tuple(join(base or "", target) for target in targets if isinstance(target, str))
        for pattern, targets in (paths if isinstance(paths, dict) else {}).items()
        if isinstance(targets, list)
    }
    ordered = sorted(found.items(), key=lambda item: -max(item[0].find("*"), 0))
    if "*" not in found:
        ordered.append(("*", (f"{base}/*" if base else "*",)))
    return CompilerConfig(tuple(ordered), base, options)


def _options(files: Files, name: str, depth: int) -> dict[str, Any]:
    """Give the compiler options of a file; those of what it extends count where it says nothing."""
    text = files.text(name) if depth < _DEEPEST else None
    if text is None:
        return {}
    data = json_comments.loads(text)
    raw = data.get("extends")
    found: dict[str, Any] = {}
    for target in raw if isinstance(raw, list) else [raw]:
        if isinstance(target, str):
            inherited = _options(files, _target(files, posixpath.dirname(name), target), depth + 1)
            base = inherited.get("baseUrl")
            if isinstance(base, str):
                inherited["baseUrl"] = join(posixpath.dirname(target), base) or "."
            found |= inherited
    own = data.get("compilerOptions")
    return found | (own if isinstance(own, dict) else {})


def _target(files: Files, folder: str, written: str) -> str:
    """Give the file that `extends` means."""
    name = written if written.endswith(".json") else f"{written}.json"
    near = join(folder, name)
    if written.startswith(".") or files.is_file(near):
        return near
    return join(folder, f"node_modules/{name}")
