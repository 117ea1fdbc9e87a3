"""What specs a project has, as a list that a copy elsewhere can be held against by one digest. Pure."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

EMPTY = hashlib.sha256(b"").hexdigest()


@dataclass(frozen=True, slots=True)
class Entry:
    """A spec as a manifest lists it: its id, its path, the digests of its head and of the text there."""

    id: str
    path: str
    head: str
    text: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """Part of the list. `digest` is that of the whole list, `cursor` asks later for what changed since.

    `gone` are ids of specs that are not listed (any more). `after` asks for what follows this part, where more does.
    """

    digest: str
    entries: tuple[Entry, ...]
    gone: tuple[str, ...] = ()
    cursor: str | None = None
    after: str | None = None


def manifest_digest(entries: Iterable[Entry]) -> str:
    """Name a whole list: SHA-256 over a line `ID HEAD PATH` for each spec, sorted by id."""
    lines = sorted(f"{entry.id} {entry.head} {entry.path}\n" for entry in entries)
    return hashlib.sha256("".join(lines).encode()).hexdigest()
