"""Tasks: the list of who does what, one with all that is known of it, and the forms with which people look after it.

What may be done, and by whom, the services decide.
"""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.unit import Unit
from app.web import addresses, answers
from app.web.answers import Here, Web, fields, here, refused, see
from app.web.views.drift import Choice, Filter
from app.web.views.frame import Place
from app.web.views.tasks import TaskList, TaskPage, TaskRow
from specs.access import Principal, Role, Scope
from specs.errors import ConflictError, DeniedError, HoldfastError, UserError
from sync.gates.gate import may_decide
from sync.service.tasks.tasks import LookedAt
from sync.tasks.task import ENDED, Area, TaskState, Wanted

READ = {"scope": Scope.READ}
WRITE = {"scope": Scope.WRITE}
UNUSABLE, CONFLICT = 400, 409
PAGE, MOST_SECTIONS = 50, 10
LEFT = (TaskState.OPEN, TaskState.CLAIMED, TaskState.EXPIRED, TaskState.FROZEN)
SHOWN: dict[str, tuple[str, tuple[TaskState, ...]]] = {
    "left": ("To be done", LEFT),
    "held": ("Held now", (TaskState.CLAIMED,)),
    "done": ("Done", (TaskState.DONE,)),
    "failed": ("Failed", (TaskState.FAILED,)),
    "all": ("All", ()),
}


@get("/p/{project:str}/tasks", opt=READ)
async def list_tasks(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """List tasks, the newest first: who holds them, and for how long yet."""
    at = await here(request, unit, project, "Tasks", Place.TASKS)
    return await _list(request, unit, at)


async def _list(
    request: Web, unit: Unit, at: Here, *, given: dict[str, str] | None = None, error: HoldfastError | None = None
) -> Response[Any]:
    asked = request.query_params.get("show", "left")
    shown = asked if asked in SHOWN else "left"
    cursor = request.query_params.get("cursor") or None
    page, now = await unit.tasks.list(unit.principal, at.project.id, states=SHOWN[shown][1], cursor=cursor, limit=PAGE)
    spent = await unit.spending.by_section(unit.principal, at.project.id)
    choices = tuple(Choice(value, label) for value, (label, _) in SHOWN.items())
    told = refused(error) if error else {"error": "", "hint": ""}
    view = TaskList(
        tuple(TaskRow.of(task, now) for task in page.items),
        (Filter("show", "State", choices, shown),),
        urlencode({"show": shown, "cursor": page.next}) if page.next else "",
        spent[:MOST_SECTIONS],
        (given or {}).get("intent", ""),
        (given or {}).get("paths", ""),
        **told,
    )
    return answers.page("tasks.html", at.frame, view, status=UNUSABLE if error else 200)


@post("/p/{project:str}/tasks", opt=WRITE)
async def make_task(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """Make a task for whoever claims it."""
    at = await here(request, unit, project, "Tasks", Place.TASKS)
    given = await fields(request)
    names = given.get("paths", "").split()
    area = Area(
        paths=tuple(name for name in names if ".md" not in name),
        sections=tuple(name for name in names if ".md" in name),
    )
    try:
        made = await unit.tasks.create(unit.principal, at.project.id, Wanted(given.get("intent", ""), area))
    except (UserError, DeniedError) as error:
        return await _list(request, unit, at, given=given, error=error)
    return see(addresses.task(project, str(made.task.id)))


@get("/p/{project:str}/tasks/{task:uuid}", opt=READ)
async def task(
    request: Web, unit: NamedDependency[Unit], project: FromPath[str], task: FromPath[UUID]
) -> Response[Any]:
    """Show a task: who holds it, who else is at work there, what was served, spent and said."""
    at = await here(request, unit, project, "Task", Place.TASKS)
    return await _page(unit, at, task)


async def _page(
    unit: Unit, at: Here, task: UUID, *, body: str = "", error: HoldfastError | None = None
) -> Response[Any]:
    looked = await unit.tasks.get(unit.principal, at.project.id, task)
    row = TaskRow.of(looked.task, looked.now)
    told = refused(error) if error else {"error": "", "hint": ""}
    role = unit.principal.role_in(at.project.id)
    reviews = role is not None and role.rank >= Role.REVIEWER.rank
    view = TaskPage(
        row,
        looked,
        sum(one.tokens for one in looked.spent),
        sum(one.cost for one in looked.spent),
        may_answer=_may_answer(unit.principal, looked, role),
        may_freeze=reviews and row.state not in ENDED,
        may_cancel=row.state not in ENDED and (reviews or _own(unit.principal, looked)),
        explained=await unit.ruling.explained(unit.principal, at.project.id, str(task))
        if looked.task.reasons
        else None,
        body=body,
        **told,
    )
    status = 200
    if error is not None:
        status = CONFLICT if isinstance(error, ConflictError) else UNUSABLE
    return answers.page("task.html", answers.titled(at.frame, looked.task.title), view, status=status)


def _may_answer(principal: Principal, looked: LookedAt, role: Role | None) -> bool:
    task = looked.task
    asker = None if task.asker is None else task.asker.id
    return task.waits and asker != principal.actor.id and may_decide(role, task.needs)


def _own(principal: Principal, looked: LookedAt) -> bool:
    return looked.task.by.id == principal.actor.id


@post("/p/{project:str}/tasks/{task:uuid}/act", opt=WRITE)
async def act(request: Web, unit: NamedDependency[Unit], project: FromPath[str], task: FromPath[UUID]) -> Response[Any]:
    """Do what a button of the page says."""
    at = await here(request, unit, project, "Task", Place.TASKS)
    given = await fields(request)
    body = given.get("body", "").strip()
    try:
        await _do(unit, at.project.id, task, given.get("act", ""), body)
    except (UserError, ConflictError, DeniedError) as error:
        return await _page(unit, at, task, body=given.get("body", ""), error=error)
    return see(addresses.task(project, str(task)))


async def _do(unit: Unit, project: UUID, task: UUID, act: str, body: str) -> None:
    who, oversight = unit.principal, unit.oversight
    match act:
        case "approve" | "decline":
            await oversight.answer(who, project, task, approve=act == "approve", body=body)
        case "freeze":
            await oversight.freeze(who, project, task, body)
        case "thaw":
            await oversight.thaw(who, project, task, body)
        case "cancel":
            await oversight.cancel(who, project, task, body)
        case "note":
            await unit.tasks.note(who, project, task, body)
        case _:
            raise UserError("The form does not say what to do.", "Press one of its buttons.")


ROUTES = (list_tasks, make_task, task, act)
