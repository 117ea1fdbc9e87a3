"""Queries of who acts in the course of which task: what is known of it, and whether its token still holds."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from specs.access import Errand
from specs.revision import Actor, ActorKind
from specs.store.connection import Connection
from specs.tables.people import actors
from sync.store.tasks import TaskStore
from sync.tables.contexts import bundles
from sync.tables.tasks import task_usage, tasks
from sync.tasks.task import FOLDER, Task, TaskState


@dataclass(frozen=True, slots=True)
class Served:
    """A bundle of context that was served in the course of a task, to whom and when, under which claim."""

    bundle: UUID
    actor: Actor
    tokens: int
    fencing: int
    at: datetime


async def errand_of(
    connection: Connection, actor: UUID, named: tuple[UUID, int] | None = None
) -> tuple[UUID, Errand] | None:
    """Give the task that an actor holds and what is known of it: the one named with its token, else the latest claimed.

    None where it holds none, or not under this token.
    """
    counted = (task_usage.c.task_id == tasks.c.id) & (task_usage.c.n >= tasks.c.spent_from)
    served = (bundles.c.task_id == tasks.c.id) & (bundles.c.fencing == tasks.c.fencing)
    query = (
        select(
            tasks.c.id,
            tasks.c.number,
            tasks.c.fencing,
            tasks.c.phase,
            tasks.c.size,
            select(func.sum(task_usage.c.tokens)).where(counted).scalar_subquery().label("tokens"),
            select(func.sum(task_usage.c.cost)).where(counted).scalar_subquery().label("cost"),
            select(func.max(bundles.c.at)).where(served).scalar_subquery().label("served_at"),
        )
        .where(tasks.c.holder_id == actor, tasks.c.state == TaskState.CLAIMED.value)
        .where(tasks.c.lease_until > func.clock_timestamp())
        .order_by(tasks.c.claimed_at.desc())
        .limit(1)
    )
    if named is not None:
        query = query.where(tasks.c.id == named[0], tasks.c.fencing == named[1])
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return None
    errand = Errand(
        fencing=row.fencing,
        phase=row.phase,
        size=row.size,
        cost=float(row.cost or 0),
        tokens=int(row.tokens or 0),
        served_at=row.served_at,
        named=named is not None,
        folder=f"{FOLDER}/{row.number}/",
    )
    return row.id, errand


async def locked_for(connection: Connection, task: UUID) -> tuple[Task, datetime] | None:
    """Give a task of any project, locked until the transaction ends, and the database's time after that."""
    query = select(tasks.c.project_id).where(tasks.c.id == task)
    project = (await connection.execute(query)).scalar_one_or_none()
    store = None if project is None else TaskStore(connection, project)
    found = None if store is None else await store.find(task, lock=True)
    return None if store is None or found is None else (found, await store.now())


async def served_at(connection: Connection, task: Task) -> datetime | None:
    """Give when context was last served under the present claim of a task."""
    query = select(func.max(bundles.c.at)).where(bundles.c.task_id == task.id, bundles.c.fencing == task.fencing)
    found: datetime | None = (await connection.execute(query)).scalar_one_or_none()
    return found


async def receipts_of(connection: Connection, task: UUID, limit: int) -> tuple[Served, ...]:
    """Give the bundles that were served in the course of a task, the latest first."""
    query = (
        select(bundles.c.id, bundles.c.tokens, bundles.c.fencing, bundles.c.at, bundles.c.actor_id)
        .add_columns(actors.c.name, actors.c.kind)
        .join(actors, actors.c.id == bundles.c.actor_id)
        .where(bundles.c.task_id == task)
        .order_by(bundles.c.at.desc(), bundles.c.id)
        .limit(limit)
    )
    return tuple(
        Served(row.id, Actor(row.actor_id, row.name, ActorKind(row.kind)), row.tokens, row.fencing or 0, row.at)
        for row in await connection.execute(query)
    )
