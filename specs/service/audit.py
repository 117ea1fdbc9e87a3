"""The audit log in use: verified and exported in one snapshot without ever being held whole, and searched."""

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from specs.access import Principal, Role, Scope
from specs.audit import INSTALLATION, Checkpoint, Entry, Fault, Json, Verification, Wanted
from specs.auditlines import end_line, entry_line
from specs.checkpoints import Recorded, Series, compare
from specs.library import Page
from specs.revision import Actor
from specs.service.auditing import record
from specs.service.paging import decode_number, encode_cursor, limited
from specs.store.audit import AuditStore
from specs.store.connection import Connection, Transactions
from specs.store.people import ActorStore


@dataclass(frozen=True, slots=True)
class Verified:
    """What a verification found: how far each chain goes, and every fault."""

    ends: tuple[Checkpoint, ...]
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """A file of checkpoints to verify against; `whole` where it must hold all that were ever written of its series."""

    series: Series
    whole: bool = True


class Audit:
    """Use cases of the audit log."""

    def __init__(self, database: Transactions) -> None:
        self._database = database

    async def verify(self, principal: Principal, kept: Iterable[Kept] = (), *, missed: bool = False) -> Verified:
        """Recompute every chain and compare it with its recorded end, and with checkpoints kept elsewhere.

        Without a checkpoint, whoever can rewrite the whole database can rewrite the log. Needs an administrator of the
        installation. `missed` where all files must be at hand: a series that was written and has none is told.
        """
        principal.require_site_admin()
        files = tuple(kept)
        known = [checkpoint for file in files for checkpoint in file.series.checkpoints()]
        faults = [fault for file in files for fault in file.series.faults]
        async with self._database.read() as connection:
            store = AuditStore(connection)
            recorded = await store.recorded()
            faults += _of_files(files, recorded, missed=missed)
            done = await _follow_all(store, known)
            faults += [fault for _, found in done for fault in found]
            ends = {verification.chain: verification.end.n for verification, _ in done}
            faults += await store.wrong_revisions()
            faults += [
                Fault(end.chain, end.n, "the recorded end does not fit it") for end in await store.crooked_ends()
            ]
        for row in recorded:
            if row.n > ends.get(row.chain, 0):
                message = f"the chain ends before entry {row.n}, which a checkpoint saw"
                faults.append(Fault(row.chain, ends.get(row.chain, 0), message))
        return Verified(tuple(verification.end for verification, _ in done), tuple(faults))

    async def advance(self, principal: Principal, known: Mapping[UUID, Checkpoint]) -> Verified:
        """Verify what each chain got since a checkpoint, and say how far those now go that got something."""
        principal.require_site_admin()
        ends: list[Checkpoint] = []
        faults: list[Fault] = []
        async with self._database.read() as connection:
            store = AuditStore(connection)
            for end in await store.ends():
                last = known.get(end.chain, None)
                if last is not None and last.n == end.n and last.digest == end.digest:
                    continue
                begins = None if last is None else Checkpoint(last.chain, last.n, last.digest)
                verification = Verification(end.chain, begins=begins)
                await _follow(store, verification)
                found = verification.finish(end)
                faults += found
                if not found:
                    ends.append(verification.end)
        return Verified(tuple(ends), tuple(faults))

    async def remember(self, principal: Principal, recorded: Iterable[Recorded]) -> None:
        """Remember checkpoints that were written outside."""
        principal.require_site_admin()
        async with self._database.transaction() as connection:
            await AuditStore(connection).remember(recorded)

    async def remembered(self, principal: Principal, series: UUID | None) -> int:
        """Say how many checkpoints of a series are remembered; without one, of the longest."""
        principal.require_site_admin()
        async with self._database.read() as connection:
            return await AuditStore(connection).remembered(series)

    async def note(
        self, principal: Principal, at: datetime, action: str, subject: object, details: Mapping[str, Json]
    ) -> None:
        """Record something that concerns the log itself."""
        principal.require_site_admin()
        async with self._database.transaction() as connection:
            await record(connection, principal, INSTALLATION, at=at, action=action, subject=subject, details=details)

    async def export(self, principal: Principal, chain: UUID | None = None) -> AsyncIterator[str]:
        """Give the log as lines of JSON without their ends (`specs.auditlines`): one chain's, or all."""
        principal.require_site_admin()
        async with self._database.read() as connection:
            store = AuditStore(connection)
            ends = [end for end in await store.ends() if chain in {None, end.chain}]
            for end in ends:
                yield end_line(end)
            for end in ends:
                async for entries in store.stream(end.chain):
                    for entry in entries:
                        yield entry_line(entry)

    async def find(
        self, principal: Principal, project: UUID, wanted: Wanted, *, cursor: str | None = None, limit: int = 50
    ) -> Page[Entry]:
        """Give the entries of a project that are wanted, the latest first. Needs a reviewer."""
        principal.require(project, Role.REVIEWER, Scope.READ)
        before = None if cursor is None else decode_number(cursor)
        count = limited(limit)
        async with self._database.read() as connection:
            rows = await AuditStore(connection).find(project, wanted, before=before, limit=count + 1)
        return Page(rows[:count], encode_cursor(str(rows[count - 1].n)) if len(rows) > count else None)

    async def people(self, principal: Principal, project: UUID, entries: Iterable[Entry]) -> dict[UUID, Actor]:
        """Give whoever entries of a project name as doing something, or as having it done. Needs a reviewer."""
        principal.require(project, Role.REVIEWER, Scope.READ)
        named = {ident for one in entries for ident in (one.act.actor, one.act.on_behalf_of) if ident is not None}
        async with self._database.read() as connection:
            return await ActorStore(connection).actors(named)


async def whole_chain(connection: Connection, chain: UUID = INSTALLATION) -> tuple[Entry, ...]:
    """Give every entry of a chain at once: for short ones."""
    return tuple([entry async for entries in AuditStore(connection).stream(chain) for entry in entries])


def _of_files(files: Iterable[Kept], recorded: tuple[Recorded, ...], *, missed: bool) -> list[Fault]:
    """Hold files against what is remembered; where all are at hand, a series without its file is missed."""
    faults: list[Fault] = []
    seen: set[UUID] = set()
    for file in files:
        links = file.series.links
        rows = [row for row in recorded if links and row.series == links[0].series]
        faults += compare(file.series, rows, whole=file.whole)
        seen |= {links[0].series} if links else set()
        seen |= {links[0].restarts} if links and links[0].restarts else set()
    if missed:
        for series in sorted({row.series for row in recorded} - seen):
            count = sum(1 for row in recorded if row.series == series)
            faults.append(Fault(None, count, f"it was written into a file of series {series}, which is not here"))
    return faults


async def _follow_all(store: AuditStore, known: list[Checkpoint]) -> list[tuple[Verification, tuple[Fault, ...]]]:
    kept: dict[UUID, list[Checkpoint]] = {}
    for checkpoint in known:
        kept.setdefault(checkpoint.chain, []).append(checkpoint)
    done = []
    for chain in sorted({*await store.chains(), *kept}, key=lambda chain: chain.int):
        verification = Verification(chain, kept.get(chain, ()))
        await _follow(store, verification)
        done.append((verification, verification.finish(await store.end(chain))))
    return done


async def _follow(store: AuditStore, verification: Verification) -> None:
    async for seals in store.seals(verification.chain, verification.end.n):
        verification.follow_seals(seals)
