"""What every step of a task shares: it is locked, refused in words where it cannot be taken, and written down.

Runs inside the caller's transaction.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from specs.access import Principal
from specs.audit import Json
from specs.errors import ConflictError, MissingError, UserError
from specs.policy.deciding import Decision
from specs.service import writing
from specs.service.auditing import record
from specs.service.proposals.judging import RefusedError
from specs.store.connection import Connection
from sync.store.tasks import TaskStore
from sync.tasks.lifecycle import Refusal, Step
from sync.tasks.task import Task, TaskState, Wanted

Value = TypeVar("Value")


async def locked(store: TaskStore, task: UUID) -> Task:
    """Give a task, with every other step of it waiting for this one. Raises `MissingError`."""
    found = await store.find(task, lock=True)
    if found is None:
        raise no_task()
    return found


async def new_task(connection: Connection, principal: Principal, project: UUID, wanted: Wanted, ident: UUID) -> Task:
    """Keep a new task under an id. The caller tells the log of it with `tell_made`, last."""
    store = TaskStore(connection, project)
    now = await store.now()
    made = Task(
        id=ident,
        project=project,
        number=0,
        intent=wanted.intent,
        area=wanted.area,
        size=wanted.size,
        phase=wanted.phase,
        last=wanted.until,
        state=TaskState.OPEN,
        by=principal.actor,
        created_at=now,
        updated_at=now,
    )
    return replace(made, number=await store.add(made))


async def tell_made(connection: Connection, principal: Principal, task: Task, at: datetime) -> None:
    """Write into the log that a task was made."""
    details: dict[str, Json] = {"phase": task.phase.value, "paths": [*task.area.paths]}
    await told(connection, principal, task, "task.open", at, details=details)


def refuse(step: Step) -> Task:
    """Give the task after a step, or raise `ConflictError` where it cannot be taken."""
    if step.refusal is None:
        return step.task
    task = step.task
    details: dict[str, object] = {"code": step.refusal.code, "task": str(task.id), "state": task.state.value}
    raise ConflictError(step.refusal.message, step.refusal.hint, details=details)


def refuse_input(refusal: Refusal | None) -> None:
    """Raise `UserError` for what a caller sent that cannot be used."""
    if refusal is not None:
        raise UserError(refusal.message, refusal.hint)


def input_of(found: Value | Refusal) -> Value:
    """Give what a caller sent in plain form. Raises `UserError` where it cannot be used."""
    if isinstance(found, Refusal):
        raise UserError(found.message, found.hint)
    return found


def check_reason(reason: str) -> None:
    """Raise `UserError` for words that cannot be kept, or are none."""
    writing.check_words(reason)
    if not reason.strip():
        raise UserError("This says nothing.", "Say in a sentence why, or what is to be known.")


def refused(decision: Decision) -> RefusedError:
    """Make the error for a step that the policies do not let through; raise it where decisions are kept."""
    reasons = " ".join(decision.reasons) or "A policy does not let this through."
    ruling = {"verdict": decision.verdict.word, "told": decision.told, "reasons": list(decision.reasons)}
    return RefusedError(reasons, "Ask a reviewer or an admin of the project.", details={"ruling": ruling})


def no_task() -> MissingError:
    """Make the error for a task that is not there."""
    return MissingError("There is no such task.", "List the tasks of the project for their ids.")


def passing(before: Task, after: Task) -> tuple[str, dict[str, Json]]:
    """Name what became of a finished phase, with what the log says of it."""
    details: dict[str, Json] = {"phase": before.phase.value, "state": after.state.value}
    if after.waits:
        return "task.wait", {**details, "wanted": [one.told for one in after.needs]}
    if after.state is TaskState.DONE:
        return "task.done", details
    return "task.pass", {**details, "next": after.phase.value}


async def told(  # noqa: PLR0913 (who did what to which task, when)
    connection: Connection,
    principal: Principal,
    task: Task,
    action: str,
    at: datetime,
    *,
    details: Mapping[str, Json] | None = None,
    policy: str | None = None,
) -> None:
    """Write a step into the audit log, as part of the task itself."""
    said: dict[str, Json] = {"title": task.title, **(details or {})}
    who = replace(principal, task=task.id)
    await record(connection, who, task.project, at=at, action=action, subject=task.id, details=said, policy=policy)
