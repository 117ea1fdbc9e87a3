"""Queries of what a claim knows: sections that its task names or it was served, each by the revision it was read in."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from specs.store.connection import Connection
from specs.tables.library import revisions, specs
from specs.tables.people import actors
from sync.tables.tasks import task_holds, tasks
from sync.tasks.task import TaskState


@dataclass(frozen=True, slots=True)
class Moved:
    """Sections of a spec that a claim knows as they were in `since`; the head is `head` by now, written by `by`.

    `own` says that it was written in the course of the same task.
    """

    spec: UUID
    path: str
    since: str
    head: str
    by: str
    own: bool
    anchors: tuple[str, ...]


class HoldStore:
    """What the claims of one project's tasks know, on one connection."""

    def __init__(self, connection: Connection, project: UUID) -> None:
        self._connection = connection
        self._project = project

    async def begin(self, task: UUID, sections: Iterable[str]) -> None:
        """Forget what an earlier claim knew, and begin with the sections that a task names, as they read now."""
        await self._connection.execute(delete(task_holds).where(task_holds.c.task_id == task))
        for name in sections:
            path, _, anchor = name.partition("#")
            await self._take(task, path, anchor, None)

    async def served(self, task: UUID, passages: Iterable[tuple[str, str, str]]) -> None:
        """Add passages that were served: path, anchor, revision."""
        for path, anchor, revision in passages:
            await self._take(task, path, anchor, revision)

    async def _take(self, task: UUID, path: str, anchor: str, revision: str | None) -> None:
        read = specs.c.head if revision is None else literal(revision)
        known = select(literal(task), specs.c.id, literal(anchor), specs.c.path, read, read)
        known = known.where(specs.c.project_id == self._project, specs.c.path == path)
        made = upsert(task_holds).from_select(["task_id", "spec_id", "anchor", "path", "digest", "announced"], known)
        again = {"digest": made.excluded.digest, "announced": made.excluded.announced}
        await self._connection.execute(
            made.on_conflict_do_update(index_elements=["task_id", "spec_id", "anchor"], set_=again)
        )

    async def moved(self, task: UUID) -> tuple[Moved, ...]:
        """Give the specs whose heads are others than a claim knows, or was told of."""
        query = (
            select(specs.c.id, specs.c.path, specs.c.head, task_holds.c.announced, actors.c.name)
            .add_columns(
                func.coalesce(revisions.c.task_id == task, literal(value=False)).label("own"),
                func.array_agg(task_holds.c.anchor).label("anchors"),
            )
            .select_from(task_holds)
            .join(specs, specs.c.id == task_holds.c.spec_id)
            .join(revisions, (revisions.c.spec_id == specs.c.id) & (revisions.c.digest == specs.c.head))
            .join(actors, actors.c.id == revisions.c.actor_id)
            .where(task_holds.c.task_id == task, specs.c.head != task_holds.c.announced)
            .group_by(
                specs.c.id, specs.c.path, specs.c.head, task_holds.c.announced, actors.c.name, revisions.c.task_id
            )
            .order_by(specs.c.path, task_holds.c.announced)
        )
        rows = await self._connection.execute(query)
        return tuple(
            Moved(row.id, row.path, row.announced, row.head, row.name, row.own, tuple(sorted(row.anchors)))
            for row in rows
        )

    async def told(self, task: UUID, moved: Moved) -> None:
        """Write down that a change was looked at."""
        ours = (task_holds.c.task_id == task) & (task_holds.c.spec_id == moved.spec)
        ours &= task_holds.c.announced == moved.since
        await self._connection.execute(update(task_holds).where(ours).values(announced=moved.head))


async def behind(connection: Connection, limit: int) -> tuple[tuple[UUID, UUID], ...]:
    """Give the claimed tasks of all projects that know a spec otherwise than it reads now, each after its project."""
    query = (
        select(tasks.c.project_id, tasks.c.id)
        .join(task_holds, task_holds.c.task_id == tasks.c.id)
        .join(specs, specs.c.id == task_holds.c.spec_id)
        .where(tasks.c.state == TaskState.CLAIMED.value, tasks.c.lease_until > func.clock_timestamp())
        .where(specs.c.head != task_holds.c.announced)
        .distinct()
        .limit(limit)
    )
    return tuple((row.project_id, row.id) for row in await connection.execute(query))


async def lapsed_in(connection: Connection) -> tuple[UUID, ...]:
    """Give the projects with claimed tasks whose leases ran out."""
    query = select(tasks.c.project_id).where(tasks.c.state == TaskState.CLAIMED.value).distinct()
    rows = await connection.execute(query.where(tasks.c.lease_until <= func.clock_timestamp()))
    return tuple(rows.scalars())
