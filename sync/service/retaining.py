"""Lets go of what was kept long enough, project by project, in small steps; or only says what would go.

Never touched: revisions and their texts, the audit log, open findings, the checks that findings rest on, and what says
how things stand today.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from specs.access import Principal
from specs.audit import INSTALLATION
from specs.limits import KEPT, Kept, LimitKind
from specs.service.auditing import record
from specs.store.connection import Clock, Transactions
from specs.store.limits import LimitStore, forget_usage
from specs.store.people import ProjectStore
from sync.store.retaining import Horizon, RetentionStore

BATCH = 500
# A value that is kept again meanwhile is not yet referred to by what its writer commits in a moment.
SETTLED = timedelta(days=1)
USAGE = timedelta(days=3)
FOR_GOOD = datetime(1, 1, 2, tzinfo=UTC)
# Checks come first: those that only findings of today's run held go tomorrow, and what was counted is what goes.
ROWS = (Kept.CHECKS, Kept.FINDINGS, Kept.IMAGES, Kept.TOKENS)


@dataclass(frozen=True, slots=True)
class LetGo:
    """What of one project (of the installation: "") went, or would go."""

    project: str
    counts: dict[Kept, int]


@dataclass(frozen=True, slots=True)
class Retained:
    """What a run let go of, or would let go of: by project, and how many large values of how many bytes in all."""

    projects: tuple[LetGo, ...]
    values: int
    size: int


class Retention:
    """Lets go of what was kept long enough."""

    def __init__(self, database: Transactions, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def run(self, principal: Principal, *, dry: bool = False) -> Retained:
        """Let go of what was kept long enough; `dry` only counts it. Needs an administrator of the installation."""
        principal.require_site_admin()
        at = self._clock()
        async with self._database.read() as connection:
            projects = await ProjectStore(connection).all(None)
        told, horizons = [], []
        for ref, name in ((INSTALLATION, ""), *((one.id, one.slug) for one in projects)):
            before = await self._before(ref, at)
            if not dry and ref != INSTALLATION:
                async with self._database.transaction() as connection:
                    await RetentionStore(connection).note_shown(ref)
            counts = await self._counts(ref, before)
            if not dry:
                await self._remove(principal, ref, before, counts, at)
            if ref != INSTALLATION:
                horizons.append(Horizon(ref, before[Kept.REPORTS], before[Kept.RECEIPTS], before[Kept.DECISIONS]))
            told.append(LetGo(name, counts))
        values, size = await self._values(tuple(horizons), at - SETTLED, dry=dry)
        return Retained(tuple(one for one in told if any(one.counts.values())), values, size)

    async def _before(self, project: UUID, at: datetime) -> dict[Kept, datetime]:
        """Say up to when each thing of a project may go."""
        async with self._database.read() as connection:
            own, installation = await LimitStore(connection, project).said(LimitKind.RETENTION)
        days = {what: own.get(what, installation.get(what, measure.default)) for what, measure in KEPT.items()}
        return {what: at - timedelta(days=number) if number else FOR_GOOD for what, number in days.items()}

    async def _counts(self, project: UUID, before: dict[Kept, datetime]) -> dict[Kept, int]:
        names = (Kept.TOKENS,) if project == INSTALLATION else tuple(Kept)
        async with self._database.read() as connection:
            store = RetentionStore(connection)
            return {what: await store.going(what, _owner(project), before[what]) for what in names}

    async def _remove(
        self, principal: Principal, project: UUID, before: dict[Kept, datetime], counts: dict[Kept, int], at: datetime
    ) -> None:
        for what in ROWS:
            while counts.get(what):
                async with self._database.transaction() as connection:
                    gone = await RetentionStore(connection).remove(what, _owner(project), before[what], BATCH)
                if gone < BATCH:
                    break
        if not any(counts.values()):
            return
        details = {what.value: number for what, number in counts.items() if number}
        async with self._database.transaction() as connection:
            await record(
                connection, principal, project, at=at, action="retention.run", subject=project, details=details
            )

    async def _values(self, horizons: tuple[Horizon, ...], settled: datetime, *, dry: bool) -> tuple[int, int]:
        async with self._database.read() as connection:
            found = await RetentionStore(connection).unused(horizons, settled)
        left = 0 if dry else found[0]
        while left > 0:
            async with self._database.transaction() as connection:
                left -= max(1, await RetentionStore(connection).remove_unused(horizons, settled, BATCH))
        if not dry:
            async with self._database.transaction() as connection:
                await forget_usage(connection, settled - USAGE)
        return found


def _owner(project: UUID) -> UUID | None:
    """Give whose tokens are meant: those of no project are the installation's."""
    return None if project == INSTALLATION else project
