"""Queries of what tasks cost: told by whoever holds them, counted for each task and each section it is about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import column, func, insert, select

from specs.store.connection import Connection
from sync.tables.tasks import task_usage, tasks
from sync.tasks.task import Phase, Task

PLACES = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Usage:
    """What was spent at once: tokens and money, on which model."""

    tokens: int = 0
    cost: float = 0.0
    model: str = ""


@dataclass(frozen=True, slots=True)
class Spent:
    """What something cost in all. `phase` and `model` say what of it, `section` and `tasks` for what."""

    tokens: int = 0
    cost: float = 0.0
    phase: Phase | None = None
    model: str = ""
    section: str = ""
    tasks: int = 0


class UsageStore:
    """What the tasks of one project cost, on one connection."""

    def __init__(self, connection: Connection, project: UUID) -> None:
        self._connection = connection
        self._project = project

    async def add(self, task: Task, actor: UUID, usage: Usage, at: datetime) -> None:
        """Keep what was spent."""
        row = {"task_id": task.id, "actor_id": actor, "fencing": task.fencing, "phase": task.phase.value, "at": at}
        spent = {"model": usage.model, "tokens": usage.tokens, "cost": Decimal(str(usage.cost)).quantize(PLACES)}
        await self._connection.execute(insert(task_usage).values(**row, **spent))

    async def budget(self, task: Task) -> Spent:
        """Give what counts against the budget of a task: what was spent since a person last let it go on."""
        query = select(*_SUMS).where(task_usage.c.task_id == task.id, task_usage.c.n >= task.spent_from)
        row = (await self._connection.execute(query)).one()
        return Spent(int(row.tokens or 0), float(row.cost or 0))

    async def budgets(self, refs: Sequence[UUID]) -> dict[UUID, Spent]:
        """Give what counts against the budgets of some tasks, of those on which anything was spent."""
        query = (
            select(task_usage.c.task_id, *_SUMS)
            .join(tasks, tasks.c.id == task_usage.c.task_id)
            .where(tasks.c.project_id == self._project, tasks.c.id.in_(list(refs)))
            .where(task_usage.c.n >= tasks.c.spent_from)
            .group_by(task_usage.c.task_id)
        )
        rows = await self._connection.execute(query)
        return {row.task_id: Spent(int(row.tokens), float(row.cost)) for row in rows}

    async def of(self, refs: Sequence[UUID]) -> dict[UUID, Spent]:
        """Give what each of some tasks cost in all, of those that cost anything."""
        query = select(task_usage.c.task_id, *_SUMS).where(task_usage.c.task_id.in_(list(refs)))
        rows = await self._connection.execute(query.group_by(task_usage.c.task_id))
        return {row.task_id: Spent(int(row.tokens), float(row.cost)) for row in rows}

    async def split(self, task: UUID) -> tuple[Spent, ...]:
        """Give what a task cost by phase and model."""
        parts: tuple[Any, ...] = (task_usage.c.phase, task_usage.c.model)
        query = select(*parts, *_SUMS).where(task_usage.c.task_id == task).group_by(*parts).order_by(*parts)
        rows = await self._connection.execute(query)
        return tuple(Spent(int(row.tokens), float(row.cost), Phase(row.phase), row.model) for row in rows)

    async def by_section(self, prefix: str, limit: int) -> tuple[Spent, ...]:
        """Give what the tasks about each section cost, the dearest first; of those whose name begins so."""
        named = func.unnest(tasks.c.sections).table_valued(column("section")).render_derived().lateral()
        query = (
            select(named.c.section, func.count(tasks.c.id.distinct()).label("tasks"), *_SUMS)
            .select_from(tasks.join(task_usage, task_usage.c.task_id == tasks.c.id).join(named, named.c.section != ""))
            .where(tasks.c.project_id == self._project)
            .group_by(named.c.section)
            .order_by(func.sum(task_usage.c.cost).desc(), func.sum(task_usage.c.tokens).desc(), named.c.section)
            .limit(limit)
        )
        if prefix:
            query = query.where(named.c.section.startswith(prefix, autoescape=True))
        rows = await self._connection.execute(query)
        return tuple(Spent(int(row.tokens), float(row.cost), section=row.section, tasks=row.tasks) for row in rows)


_SUMS: tuple[Any, ...] = (
    func.sum(task_usage.c.tokens).label("tokens"),
    func.sum(task_usage.c.cost).label("cost"),
)
