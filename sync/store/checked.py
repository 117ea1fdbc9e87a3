"""Queries of how the checks of a task ended: of a commit, or the last one told in its course since it was claimed."""

from sqlalchemy import Text, cast, func, select

from specs.store.connection import Connection
from specs.tables.audit import audit
from sync.gates.gate import GateState
from sync.tables.gates import gates
from sync.tasks.task import Task


async def check_of(connection: Connection, task: Task, commit: str) -> str:
    """Say `passed` or `failed`; "" where no check was told."""
    ours = gates.c.project_id == task.project
    if commit:
        query = select(gates.c.state).where(ours, gates.c.commit == commit)
    else:
        course = (audit.c.chain == task.project) & (audit.c.task_id == task.id)
        claimed = select(func.max(audit.c.n)).where(course, audit.c.action == "task.claim").scalar_subquery()
        told = audit.join(gates, cast(gates.c.id, Text) == audit.c.subject)
        query = select(gates.c.state).select_from(told).where(ours, course, audit.c.action == "gate.decide")
        query = query.where(audit.c.n > claimed).order_by(audit.c.n.desc())
    last = query.order_by(gates.c.updated_at.desc()).limit(1)
    state = (await connection.execute(last)).scalar_one_or_none()
    if state is None:
        return ""
    return "passed" if state == GateState.PASSED.value else "failed"
