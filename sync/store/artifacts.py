"""Queries of the artifacts of tasks: the specs that were written in a task's course, and in which phase."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, Text, cast, literal, select
from sqlalchemy.dialects.postgresql import insert as upsert

from specs.store.connection import Connection
from specs.tables.audit import audit
from specs.tables.library import specs
from sync.tables.tasks import task_artifacts
from sync.tasks.task import Task

WRITTEN = ("spec.create", "spec.save", "spec.merge")


@dataclass(frozen=True, slots=True)
class Artifact:
    """A spec that was written, in part at least, in the course of a task. No `phase` while that is not finished."""

    spec: UUID
    path: str
    title: str
    phase: str = ""


async def artifacts_of(connection: Connection, task: Task, limit: int) -> tuple[Artifact, ...]:
    """Give what was written in the course of a task, by path."""
    kept = (task_artifacts.c.task_id == task.id) & (task_artifacts.c.spec_id == specs.c.id)
    query = select(specs.c.id, specs.c.path, specs.c.title, task_artifacts.c.phase)
    query = query.select_from(specs.outerjoin(task_artifacts, kept)).where(specs.c.id.in_(_written(task)))
    rows = await connection.execute(query.order_by(specs.c.path).limit(limit))
    return tuple(Artifact(row.id, row.path, row.title, row.phase or "") for row in rows)


async def keep_artifacts(connection: Connection, task: Task, at: datetime) -> None:
    """Write down in which phase came what was written in the course of a task since its last phase."""
    new = select(literal(task.id), specs.c.id, literal(task.phase.value), literal(at)).where(
        specs.c.id.in_(_written(task))
    )
    made = upsert(task_artifacts).from_select(["task_id", "spec_id", "phase", "at"], new)
    await connection.execute(made.on_conflict_do_nothing())


def _written(task: Task) -> Select[tuple[UUID]]:
    said = select(audit.c.subject).where(audit.c.chain == task.project, audit.c.task_id == task.id)
    said = said.where(audit.c.action.in_(WRITTEN))
    return select(specs.c.id).where(specs.c.project_id == task.project, cast(specs.c.id, Text).in_(said))
