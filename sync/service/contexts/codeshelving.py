"""The definitions of projects, kept by this process and brought up to what was read before each question.

Only files whose blob is another since the last question are read from the database.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from drift.describing import Described
from drift.store.definitions import DefinitionStore
from drift.store.repositories import RepositoryStore
from specs.errors import MissingError, UserError
from specs.store.connection import Transactions
from sync.contexts.codeshelf import CodeShelf, Place
from sync.contexts.links import Link, Standing
from sync.contexts.related import Code, RelatedCode
from sync.contexts.relations import hint_for

MOST_ROWS = 300_000


@dataclass(slots=True)
class KeptCode:
    """A project's definitions as they were read last, and whose turn it is."""

    shelf: CodeShelf = field(default_factory=CodeShelf)
    commits: dict[UUID, str] = field(default_factory=dict)
    blobs: dict[UUID, dict[str, str]] = field(default_factory=dict)
    names: dict[UUID, str] = field(default_factory=dict)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class CodeShelves:
    """The definitions of projects in this process; those not asked for longest go first when there are too many."""

    def __init__(self, most_rows: int = MOST_ROWS) -> None:
        self._kept: OrderedDict[UUID, KeptCode] = OrderedDict()
        self._most = most_rows

    def of(self, project: UUID) -> KeptCode:
        """Give a project's definitions as they were left. Lock them, then bring them `up_to_date`."""
        kept = self._kept.setdefault(project, KeptCode())
        self._kept.move_to_end(project)
        while len(self._kept) > 1 and sum(one.shelf.alive for one in self._kept.values()) > self._most:
            self._kept.popitem(last=False)
        return kept

    async def up_to_date(self, database: Transactions, project: UUID, kept: KeptCode) -> None:
        """Bring definitions that one has locked up to what was read of the repositories."""
        async with database.read() as connection:
            store = DefinitionStore(connection)
            commits = await store.commits(project)
            kept.names = {one.id: one.name for one in await RepositoryStore(connection).of_project(project)}
            gone = kept.commits.keys() - commits.keys()
            changed = {}
            for repository in [one for one, commit in commits.items() if kept.commits.get(one) != commit]:
                blobs, before = await store.blobs(repository), kept.blobs.get(repository, {})
                fresh = [path for path, blob in blobs.items() if before.get(path) != blob]
                changed[repository] = blobs, await store.definitions(repository, fresh), before.keys() - blobs.keys()
        for repository in gone:
            changed[repository] = {}, {}, set(kept.blobs.get(repository, {}))
        if changed:
            await asyncio.to_thread(_bring, kept.shelf, {one: rows[1:] for one, rows in changed.items()})
        for repository, (blobs, _, _) in changed.items():
            kept.blobs[repository] = blobs
        kept.commits = commits


def _bring(shelf: CodeShelf, changed: Mapping[UUID, tuple[Mapping[str, Sequence[Described]], set[str]]]) -> None:
    for repository, (files, gone) in changed.items():
        for path in gone:
            shelf.drop(Place(str(repository), path))
        for path, definitions in files.items():
            shelf.put(Place(str(repository), path), definitions)


def code_at(kept: KeptCode, row: int) -> Code:
    """Give a definition as others know it."""
    place, one = kept.shelf.places[row], kept.shelf.rows[row]
    repository = UUID(place.repository)
    name = kept.names.get(repository, "")
    if one is None:
        return Code(repository, name, place.path, "", 1, "file")
    return Code(repository, name, place.path, one.name, one.line, one.kind, one.signature, one.said)


def confirmed(kept: KeptCode, link: Link) -> RelatedCode:
    """Say how a decided tie stands: code that moved within its repository and is the same is still meant."""
    why = (f"{link.state} by {link.by.name}",)
    blob = kept.blobs.get(link.repository_id, {}).get(link.path)
    if not link.symbol:
        code = Code(link.repository_id, link.repository, link.path, "", 1, "file")
        state = Standing.GONE if blob is None else Standing.KEPT if blob == link.digest else Standing.CHANGED
        return RelatedCode(code, 0.0, why, link, state)
    same = [
        row
        for row in sorted(kept.shelf.named.get(link.symbol, ()))
        if kept.shelf.places[row].repository == str(link.repository_id)
        and (one := kept.shelf.rows[row]) is not None
        and one.name == link.symbol
        and (kept.shelf.places[row].path == link.path or one.body == link.digest)
    ]
    same.sort(key=lambda row: kept.shelf.places[row].path != link.path)
    if not same:
        code = Code(link.repository_id, link.repository, link.path, link.symbol, 1, "symbol")
        return RelatedCode(code, 0.0, why, link, Standing.GONE)
    one = kept.shelf.rows[same[0]]
    state = Standing.KEPT if one is not None and one.body == link.digest else Standing.CHANGED
    return RelatedCode(code_at(kept, same[0]), 0.0, why, link, state)


def home_of(kept: KeptCode, file: str, symbol: str, repository: str) -> tuple[UUID, str]:
    """Find the repository of code that is to be bound, and what names the code as it is."""
    homes = [
        one for one, blobs in kept.blobs.items() if file in blobs and repository in {"", kept.names.get(one), str(one)}
    ]
    if not homes:
        known = sorted({path for blobs in kept.blobs.values() for path in blobs})
        raise MissingError(
            f"No code is known of {file!r}.", hint_for(file, known, "Name a file of the last evaluated commit.")
        )
    if len(homes) > 1:
        raise UserError("Several repositories have such a file.", "Name the repository, too.")
    if not symbol:
        return homes[0], kept.blobs[homes[0]][file]
    names = {one.name: one for _, one in kept.shelf.of_file(Place(str(homes[0]), file))}
    if symbol not in names:
        hint = hint_for(symbol, sorted(names), "Names are dotted inside their file, such as `Card.pay`.")
        raise MissingError(f"{file} has no {symbol!r}.", hint)
    return homes[0], names[symbol].body


def key_of(shelf: CodeShelf, row: int) -> tuple[str, str, str]:
    """Name a definition: its repository, its file, its name."""
    place, one = shelf.places[row], shelf.rows[row]
    return place.repository, place.path, one.name if one is not None else ""
