"""Tasks: made, claimed for a time, renewed, finished; frozen, thawed and answered for by people.

Whoever claims one gets a fencing token and sends it with all it does from then on: 409 where it holds no longer.
"""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec import Meta

from app.api._board import BoardOut
from app.api._tasks import (
    AnswerIn,
    FailIn,
    FinishIn,
    LeaseIn,
    Name,
    NextIn,
    NoteIn,
    OverlapOut,
    ReasonIn,
    ReleaseIn,
    RenewIn,
    SpentOut,
    TaskIn,
    TaskOut,
    ThawIn,
    UsageIn,
)
from app.api._wire import Cursor, Items, Limit, items_of
from app.unit import Unit
from specs.access import Scope
from sync.store.usage import Usage
from sync.tasks.board import Narrowed
from sync.tasks.task import LONGEST_NAME, MOST_NAMED, Area, TaskState

NO_CONTROL = r"^[^\x00-\x1f\x7f]*$"
READ: dict[str, object] = {"scope": Scope.READ, "statuses": (404,)}
WRITE: dict[str, object] = {"scope": Scope.WRITE, "statuses": (404, 409)}
# `state` is a word of the framework's own.
Standing = Annotated[TaskState | None, QueryParameter(name="state", description="Those that stand so.")]
Number = Annotated[int | None, QueryParameter(ge=1, le=2**53, description="The one with this number.")]
Those = Annotated[tuple[Name, ...], Meta(max_length=MOST_NAMED)]
Paths = Annotated[Those, QueryParameter(name="path", description="A file or folder; more than one may be named.")]
Symbols = Annotated[Those, QueryParameter(name="symbol", description="Such as `payments.charge:Card.pay`.")]
Sections = Annotated[Those, QueryParameter(name="section", description="Such as `payments.md#refunds`.")]

Words = Annotated[
    str, QueryParameter(max_length=200, pattern=NO_CONTROL, description="Words of what is to be done, or of paths.")
]
Prefix = Annotated[
    str, QueryParameter(max_length=LONGEST_NAME, pattern=NO_CONTROL, description="Of sections that begin so.")
]


@get("/projects/{project:str}/tasks", opt=READ, summary="List tasks")
async def list_tasks(
    unit: NamedDependency[Unit],
    project: FromPath[str],
    *,
    standing: Standing = None,
    holder: FromQuery[UUID | None] = None,
    number: Number = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Items[TaskOut]:
    """List tasks, the newest first, as they stand now."""
    found = await unit.projects.find(unit.principal, project)
    states = () if standing is None else (standing,)
    page, now = await unit.tasks.list(
        unit.principal, found.id, states=states, holder=holder, number=number, cursor=cursor, limit=limit
    )
    query: dict[str, str | int | bool | None] = {
        "state": standing,
        "holder": str(holder) if holder else None,
        "number": number,
        "limit": limit,
    }
    return items_of(page, lambda task: TaskOut.of(task, now), f"/api/v1/projects/{project}/tasks", query)


@post("/projects/{project:str}/tasks", opt=WRITE, summary="Make a task")
async def create_task(unit: NamedDependency[Unit], project: FromPath[str], data: JSONBody[TaskIn]) -> Response[TaskOut]:
    """Make a task for whoever claims it, as a person; or claim it at once with `claim`, as anyone who may write."""
    found = await unit.projects.find(unit.principal, project)
    if data.claim:
        lease = timedelta(seconds=data.lease)
        told = TaskOut.of_held(await unit.tasks.begin(unit.principal, found.id, data.wanted, lease=lease))
    else:
        told = TaskOut.of_looked(await unit.tasks.create(unit.principal, found.id, data.wanted))
    place = f"/api/v1/projects/{found.slug}/tasks/{told.id}"
    return Response(told, status_code=201, headers={"location": place})


@get(
    "/projects/{project:str}/tasks/active",
    opt={"scope": Scope.CONTEXT, "statuses": (404,)},
    summary="See who is at work in an area",
)
async def active_tasks(
    unit: NamedDependency[Unit],
    project: FromPath[str],
    *,
    paths: Paths = (),
    symbols: Symbols = (),
    sections: Sections = (),
    but: FromQuery[UUID | None] = None,
) -> Items[OverlapOut]:
    """List the tasks that somebody holds now and that touch any of these; `but` leaves out one's own."""
    found = await unit.projects.find(unit.principal, project)
    met = await unit.tasks.active_in(unit.principal, found.id, Area(paths, symbols, sections), but)
    return Items(tuple(map(OverlapOut.of, met)))


@get("/projects/{project:str}/tasks/board", opt=READ, summary="Read the board of tasks")
async def task_board(
    unit: NamedDependency[Unit],
    project: FromPath[str],
    *,
    standing: Standing = None,
    holder: FromQuery[UUID | None] = None,
    waits: FromQuery[bool] = False,
    q: Words = "",
) -> BoardOut:
    """Give the tasks by phase, with who holds them, what they spent of their budgets, whom they meet, what waits."""
    found = await unit.projects.find(unit.principal, project)
    board = await unit.boards.board(unit.principal, found.id, Narrowed(holder, standing, q, waits))
    return BoardOut.of(board)


@post("/projects/{project:str}/tasks/claim", opt=WRITE, status_code=200, summary="Claim the next free task")
async def claim_next(unit: NamedDependency[Unit], project: FromPath[str], data: JSONBody[NextIn]) -> TaskOut:
    """Claim the oldest task that is free. 404 where none is."""
    found = await unit.projects.find(unit.principal, project)
    return TaskOut.of_held(await unit.tasks.claim(unit.principal, found.id, lease=data.span, phase=data.phase))


@get("/projects/{project:str}/tasks/{task:uuid}", opt=READ, summary="Read a task")
async def get_task(unit: NamedDependency[Unit], project: FromPath[str], task: FromPath[UUID]) -> TaskOut:
    """Give a task with who else is at work in its area, and what was said of it."""
    found = await unit.projects.find(unit.principal, project)
    return TaskOut.of_looked(await unit.tasks.get(unit.principal, found.id, task))


@post("/projects/{project:str}/tasks/{task:uuid}/claim", opt=WRITE, status_code=200, summary="Claim a task")
async def claim_task(
    unit: NamedDependency[Unit], project: FromPath[str], task: FromPath[UUID], data: JSONBody[LeaseIn]
) -> TaskOut:
    """Take a task on for a time. The answer has the fencing token, and who else is at work in the area."""
    found = await unit.projects.find(unit.principal, project)
    return TaskOut.of_held(await unit.tasks.claim(unit.principal, found.id, task, lease=data.span))


@post("/projects/{project:str}/tasks/{task:uuid}/renew", opt=WRITE, status_code=200, summary="Renew a lease")
async def renew_task(
    unit: NamedDependency[Unit], project: FromPath[str], task: FromPath[UUID], data: JSONBody[RenewIn]
) -> TaskOut:
    """Let a lease last longer, from now, and hear what is new."""
    found = await unit.projects.find(unit.principal, project)
    return TaskOut.of_held(await unit.tasks.renew(unit.principal, found.id, task, data.fencing, lease=data.span))


@post("/projects/{project:str}/tasks/{task:uuid}/finish", opt=WRITE, status_code=200, summary="Finish a phase")
async def finish_task(
    unit: NamedDependency[Unit], project: FromPath[str], task: FromPath[UUID], data: JSONBody[FinishIn]
) -> TaskOut:
    """Say that the phase is finished: the task goes on, is done, or waits for people, as the policies say."""
    found = await unit.projects.find(unit.principal, project)
    return TaskOut.of_held(
        await unit.tasks.finish(unit.principal, found.id, task, data.fencing, data.note, commit=data.commit)
    )


@post("/projects/{project:str}/tasks/{task:uuid}/fail", opt=WRITE, status_code=200, summary="Fail a task")
async def fail_task(
    unit: NamedDependency[Unit], project: FromPath[str], task: FromPath[UUID], data: JSONBody[FailIn]
) -> TaskOut:
    """Say that the task cannot be done, and why."""
    found = await unit.projects.find(unit.principal, project)
    return TaskOut.of_held(await unit.tasks.fail(unit.principal, found.id, task, data.fencing, data.reason))


@post("/projects/{project:str}/tasks/{task:uuid}/release", opt=WRITE, status_code=200, summary="Give a task back")
async def release_task(
    unit: NamedDependency[Unit], project: FromPath[str], task: FromPath[UUID], data: JSONBody[ReleaseIn]
) -> TaskOut:
    """Let go of a task that is not finished: it is free again."""
    found = await unit.projects.find(unit.principal, project)
    return TaskOut.of_held(await unit.tasks.give_back(unit.principal, found.id, task, data.fencing, data.note))


@post("/projects/{project:str}/tasks/{task:uuid}/usage", opt=WRITE, status_code=200, summary="Tell what was spent")
async def spend_on_task(
    unit: NamedDependency[Unit], project: FromPath[str], task: FromPath[UUID], data: JSONBody[UsageIn]
) -> TaskOut:
    """Add to what the task cost. Where a policy caps it, the task is frozen at once: look at the `state`."""
    found = await unit.projects.find(unit.principal, project)
    usage = Usage(data.tokens, data.cost, data.model)
    return TaskOut.of_bill(await unit.spending.spend(unit.principal, found.id, task, data.fencing, usage))


@get("/projects/{project:str}/tasks/usage", opt=READ, summary="See what requirements cost")
async def section_usage(unit: NamedDependency[Unit], project: FromPath[str], section: Prefix = "") -> Items[SpentOut]:
    """List what the tasks about each section cost, the dearest first; a task about two counts for both."""
    found = await unit.projects.find(unit.principal, project)
    spent = await unit.spending.by_section(unit.principal, found.id, section)
    return Items(tuple(map(SpentOut.of, spent)))


@post("/projects/{project:str}/tasks/{task:uuid}/notes", opt=WRITE, summary="Say something of a task")
async def note_task(
    unit: NamedDependency[Unit], project: FromPath[str], task: FromPath[UUID], data: JSONBody[NoteIn]
) -> TaskOut:
    """Leave a remark: a person on any task, an agent on the one it holds."""
    found = await unit.projects.find(unit.principal, project)
    await unit.tasks.note(unit.principal, found.id, task, data.body, data.fencing or 0)
    return TaskOut.of_looked(await unit.tasks.get(unit.principal, found.id, task))


@post("/projects/{project:str}/tasks/{task:uuid}/freeze", opt=WRITE, status_code=200, summary="Freeze a task")
async def freeze_task(
    unit: NamedDependency[Unit], project: FromPath[str], task: FromPath[UUID], data: JSONBody[ReasonIn]
) -> TaskOut:
    """Stop a task, whoever holds it, as a person who reviews."""
    found = await unit.projects.find(unit.principal, project)
    return TaskOut.of_held(await unit.oversight.freeze(unit.principal, found.id, task, data.reason))


@post("/projects/{project:str}/tasks/{task:uuid}/thaw", opt=WRITE, status_code=200, summary="Thaw a task")
async def thaw_task(
    unit: NamedDependency[Unit], project: FromPath[str], task: FromPath[UUID], data: JSONBody[ThawIn]
) -> TaskOut:
    """Open a frozen task again, as a person who reviews; its budget begins anew."""
    found = await unit.projects.find(unit.principal, project)
    return TaskOut.of_held(await unit.oversight.thaw(unit.principal, found.id, task, data.reason))


@post("/projects/{project:str}/tasks/{task:uuid}/cancel", opt=WRITE, status_code=200, summary="Cancel a task")
async def cancel_task(
    unit: NamedDependency[Unit], project: FromPath[str], task: FromPath[UUID], data: JSONBody[ReasonIn]
) -> TaskOut:
    """End a task that is wanted no longer, as the person who made it or one who reviews."""
    found = await unit.projects.find(unit.principal, project)
    return TaskOut.of_held(await unit.oversight.cancel(unit.principal, found.id, task, data.reason))


@post(
    "/projects/{project:str}/tasks/{task:uuid}/answers",
    opt=WRITE,
    status_code=200,
    summary="Answer to a phase that waits",
)
async def answer_task(
    unit: NamedDependency[Unit], project: FromPath[str], task: FromPath[UUID], data: JSONBody[AnswerIn]
) -> TaskOut:
    """Let a finished phase pass, or send it back with a reason, as a person with the role that is asked for."""
    found = await unit.projects.find(unit.principal, project)
    done = await unit.oversight.answer(unit.principal, found.id, task, approve=data.approve, body=data.body)
    return TaskOut.of_held(done)


ROUTES = (
    task_board,
    list_tasks,
    create_task,
    active_tasks,
    claim_next,
    get_task,
    claim_task,
    renew_task,
    finish_task,
    fail_task,
    release_task,
    spend_on_task,
    section_usage,
    note_task,
    freeze_task,
    thaw_task,
    cancel_task,
    answer_task,
)
