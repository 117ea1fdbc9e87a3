"""Conflicts: texts that met another head. List them, read their regions, choose, resolve, withdraw."""

from typing import Annotated, Literal
from uuid import UUID

from litestar import Response, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Meta

from app.api._conditions import etag
from app.api._conflicts import ConflictOut, StandingOut, unmerged
from app.api._wire import Cursor, In, Include, Items, Limit, Message, SpecOut, Text, items_of, spec_url
from app.unit import Unit
from specs.access import Scope
from specs.conflicts import ConflictState, UnmergedError
from specs.service.library.conflicts import Pick

Key = Annotated[str, Meta(pattern=r"^[0-9a-f]{16}(-[0-9]{1,6})?$")]
Take = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
State = Annotated[
    Literal["open", "resolved", "withdrawn", "all"],
    QueryParameter(name="state", description="Conflicts of this state, or `all`."),
]
OfSpec = Annotated[UUID | None, QueryParameter(description="Conflicts of this spec only.")]
READ: dict[str, object] = {"scope": Scope.READ, "statuses": (404,)}
WRITE = {"scope": Scope.WRITE, "statuses": (404, 409), "waits": True}


class PickIn(In):
    """A choice for a region: `ours`, `theirs`, `base`, a suggestion's name, `own` with a text, or `open`: none yet."""

    region: Key
    take: Take
    text: Text | None = None


class PicksIn(In):
    """Choices for some regions."""

    choices: Annotated[tuple[PickIn, ...], Meta(min_length=1, max_length=1000)]


class ResolveIn(In):
    """The choices that are still missing, and why."""

    choices: Annotated[tuple[PickIn, ...], Meta(max_length=1000)] = ()
    message: Message = ""


def _picks(choices: tuple[PickIn, ...]) -> list[Pick]:
    return [Pick(choice.region, choice.take, choice.text) for choice in choices]


@get("/projects/{project:str}/conflicts", opt=READ, summary="List conflicts")
async def list_conflicts(
    *,
    unit: NamedDependency[Unit],
    project: FromPath[str],
    state_: State = "open",
    spec: OfSpec = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Items[ConflictOut]:
    """List conflicts, the newest first; those that wait unless another `state` is asked for."""
    found = await unit.projects.find(unit.principal, project)
    wanted = None if state_ == "all" else ConflictState(state_)
    page = await unit.conflicts.list(unit.principal, found.id, spec=spec, state=wanted, cursor=cursor, limit=limit)
    query = {"state": state_, "spec": None if spec is None else str(spec), "limit": limit}
    return items_of(page, ConflictOut.of, f"/api/v1/projects/{project}/conflicts", query)


@get("/projects/{project:str}/conflicts/{conflict:uuid}", opt=READ, summary="Read a conflict")
async def get_conflict(
    unit: NamedDependency[Unit], project: FromPath[str], conflict: FromPath[UUID], include: Include = None
) -> StandingOut:
    """Give a conflict with its regions against the newest head; the three texts with `include=text`."""
    found = await unit.projects.find(unit.principal, project)
    standing = await unit.conflicts.read(unit.principal, found.id, conflict)
    return StandingOut.of(standing, with_text=include == "text")


@patch("/projects/{project:str}/conflicts/{conflict:uuid}", opt=WRITE, summary="Choose for some regions")
async def choose(
    unit: NamedDependency[Unit], project: FromPath[str], conflict: FromPath[UUID], data: JSONBody[PicksIn]
) -> StandingOut:
    """Keep choices for some regions; the conflict stays open. 409 where a region is no longer: the head moved."""
    found = await unit.projects.find(unit.principal, project)
    try:
        standing = await unit.conflicts.choose(unit.principal, found.id, conflict, _picks(data.choices))
    except UnmergedError as error:
        raise unmerged(error, project) from error
    return StandingOut.of(standing)


@post("/projects/{project:str}/conflicts/{conflict:uuid}/resolve", opt=WRITE, summary="Resolve a conflict")
async def resolve(
    unit: NamedDependency[Unit], project: FromPath[str], conflict: FromPath[UUID], data: JSONBody[ResolveIn]
) -> Response[SpecOut]:
    """Make a head of both texts, with every region decided by these choices or earlier ones: 201.

    Where the head moved again, both are merged again; 409 with the regions while one is undecided.
    """
    found = await unit.projects.find(unit.principal, project)
    try:
        saved = await unit.conflicts.resolve(unit.principal, found.id, conflict, _picks(data.choices), data.message)
    except UnmergedError as error:
        raise unmerged(error, project) from error
    place = f"{spec_url(project, saved.spec.id)}/revisions/{saved.revision.digest}"
    headers = {"etag": etag(saved.revision.digest), "location": place}
    return Response(SpecOut.of_saved(saved, project), status_code=201, headers=headers)


@post(
    "/projects/{project:str}/conflicts/{conflict:uuid}/withdraw",
    opt=WRITE,
    status_code=200,
    summary="Withdraw a conflict",
)
async def withdraw(unit: NamedDependency[Unit], project: FromPath[str], conflict: FromPath[UUID]) -> ConflictOut:
    """Give a conflict up: whoever wrote its text may, and a reviewer. The text stays readable as a side revision."""
    found = await unit.projects.find(unit.principal, project)
    return ConflictOut.of(await unit.conflicts.withdraw(unit.principal, found.id, conflict))


ROUTES = (list_conflicts, get_conflict, choose, resolve, withdraw)
