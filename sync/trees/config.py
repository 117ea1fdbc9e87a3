"""The configuration of a check: `holdfast.toml`, or `[tool.holdfast]` in `pyproject.toml`. Parses text, reads nothing.

Mistakes in configuration stop the run, with the key, and the nearest known one: a misspelt key that were ignored
would look like a rule that holds.
"""

import re
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

from specs.errors import UserError
from specs.problem import SEVERITIES, Severity
from specs.values import dataclass

FILE_NAME = "holdfast.toml"
PROJECT_FILE = "pyproject.toml"
KEYS = ("exclude", "packages", "repository", "source_roots", "specs", "sync", "weakening")
SYNC_KEYS = ("folder", "prefix", "project", "server")
LISTS = ("exclude", "packages", "source_roots", "specs")
WILD = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


@dataclass(frozen=True, slots=True)
class Copied:
    """The table `sync`: where the specs of a folder are kept the same with a server's. Empty: not said."""

    server: str = ""
    project: str = ""
    folder: str = ""
    prefix: str = ""


@dataclass(frozen=True)
class Config:
    """What the configuration says. `specs` empty: the first default folders that exist. `source` is for messages.

    `weakening` is how severe it is that a change makes the specs ask less; `repository` what this one is called;
    `packages` are globs of the folders with specs of their own, None: those with a manifest.
    """

    specs: tuple[str, ...] = ()
    source_roots: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    source: str = ""
    weakening: Severity = "warning"
    sync: Copied = Copied()
    repository: str = ""
    packages: tuple[str, ...] | None = None

    @cached_property
    def _excluded(self) -> re.Pattern[str] | None:
        return re.compile("|".join(glob_regex(glob) for glob in self.exclude)) if self.exclude else None

    def excludes(self, path: str) -> bool:
        """Say whether a path is left out of the check."""
        return self._excluded is not None and self._excluded.fullmatch(path) is not None


def glob_regex(glob: str) -> str:
    """Translate a glob: `*` stays in one folder, `**` crosses them; without a slash it counts at any depth.

    What is below a matched folder is matched too.
    """
    pattern = glob.strip("/")
    pieces = re.split(r"(\*\*/|\*\*|\*|\?)", pattern)
    body = "".join(WILD.get(piece) or re.escape(piece) for piece in pieces)
    anywhere = "" if "/" in pattern else "(?:.*/)?"
    return f"(?s:{anywhere}{body}(?:/.*)?)"


def parse_config(text: str, source: str) -> Config | None:
    """Read the text of a configuration file; None for a `pyproject.toml` without `[tool.holdfast]`.

    Raises `UserError` for broken TOML, unknown keys and values of the wrong type.
    """
    import tomllib  # noqa: PLC0415 (11 ms, where there is a configuration at all)

    whole_file = source.rsplit("/", 1)[-1] == FILE_NAME
    try:
        data: dict[str, Any] = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise UserError(f"{source} is not valid TOML: {error}", "mend the line it names") from error
    if not whole_file:
        tool = data.get("tool")
        table = tool.get("holdfast") if isinstance(tool, dict) else None
        if table is None:
            return None
        if not isinstance(table, dict):
            raise UserError(f"{source}: tool.holdfast is not a table", "write it as [tool.holdfast]")
        data = table
    for key in data:
        if key not in KEYS:
            raise UserError(f"{source}: unknown key {key!r}", did_you_mean(key, KEYS))
    values = {key: strings(data[key], key, source) for key in LISTS if key in data}
    for key in ("specs", "source_roots"):
        values[key] = tuple(folder(value, key, source) for value in values.get(key, ()))
    name = data.get("repository", "")
    if not isinstance(name, str):
        raise UserError(f"{source}: repository wants a text", 'for example: repository = "payments"')
    return Config(
        **values,
        source=source,
        weakening=severity(data.get("weakening", "warning"), source),
        sync=copied(data.get("sync", {}), source),
        repository=name,
    )


def copied(value: object, source: str) -> Copied:
    """Take the table `sync`. Raises `UserError` for anything else."""
    if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
        raise UserError(f"{source}: sync wants a table of texts", 'for example: [sync] server = "https://..."')
    for key in value:
        if key not in SYNC_KEYS:
            raise UserError(f"{source}: unknown key sync.{key}", did_you_mean(key, SYNC_KEYS))
    folders = {key: folder(value[key], f"sync.{key}", source) for key in ("folder", "prefix") if key in value}
    return Copied(**{**value, **folders})


def severity(value: object, source: str) -> Severity:
    """Take a severity. Raises `UserError` for anything else."""
    known = next((one for one in SEVERITIES if one == value), None)
    if known is None:
        raise UserError(f"{source}: weakening cannot be {value!r}", f"write one of {', '.join(SEVERITIES)}")
    return known


def strings(value: object, key: str, source: str) -> tuple[str, ...]:
    """Take a list of texts (or a single one). Raises `UserError` for anything else."""
    given = [value] if isinstance(value, str) else value
    if not isinstance(given, list) or not all(isinstance(item, str) and item for item in given):
        raise UserError(f"{source}: {key} wants a list of texts", f'for example: {key} = ["{EXAMPLES[key]}"]')
    return tuple(given)


EXAMPLES = {"packages": "packages/*", "specs": "docs/specs", "source_roots": "src", "exclude": "src/generated/**"}


def folder(value: str, key: str, source: str) -> str:
    """Normalise a folder under the root, "" for the root itself. Raises `UserError` when it points outside."""
    parts = [part for part in value.split("/") if part not in {"", "."}]
    if value.startswith("/") or ".." in parts or "\\" in value or "\0" in value:
        raise UserError(
            f"{source}: {key} names {value!r}, outside the root", "name a folder below the configuration file"
        )
    return "/".join(parts)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Suggest the nearest known word, or list them all."""
    from difflib import get_close_matches  # noqa: PLC0415 (only when something is misspelt)

    words = sorted(known)
    near = get_close_matches(word, words, n=1)
    return f"did you mean {near[0]!r}?" if near else f"known are: {', '.join(words)}"


def find_config(folders: Iterable[str], read: Callable[[str], str | None]) -> tuple[str, Config] | None:
    """Find the nearest configuration, looking through `folders` from the inside out ("" is the top).

    `read` gives a file's text by path, or None. Gives the folder and what its file says. Raises `UserError`.
    """
    for place in folders:
        prefix = f"{place}/" if place else ""
        text = read(prefix + FILE_NAME)
        if text is not None:
            return place, parse_config(text, prefix + FILE_NAME) or Config()
        text = read(prefix + PROJECT_FILE)
        if text is not None and "tool" in text and "holdfast" in text:
            config = parse_config(text, prefix + PROJECT_FILE)
            if config is not None:
                return place, config
    return None


def upwards(folder: str) -> tuple[str, ...]:
    """Give a folder and those above it up to "", from the inside out."""
    parts = folder.split("/") if folder else []
    return tuple("/".join(parts[:count]) for count in range(len(parts), -1, -1))
