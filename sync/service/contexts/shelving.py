"""Shelves of projects, kept by this process and brought up to the heads before each question.

Only specs that changed since the last question are read and parsed. What a question sees is what the database held
when it was asked; nothing is shared between projects.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from specs.library import SpecText
from specs.service import documents
from specs.store.connection import Transactions
from specs.store.library import LibraryStore
from sync.contexts.shelf import Shelf

MOST_ROWS = 300_000


@dataclass(slots=True)
class Kept:
    """A project's shelf, and whose turn it is: whoever changes or asks it holds the lock."""

    shelf: Shelf = field(default_factory=Shelf)
    refs: dict[str, UUID] = field(default_factory=dict)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Shelves:
    """The shelves of this process; those not asked for longest go first when all together hold too much."""

    def __init__(self, most_rows: int = MOST_ROWS) -> None:
        self._kept: OrderedDict[UUID, Kept] = OrderedDict()
        self._most = most_rows

    def of(self, project: UUID) -> Kept:
        """Give a project's shelf as it was left. Lock it, then bring it `up_to_date`."""
        kept = self._kept.setdefault(project, Kept())
        self._kept.move_to_end(project)
        while len(self._kept) > 1 and sum(one.shelf.alive for one in self._kept.values()) > self._most:
            self._kept.popitem(last=False)
        return kept

    async def up_to_date(self, database: Transactions, project: UUID, kept: Kept) -> None:
        """Bring a shelf that one has locked up to the heads of the project."""
        async with database.read() as connection:
            store = LibraryStore(connection, project)
            heads = await store.head_digests()
            held = kept.shelf.revisions
            stale = [ref for path, (ref, digest) in heads.items() if held.get(path) != digest]
            changed = await store.heads(stale) if stale else ()
        kept.refs = {path: ref for path, (ref, _) in heads.items()}
        gone = [path for path in held if path not in heads]
        if gone or changed:
            await asyncio.to_thread(_bring, kept.shelf, gone, changed)


def _bring(shelf: Shelf, gone: Sequence[str], changed: Sequence[SpecText]) -> None:
    for path in gone:
        shelf.drop(path)
    for head in changed:
        shelf.put(head.spec.path, head.revision.digest, documents.document(head.text))
