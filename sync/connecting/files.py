"""Reads and writes the files of clients, and remembers what they held, so that connecting can be undone. A door."""

import hashlib
import json
import stat
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from specs.errors import UserError
from specs.values import dataclass
from sync.cache.packs import read_file, replace_file
from sync.connecting.clients import Part
from sync.connecting.plan import Change, Texts
from sync.contexts.kept import private

LONGEST = 4_000_000


@dataclass(frozen=True, slots=True)
class Memory:
    """What was put in, and what the files held before and after."""

    parts: tuple[Part, ...]
    before: Texts
    after: Texts


def read_texts(root: Path, files: Sequence[str]) -> dict[str, str | None]:
    """Read files below a root; None for one that is not there. Raises `UserError` for what is no plain text."""
    return {file: _read(root, file) for file in files}


def _read(root: Path, file: str) -> str | None:
    place = root / file
    for above in (place, *place.parents):
        if above == root:
            break
        if above.is_symlink():
            raise UserError(f"{above} is a link.", "Links are not followed: put the file itself there.")
    if not place.exists():
        return None
    try:
        if not place.is_file() or place.stat().st_size > LONGEST:
            raise UserError(f"{place} is no file that can be edited.", "Look at what it is.")
        return place.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise UserError(f"{place} is not UTF-8.", "Save it as UTF-8.") from error
    except OSError as error:
        raise UserError(f"{place} cannot be read: {error.strerror}.", "Look at who may read it.") from error


def write_changes(root: Path, changes: Sequence[Change]) -> None:
    """Write what changes, each file whole; folders that are left empty go. Raises `UserError`."""
    for change in changes:
        place = root / change.file
        if _read(root, change.file) != change.before:
            raise UserError(f"{change.file} changed while you looked at it.", "Run it again.")
        try:
            if change.after is None:
                place.unlink()
                _drop_empty(place.parent, root)
                continue
            mode = stat.S_IMODE(place.stat().st_mode) if place.exists() else 0o644
            place.parent.mkdir(parents=True, exist_ok=True)
            replace_file(place, [change.after.encode("utf-8")], mode)
        except OSError as error:
            raise UserError(f"{place} cannot be written: {error.strerror}.", "Look at who may write it.") from error


def _drop_empty(folder: Path, root: Path) -> None:
    with suppress(OSError):
        while folder != root:
            folder.rmdir()
            folder = folder.parent


class Memories:
    """What was put in where, kept in the user's own folder: one memory for each root and client."""

    def __init__(self, home: Path, root: Path, client: str) -> None:
        self._home = home
        name = hashlib.sha256(json.dumps([str(root), client]).encode()).hexdigest()
        self._place = home / "connected" / f"{name}.json"

    def keep(self, memory: Memory) -> None:
        """Remember; where that cannot be done, undoing looks at what stands in the files alone."""
        parts = [[part.file, part.path, part.value, part.item, part.shared, part.table] for part in memory.parts]
        value = {"parts": parts, "before": dict(memory.before), "after": dict(memory.after)}
        with suppress(OSError):
            private(self._home)
            private(self._place.parent)
            replace_file(self._place, [json.dumps(value).encode()], 0o600)

    def recall(self) -> Memory | None:
        """Give what was remembered; None where nothing was, or it is damaged."""
        try:
            value: Any = json.loads(read_file(self._place, LONGEST * 4))
            parts = tuple(
                Part(str(file), tuple(map(str, path)), value_, bool(item), bool(shared), str(table))
                for file, path, value_, item, shared, table in value["parts"]
            )
            return Memory(parts, dict(value["before"]), dict(value["after"]))
        except (ValueError, TypeError, KeyError):
            return None

    def forget(self) -> None:
        """Remember no more."""
        with suppress(OSError):
            self._place.unlink(missing_ok=True)
