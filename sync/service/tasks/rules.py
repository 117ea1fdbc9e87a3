"""Asks the policies about a step of a task, with what is known of it: what it cost, what was served, what checks said.

Runs inside the caller's transaction, with the task locked.
"""

from datetime import datetime, timedelta

from specs.access import Principal
from specs.policy.deciding import Decision
from specs.rules.registry import Value
from specs.service.policies.policies import decide_task
from specs.store.connection import Connection
from sync.store.checked import check_of
from sync.store.errands import served_at
from sync.store.usage import UsageStore
from sync.tasks.task import Task


async def ruled(  # noqa: PLR0913 (who takes which step of what, when, and by which commit it is judged)
    connection: Connection, principal: Principal, task: Task, step: str, at: datetime, *, commit: str = ""
) -> Decision:
    """Ask the policies in force, and record what they say under the task."""
    spent = await UsageStore(connection, task.project).budget(task)
    served = await served_at(connection, task)
    facts: dict[str, Value] = {
        "task_step": step,
        "task_phase": task.phase.value,
        "task_size": task.size.value,
        "task_claims": task.fencing,
        "cost": spent.cost,
        "tokens": spent.tokens,
    }
    if served is not None:
        facts |= {"context_served": True, "context_age": max(timedelta(), at - served)}
    if step == "pass":
        facts["checks"] = await check_of(connection, task, commit)
    return await decide_task(connection, principal, task.project, facts, subject=task.id, at=at)
