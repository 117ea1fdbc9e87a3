"""Queries of what a week brought, for its letter: checks, revisions, gates, tasks that ended, names of agents."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, DateTime, Select, cast, func, select
from sqlalchemy.dialects.postgresql import distinct_on

from drift.tables.checks import checks
from drift.tables.code import code_paths
from drift.tables.repositories import repositories
from specs.revision import ActorKind
from specs.store.connection import Connection
from specs.tables.library import revisions
from specs.tables.people import actors, members
from sync.inbox.decisions import Choice
from sync.tables.contexts import bundles
from sync.tables.decisions import finding_decisions
from sync.tables.gates import gates
from sync.tables.tasks import tasks
from sync.weekly.evidence import Checked


class WeekStore:
    """What happened in a project between two moments, on one connection."""

    def __init__(self, connection: Connection, project: UUID, since: datetime, until: datetime) -> None:
        self._connection = connection
        self._project = project
        self._since = since
        self._until = until

    def _within(self, query: Select[Any], at: Any) -> Select[Any]:
        return query.where(at >= self._since, at < self._until)

    async def checks(self) -> dict[UUID, Checked]:
        """Count the checks of each repository by when their causes happened."""
        columns = (checks.c.repository_id, checks.c.commit, checks.c.verdict)
        query = (
            self._within(select(*columns), checks.c.cause_at)
            .join(repositories, repositories.c.id == checks.c.repository_id)
            .where(repositories.c.project_id == self._project)
            .order_by(checks.c.seq)
        )
        found: dict[UUID, Checked] = {}
        for row in await self._connection.execute(query):
            so_far = found.get(row.repository_id, Checked(first=row.commit))
            failed = so_far.failed + (row.verdict == "error")
            found[row.repository_id] = Checked(so_far.count + 1, failed, so_far.first, row.commit)
        return found

    async def revisions(self) -> tuple[int, dict[str, int]]:
        """Count the specs that changed, and the revisions by the kind of who wrote them; no side revisions."""
        ours = (revisions.c.project_id == self._project) & ~revisions.c.side
        changed = self._within(select(func.count(revisions.c.spec_id.distinct())).where(ours), revisions.c.at)
        kinds = self._within(
            select(actors.c.kind, func.count())
            .join(revisions, revisions.c.actor_id == actors.c.id)
            .where(ours)
            .group_by(actors.c.kind),
            revisions.c.at,
        )
        number = (await self._connection.execute(changed)).scalar_one()
        return number, {row[0]: row[1] for row in await self._connection.execute(kinds)}

    async def gates(self) -> tuple[UUID, ...]:
        """Name the gates that were made."""
        query = self._within(select(gates.c.id).where(gates.c.project_id == self._project), gates.c.created_at)
        rows = await self._connection.execute(query.order_by(gates.c.created_at, gates.c.id))
        return tuple(rows.scalars())

    async def tasks(self) -> tuple[int, int]:
        """Count the tasks that ended, and those of them for which context was served."""
        served = select(bundles.c.id).where(bundles.c.task_id == tasks.c.id).correlate(tasks).exists()
        query = select(func.count().label("ended"), func.count().filter(served).label("fetched"))
        within = (tasks.c.ended_at >= self._since) & (tasks.c.ended_at < self._until)
        row = (await self._connection.execute(query.where(tasks.c.project_id == self._project, within))).one()
        return row.ended, row.fetched

    async def bundles(self) -> int:
        """Count the bundles that were served."""
        query = select(func.count()).select_from(bundles).where(bundles.c.project_id == self._project)
        number: int = (await self._connection.execute(self._within(query, bundles.c.at))).scalar_one()
        return number

    async def lines(self, ends: Sequence[datetime]) -> tuple[dict[UUID, int], ...]:
        """Count the lines of code of each repository at some moments, in order: as its last check before each did.

        What no check before a moment says is left out; for the last moment, the head says it.
        """
        moments = cast(list(ends), ARRAY(DateTime(timezone=True)))
        bucket = func.width_bucket(checks.c.cause_at, moments).label("bucket")
        told = (
            select(checks.c.repository_id, bucket, checks.c.seq, checks.c.counts["lines"].astext.label("lines"))
            .join(repositories, repositories.c.id == checks.c.repository_id)
            .where(repositories.c.project_id == self._project, checks.c.verdict != "error")
            .where(checks.c.counts.has_key("lines"))
            .subquery()
        )
        query = (
            select(told)
            .ext(distinct_on(told.c.repository_id, told.c.bucket))
            .order_by(told.c.repository_id, told.c.bucket, told.c.seq.desc())
        )
        rows = list(await self._connection.execute(query))
        found: list[dict[UUID, int]] = [{} for _ in ends[1:]] + [await self._lines_now()]
        for row in rows:
            for at in range(len(ends)):
                if row.bucket <= at:
                    found[at][row.repository_id] = int(row.lines)
        return tuple(found)

    async def _lines_now(self) -> dict[UUID, int]:
        query = (
            select(code_paths.c.repository_id, func.sum(code_paths.c.lines))
            .join(repositories, repositories.c.id == code_paths.c.repository_id)
            .where(repositories.c.project_id == self._project, code_paths.c.module != "")
            .group_by(code_paths.c.repository_id)
        )
        return {row[0]: int(row[1]) for row in await self._connection.execute(query)}

    async def decided(self) -> tuple[int, int]:
        """Count the findings that people waived, and that they gave to be mended; what was taken back, too."""
        number, choice = func.count(finding_decisions.c.fingerprint.distinct()), finding_decisions.c.choice
        query = select(
            number.filter(choice == Choice.WAIVE.value).label("waived"),
            number.filter(choice == Choice.MEND.value).label("mended"),
        )
        within = (finding_decisions.c.at >= self._since) & (finding_decisions.c.at < self._until)
        ours = query.where(finding_decisions.c.project_id == self._project, within)
        row = (await self._connection.execute(ours)).one()
        return row.waived, row.mended

    async def agents(self) -> frozenset[str]:
        """Give the names of the project's agents."""
        query = (
            select(actors.c.name)
            .join(members, members.c.actor_id == actors.c.id)
            .where(members.c.project_id == self._project, actors.c.kind == ActorKind.AGENT)
        )
        return frozenset((await self._connection.execute(query)).scalars())
