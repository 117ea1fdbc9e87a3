"""What changed since someone last read a spec: each reader's own mark, moved by reading.

A mark is nobody else's business: it is not in the audit log, and nobody sees another's.
"""

from uuid import UUID

from specs.access import Principal, Role, Scope
from specs.library import Spec
from specs.readings import Unread
from specs.service import writing
from specs.store.connection import Clock, Transactions
from specs.store.library import LibraryStore
from specs.store.readings import ReadingStore


class Readings:
    """Use cases of what was read."""

    def __init__(self, database: Transactions, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def unread(self, principal: Principal, project: UUID) -> tuple[Unread, ...]:
        """Give the specs that others changed since the caller read them, by path; none that were never read."""
        principal.require(project, Role.READER, Scope.READ)
        async with self._database.read() as connection:
            return await ReadingStore(connection, project, principal.actor.id).unread()

    async def opened(self, principal: Principal, project: UUID, spec: Spec) -> Unread | None:
        """Say what changed since the caller last read a spec; where nothing did, its head is what was read last.

        What changed stays so until the caller says `read`: who opens a page has not seen what is new on it.
        """
        principal.require(project, Role.READER, Scope.READ)
        me = principal.actor.id
        async with self._database.read() as connection:
            store = ReadingStore(connection, project, me)
            found, last = await store.unread(spec.id), await store.last(spec.id)
        if not found and last != spec.head:
            async with self._database.transaction() as connection:
                await ReadingStore(connection, project, me).keep(spec.id, spec.head, self._clock())
        return found[0] if found else None

    async def read(self, principal: Principal, project: UUID, spec: UUID, revision: str) -> None:
        """Keep that the caller read a revision of a spec. Raises `MissingError` where there is none."""
        principal.require(project, Role.READER, Scope.READ)
        async with self._database.transaction() as connection:
            store = LibraryStore(connection, project)
            await writing.found(store, spec)
            if not writing.is_digest(revision) or not await store.was_head(spec, revision):
                raise writing.no_revision()
            await ReadingStore(connection, project, principal.actor.id).keep(spec, revision, self._clock())

    async def read_all(self, principal: Principal, project: UUID) -> int:
        """Keep that the caller has seen all that changed; give how many specs that were."""
        principal.require(project, Role.READER, Scope.READ)
        async with self._database.transaction() as connection:
            store = ReadingStore(connection, project, principal.actor.id)
            found = await store.unread()
            for one in found:
                await store.keep(one.spec, one.head, self._clock())
        return len(found)
