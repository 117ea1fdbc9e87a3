"""What copies of a project's specs elsewhere ask for: whether anything changed, what did, and many texts at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from specs.access import Principal, Role, Scope
from specs.library import check_text
from specs.manifest import Manifest
from specs.paths import path_key
from specs.revision import Revision
from specs.service import writing
from specs.service.paging import decode_cursor, encode_cursor, no_cursor
from specs.store.connection import Transactions
from specs.store.library import LibraryStore
from specs.store.manifest import ManifestStore

MAX_ENTRIES = 5000
MAX_TEXTS = 500
MAX_BYTES = 4 * 1024 * 1024
# Writes take their time before they commit. One that took longer than this is found by the digest of the list.
OVERLAP = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A text that is asked for; `have` is a revision of the same spec whose text the caller has."""

    spec: UUID
    revision: str
    have: str | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """A revision with its text, and the text of the revision that the caller has, if the spec has that one."""

    revision: Revision
    text: str
    base: str | None = None


class Checkouts:
    """The use cases of copies."""

    def __init__(self, database: Transactions) -> None:
        self._database = database

    async def digest(self, principal: Principal, project: UUID, prefix: str = "") -> str:
        """Give the digest of the list of active specs whose path begins with a prefix."""
        principal.require(project, Role.READER, Scope.READ)
        writing.refuse(check_text(prefix))
        async with self._database.read() as connection:
            return (await ManifestStore(connection, project, path_key(prefix)).digest())[0]

    async def manifest(  # noqa: PLR0913 (each part of the question)
        self,
        principal: Principal,
        project: UUID,
        *,
        prefix: str = "",
        since: str | None = None,
        after: UUID | None = None,
        limit: int = MAX_ENTRIES,
    ) -> Manifest:
        """Give the list of active specs; with `since`, a cursor of an earlier answer, what changed from then on.

        What changed may be told twice, and a write that took long to commit may be missed: whoever keeps a copy holds
        its digest against that of the answer, and where they differ takes the whole list.
        """
        principal.require(project, Role.READER, Scope.READ)
        writing.refuse(check_text(prefix))
        begins = None if since is None else _time(since)
        async with self._database.read() as connection:
            store = ManifestStore(connection, project, path_key(prefix))
            digest, latest = await store.digest()
            count = max(1, min(limit, MAX_ENTRIES))
            entries, gone, last = await store.entries(since=begins, after=after, limit=count)
        cursor = None if latest is None else encode_cursor(latest.astimezone(UTC).isoformat())
        return Manifest(digest, entries, gone, cursor, None if last is None else str(last))

    async def texts(
        self, principal: Principal, project: UUID, wanted: Sequence[Wanted]
    ) -> tuple[tuple[Given, ...], tuple[Wanted, ...]]:
        """Give texts in the order they are asked for, and what there was no room for.

        A revision that is not there is in neither: its caller knew an older state.
        """
        principal.require(project, Role.READER, Scope.READ)
        known = [one for one in wanted if writing.is_digest(one.revision)][:MAX_TEXTS]
        async with self._database.read() as connection:
            sizes = await ManifestStore(connection, project, "").sizes({(one.spec, one.revision) for one in known})
            chosen: list[Wanted] = []
            room = MAX_BYTES
            for one in known:
                size = sizes.get((one.spec, one.revision), 0)
                if chosen and size > room:
                    break
                chosen.append(one)
                room -= size
            pairs = {(one.spec, one.revision) for one in chosen}
            pairs |= {(one.spec, one.have) for one in chosen if one.have is not None}
            found = await LibraryStore(connection, project).read_many(pairs)
        given = []
        for one in chosen:
            if (one.spec, one.revision) in found:
                base = found.get((one.spec, one.have)) if one.have is not None else None
                given.append(Given(*found[one.spec, one.revision], None if base is None else base[1]))
        return tuple(given), (*known[len(chosen) :], *wanted[len(known) :])


def _time(cursor: str) -> datetime:
    """Read the time in a cursor, a little earlier. Raises `UserError` for what is none."""
    try:
        return datetime.fromisoformat(decode_cursor(cursor)).astimezone(UTC) - OVERLAP
    except (ValueError, OverflowError) as error:
        raise no_cursor() from error
