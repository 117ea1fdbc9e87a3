"""Queries of tasks: how they stand, what was said of them, what their holders are to be told. Scoped by project.

The time of everything about a lease is the database's.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, case, func, insert, or_, select, update
from sqlalchemy.sql import ColumnElement

from specs.access import Role
from specs.revision import Actor, ActorKind
from specs.rules.actions import Reviewers
from specs.store.connection import Connection
from specs.tables.people import actors
from sync.tables.tasks import task_news, task_notes, task_usage, tasks
from sync.tasks.board import ENDED_COLUMN, Narrowed
from sync.tasks.task import Area, Phase, Size, Task, TaskState

_HOLDER, _ASKER, _BY = actors.alias("holder"), actors.alias("asker"), actors.alias("created")
_LEFT = (TaskState.OPEN.value, TaskState.CLAIMED.value, TaskState.EXPIRED.value)


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody said of a task; `answer` is what a person answered to a phase that waited."""

    actor: Actor
    body: str
    at: datetime
    phase: Phase
    answer: str = ""


class TaskStore:
    """The tasks of one project on one connection."""

    def __init__(self, connection: Connection, project: UUID) -> None:
        self._connection = connection
        self._project = project

    async def now(self) -> datetime:
        """Give the database's time, at this very statement."""
        return (await self._connection.execute(select(func.clock_timestamp()))).scalar_one()  # type: ignore[no-any-return]  # the type of a function of SQL is not inferred

    async def add(self, task: Task) -> int:
        """Keep a new task, and give its number."""
        row = {
            "id": task.id,
            "project_id": self._project,
            "intent": task.intent,
            "paths": list(task.area.paths),
            "symbols": list(task.area.symbols),
            "sections": list(task.area.sections),
            "size": task.size.value,
            "last_phase": task.last.value,
            "created_by": task.by.id,
            "created_at": task.created_at,
            **_changing(task),
        }
        made = await self._connection.execute(insert(tasks).values(row).returning(tasks.c.number))
        return int(made.scalar_one())

    async def put(self, task: Task) -> None:
        """Write down how a locked task stands."""
        change = update(tasks).where(tasks.c.project_id == self._project, tasks.c.id == task.id)
        await self._connection.execute(change.values(_changing(task)))

    async def find(self, task: UUID, *, lock: bool = False) -> Task | None:
        """Give a task; locked, every other step of it waits for this one."""
        if lock and not await self._lock(tasks.c.id == task):
            return None
        row = (await self._connection.execute(self._query().where(tasks.c.id == task))).one_or_none()
        return None if row is None else _task(row)

    async def next(self, phase: Phase | None) -> Task | None:
        """Give and lock the oldest task that may be claimed and that nobody is about to claim.

        Of those that were claimed before, the ones that were least often: what kills its workers holds up no other.
        """
        free = or_(tasks.c.state != TaskState.CLAIMED.value, tasks.c.lease_until <= func.clock_timestamp())
        query = (
            select(tasks.c.id)
            .where(tasks.c.project_id == self._project, tasks.c.state.in_(_LEFT), ~tasks.c.waits, free)
            .order_by(tasks.c.fencing, tasks.c.number)
            .limit(1)
            .with_for_update(skip_locked=True, key_share=True)
        )
        if phase is not None:
            query = query.where(tasks.c.phase == phase.value)
        ref = (await self._connection.execute(query)).scalar_one_or_none()
        return None if ref is None else await self.find(ref)

    async def active(self, but: UUID | None = None) -> tuple[Task, ...]:
        """Give the tasks that somebody holds now, the oldest first."""
        query = self._query().where(tasks.c.state == TaskState.CLAIMED.value)
        query = query.where(tasks.c.lease_until > func.clock_timestamp())
        if but is not None:
            query = query.where(tasks.c.id != but)
        return tuple(map(_task, await self._connection.execute(query.order_by(tasks.c.number))))

    async def lapsed(self, limit: int) -> tuple[Task, ...]:
        """Give and lock tasks whose leases ran out, and of which nobody wrote that down."""
        over = (
            select(tasks.c.id)
            .where(tasks.c.project_id == self._project, tasks.c.state == TaskState.CLAIMED.value)
            .where(tasks.c.lease_until <= func.clock_timestamp())
            .order_by(tasks.c.number)
            .limit(limit)
            .with_for_update(skip_locked=True, key_share=True)
        )
        refs = list((await self._connection.execute(over)).scalars())
        if not refs:
            return ()
        rows = await self._connection.execute(self._query().where(tasks.c.id.in_(refs)).order_by(tasks.c.number))
        return tuple(map(_task, rows))

    async def page(
        self,
        states: Collection[TaskState],
        holder: UUID | None,
        *,
        number: int | None,
        before: int | None,
        limit: int,
    ) -> tuple[Task, ...]:
        """Give tasks, the newest first; states as they stand now."""
        query = self._query().order_by(tasks.c.number.desc()).limit(limit)
        if states:
            over = tasks.c.lease_until <= func.clock_timestamp()
            kept = [tasks.c.state == one.value for one in states if one is not TaskState.CLAIMED]
            claimed = tasks.c.state == TaskState.CLAIMED.value
            if TaskState.CLAIMED in states:
                kept.append(claimed & ~over)
            if TaskState.EXPIRED in states:
                kept.append(claimed & over)
            query = query.where(or_(*kept))
        if holder is not None:
            query = query.where(tasks.c.holder_id == holder)
        if number is not None:
            query = query.where(tasks.c.number == number)
        if before is not None:
            query = query.where(tasks.c.number < before)
        return tuple(map(_task, await self._connection.execute(query)))

    async def taken(self, since: datetime, limit: int) -> tuple[Task, ...]:
        """Give the tasks that somebody took on and at which something was done since, the newest first."""
        query = self._query().where(tasks.c.fencing > 0, tasks.c.updated_at >= since)
        return tuple(map(_task, await self._connection.execute(query.order_by(tasks.c.number.desc()).limit(limit))))

    async def waiting(self, limit: int) -> tuple[Task, ...]:
        """Give the tasks whose phase is finished and waits for people, those that wait longest first."""
        query = self._query().where(tasks.c.waits, tasks.c.state == TaskState.OPEN.value)
        return tuple(map(_task, await self._connection.execute(query.order_by(tasks.c.updated_at).limit(limit))))

    async def board(self, narrowed: Narrowed, most: int, most_ended: int) -> tuple[tuple[Task, ...], Mapping[str, int]]:
        """Give the tasks to be done, those that wait first, and those that ended last; and how many by phase."""
        ended = tasks.c.state.in_([TaskState.DONE.value, TaskState.FAILED.value])
        wanted = self._narrowed(narrowed)
        left = self._query().where(~ended, *wanted).order_by(tasks.c.waits.desc(), tasks.c.number.desc()).limit(most)
        gone = self._query().where(ended, *wanted).order_by(tasks.c.ended_at.desc()).limit(most_ended)
        found = [_task(row) for query in (left, gone) for row in await self._connection.execute(query)]
        phase = case((ended, ENDED_COLUMN), else_=tasks.c.phase).label("phase")
        counted = select(phase, func.count().label("number")).where(tasks.c.project_id == self._project, *wanted)
        rows = await self._connection.execute(counted.group_by(phase))
        return tuple(found), {row.phase: row.number for row in rows}

    @staticmethod
    def _narrowed(narrowed: Narrowed) -> list[ColumnElement[bool]]:
        over = tasks.c.lease_until <= func.clock_timestamp()
        found: list[ColumnElement[bool]] = []
        if narrowed.holder is not None:
            found += [tasks.c.holder_id == narrowed.holder, tasks.c.state == TaskState.CLAIMED.value, ~over]
        if narrowed.state in {TaskState.CLAIMED, TaskState.EXPIRED}:
            found += [tasks.c.state == TaskState.CLAIMED.value, over if narrowed.state is TaskState.EXPIRED else ~over]
        elif narrowed.state is not None:
            found.append(tasks.c.state == narrowed.state.value)
        if narrowed.waits:
            found.append(tasks.c.waits)
        if narrowed.words:
            named = func.array_to_string(tasks.c.paths + tasks.c.symbols + tasks.c.sections, " ")
            written = (tasks.c.intent, named)
            found.append(or_(*(column.icontains(narrowed.words, autoescape=True) for column in written)))
        return found

    async def awaited_by(self, actor: UUID, limit: int) -> tuple[Task, ...]:
        """Give the tasks that are not ended and that somebody made, or of which they finished a phase that waits."""
        theirs = or_(tasks.c.created_by == actor, tasks.c.waits & (tasks.c.asker_id == actor))
        left = tasks.c.state.not_in([TaskState.DONE.value, TaskState.FAILED.value])
        query = self._query().where(theirs, left).order_by(tasks.c.number.desc()).limit(limit)
        return tuple(map(_task, await self._connection.execute(query)))

    async def add_note(self, task: Task, actor: UUID, body: str, at: datetime, answer: str = "") -> None:
        """Keep what somebody said of a task in its phase."""
        row = {"task_id": task.id, "actor_id": actor, "fencing": task.fencing, "phase": task.phase.value}
        await self._connection.execute(insert(task_notes).values(**row, answer=answer, body=body, at=at))

    async def notes(self, task: UUID, limit: int) -> tuple[Note, ...]:
        """Give what was said of a task, the latest of it, in the order in which it was said."""
        query = (
            select(task_notes, actors.c.name, actors.c.kind)
            .join(actors, actors.c.id == task_notes.c.actor_id)
            .where(task_notes.c.task_id == task)
            .order_by(task_notes.c.n.desc())
            .limit(limit)
        )
        rows = list(await self._connection.execute(query))
        return tuple(
            Note(Actor(row.actor_id, row.name, ActorKind(row.kind)), row.body, row.at, Phase(row.phase), row.answer)
            for row in reversed(rows)
        )

    async def approvals(self, task: Task) -> frozenset[UUID]:
        """Give who approved of the phase that waits, of those whose last answer to it that is."""
        query = (
            select(task_notes.c.actor_id, task_notes.c.answer)
            .where(task_notes.c.task_id == task.id, task_notes.c.fencing == task.fencing)
            .where(task_notes.c.phase == task.phase.value, task_notes.c.answer != "")
            .order_by(task_notes.c.n)
        )
        last = {row.actor_id: row.answer for row in await self._connection.execute(query)}
        return frozenset(actor for actor, answer in last.items() if answer == "approve")

    async def spent_until(self, task: UUID) -> int:
        """Give the number of the last usage that was told for a task; 0 where none was."""
        query = select(func.max(task_usage.c.n)).where(task_usage.c.task_id == task)
        return int((await self._connection.execute(query)).scalar_one() or 0)

    async def add_news(self, news: Sequence[tuple[Task, str, Mapping[str, Any]]], at: datetime) -> None:
        """Keep what the holders of tasks are to be told."""
        rows = [
            {"task_id": task.id, "fencing": task.fencing, "kind": kind, "details": dict(details), "at": at}
            for task, kind, details in news
        ]
        if rows:
            await self._connection.execute(insert(task_news), rows)

    async def take_news(self, task: Task) -> tuple[Mapping[str, Any], ...]:
        """Give what the holder of a task is to be told, and mark it as told."""
        change = (
            update(task_news)
            .where(task_news.c.task_id == task.id, task_news.c.told_at.is_(None))
            .values(told_at=func.clock_timestamp())
            .returning(task_news.c.n, task_news.c.fencing, task_news.c.kind, task_news.c.details, task_news.c.at)
        )
        rows = sorted(await self._connection.execute(change), key=lambda row: int(row.n))
        mine = [row for row in rows if row.fencing == task.fencing]
        return tuple({"kind": row.kind, "at": row.at, **row.details} for row in mine)

    async def _lock(self, which: Any) -> bool:
        query = select(tasks.c.id).where(tasks.c.project_id == self._project, which).with_for_update(key_share=True)
        return (await self._connection.execute(query)).scalar_one_or_none() is not None

    def _query(self) -> Select[Any]:
        named = [
            column.label(f"{mark}_{column.name}")
            for mark, table in (("holder", _HOLDER), ("asker", _ASKER), ("by", _BY))
            for column in (table.c.name, table.c.kind)
        ]
        joined = (
            select(tasks, *named)
            .join(_BY, _BY.c.id == tasks.c.created_by)
            .outerjoin(_HOLDER, _HOLDER.c.id == tasks.c.holder_id)
            .outerjoin(_ASKER, _ASKER.c.id == tasks.c.asker_id)
        )
        return joined.where(tasks.c.project_id == self._project)


def _changing(task: Task) -> dict[str, Any]:
    return {
        "phase": task.phase.value,
        "state": task.state.value,
        "fencing": task.fencing,
        "holder_id": None if task.holder is None else task.holder.id,
        "claimed_at": task.claimed_at,
        "lease_until": task.lease_until,
        "waits": task.waits,
        "asker_id": None if task.asker is None else task.asker.id,
        "needs": [{"role": need.role.value, "count": need.count} for need in task.needs],
        "reasons": list(task.reasons),
        "reason": task.reason,
        "spent_from": task.spent_from,
        "updated_at": task.updated_at,
        "ended_at": task.ended_at,
    }


def _task(row: Row[Any]) -> Task:
    return Task(
        id=row.id,
        project=row.project_id,
        number=row.number,
        intent=row.intent,
        area=Area(tuple(row.paths), tuple(row.symbols), tuple(row.sections)),
        size=Size(row.size),
        phase=Phase(row.phase),
        last=Phase(row.last_phase),
        state=TaskState(row.state),
        by=Actor(row.created_by, row.by_name, ActorKind(row.by_kind)),
        created_at=row.created_at,
        updated_at=row.updated_at,
        fencing=row.fencing,
        holder=_actor(row.holder_id, row.holder_name, row.holder_kind),
        claimed_at=row.claimed_at,
        lease_until=row.lease_until,
        waits=row.waits,
        asker=_actor(row.asker_id, row.asker_name, row.asker_kind),
        needs=tuple(Reviewers(Role(one["role"]), one["count"]) for one in row.needs),
        reasons=tuple(row.reasons),
        reason=row.reason,
        spent_from=row.spent_from,
        ended_at=row.ended_at,
    )


def _actor(ref: UUID | None, name: str, kind: str) -> Actor | None:
    return None if ref is None else Actor(ref, name, ActorKind(kind))
