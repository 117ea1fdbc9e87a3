"""Reads `holdfast.lock` from a code tree and writes it to disk: whole or not at all. Its text is `drift.debt.lock`."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from drift.debt import LOCK_FILE
from drift.source import CodeTree, FileKind
from specs.errors import UserError

if TYPE_CHECKING:
    from drift.debt.lock import Lock

LIMIT = 20_000_000
MODE = 0o644


def lock_text(tree: CodeTree) -> str:
    """Give the text of a tree's lock, "" where it has none. Raises `UserError` for one that is no plain file."""
    entry = tree.files.get(LOCK_FILE)
    if entry is None:
        return ""
    if entry.kind is not FileKind.FILE:
        raise UserError(f"{LOCK_FILE} is not a plain file", "links are not followed: put the file itself there")
    return tree.read(LOCK_FILE, LIMIT).decode("utf-8", "surrogateescape")


def read_lock(tree: CodeTree) -> "Lock":
    """Read the lock of a tree. Raises `UserError` for one that is no plain file."""
    from drift.debt.lock import parse_lock  # noqa: PLC0415 (only where a lock is looked into)

    return parse_lock(lock_text(tree))


def write_lock(root: Path, lock: "Lock") -> None:
    """Write the lock of a root; it stays when it becomes empty. Raises `UserError` where that is not possible."""
    from drift.debt.lock import format_lock  # noqa: PLC0415 (same)

    place = root / LOCK_FILE
    if place.is_symlink():
        raise UserError(f"{place} is a symbolic link", "links are not followed: put the file itself there")
    made = root / f".{LOCK_FILE}.{os.getpid()}"
    try:
        mode = place.stat().st_mode & 0o777 if place.exists() else MODE
        handle = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(format_lock(lock).encode("utf-8", "surrogateescape"))
            made.replace(place)
        except BaseException:
            made.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise UserError(f"{place} cannot be written: {error.strerror or error}", "check who may write there") from error
