"""Events: what happens in a project, or in all that one is a member of, as a stream or as answers that may wait.

With `Accept: text/event-stream` it is server-sent events, each with its cursor as `id`; else JSON. Whoever goes on
after the last cursor hears all that happened since, in order, each once.
"""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated, Any

from litestar import Response, get
from litestar.connection import Request
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from app.api._conditions import JSON, preferred
from app.api._wire import NO_NUL, Out, spec_url
from app.events.feeding import EVENT_STREAM, HEADERS, Feed, Following, answer, stream
from app.problems import HttpError
from app.unit import Unit
from specs.access import Principal, Project, Scope
from specs.errors import DeniedError
from sync.feeds.cursor import MOST, GoneError
from sync.feeds.event import as_json
from sync.feeds.kinds import schema
from sync.feeds.wanted import wanted

LONGEST_WAIT = 30
After = Annotated[
    str | None,
    QueryParameter(max_length=MOST, description="A `cursor`; `start` for all that is kept; without it, from now on."),
]
Kinds = Annotated[
    str, QueryParameter(max_length=2000, pattern=NO_NUL, description="Types divided by commas, such as `spec.*`.")
]
One = Annotated[str, QueryParameter(max_length=500, pattern=NO_NUL, description="One spec, by id or path.")]
Paths = Annotated[str, QueryParameter(max_length=4000, pattern=NO_NUL, description="Globs of paths divided by commas.")]
Names = Annotated[
    str, QueryParameter(max_length=4000, pattern=NO_NUL, description="Projects divided by commas; else all of mine.")
]
Wait = Annotated[int, QueryParameter(ge=0, le=LONGEST_WAIT, description="Seconds to wait where nothing is new.")]
Many = Annotated[int, QueryParameter(ge=1, le=1000, description="How many entries of the log to look at.")]
OPT: dict[str, Any] = {
    "scope": Scope.READ,
    "statuses": (404, 410, 429),
    "offers": (JSON, EVENT_STREAM),
    "headers": ("Last-Event-ID",),
}


class EventsOut(Out):
    """Events in order, each with the cursor after it; and the cursor to go on from, at once where there is `more`."""

    items: tuple[dict[str, Any], ...]
    cursor: str
    more: bool = False


@get("/projects/{project:str}/events", opt=OPT, summary="Follow a project")
async def project_events(
    *,
    request: Request[Any, Any, Any],
    unit: NamedDependency[Unit],
    project: FromPath[str],
    after: After = None,
    kinds: Kinds = "",
    spec: One = "",
    paths: Paths = "",
    wait: Wait = 0,
    limit: Many = 200,
) -> Response[Any]:
    """Follow a project from a cursor: `after`, or the header `Last-Event-ID`. 410 where nobody can go on from there."""
    found = await unit.projects.find(unit.principal, project)
    return await _follow(request, unit, (found,), (after, kinds, spec, paths), wait, limit)


@get("/events", opt=OPT, summary="Follow projects")
async def all_events(
    *,
    request: Request[Any, Any, Any],
    unit: NamedDependency[Unit],
    project: Names = "",
    after: After = None,
    kinds: Kinds = "",
    spec: One = "",
    paths: Paths = "",
    wait: Wait = 0,
    limit: Many = 200,
) -> Response[Any]:
    """Follow all projects that one is a member of, or some of them, with one cursor."""
    names = [name.strip() for name in project.split(",") if name.strip()]
    found: Sequence[Project] = [await unit.projects.find(unit.principal, name) for name in dict.fromkeys(names)]
    if not names:
        found = await unit.projects.list(unit.principal)
    return await _follow(request, unit, found, (after, kinds, spec, paths), wait, limit)


@get("/events/schema", opt={"scope": Scope.READ}, summary="The form of events")
async def events_schema(*, kinds: Kinds = "") -> dict[str, Any]:
    """Give the JSON schema of events, of all types or of some whole ones."""
    chosen = wanted(kinds).kinds
    if any("*" in kind for kind in chosen):
        chosen = ()
    return dict(schema(chosen))


async def _follow(
    request: Request[Any, Any, Any],
    unit: Unit,
    projects: Sequence[Project],
    asked: tuple[str | None, str, str, str],
    wait: int,
    limit: int,
) -> Response[Any]:
    """Answer with a stream or with JSON, as the caller likes better."""
    after, kinds, spec, paths = asked
    chosen = wanted(kinds, spec, paths)
    try:
        cursor = await unit.feeds.begin(unit.principal, projects, request.headers.get("last-event-id") or after)
    except GoneError as error:
        lists = [f"{spec_url(one.slug, one.id).rpartition('/specs/')[0]}/manifest" for one in projects]
        details = {**error.details, "resync": lists}
        raise HttpError(HTTPStatus.GONE, error.message, error.hint, details=details) from error
    state = request.app.state
    following = Following(
        unit.feeds, state.wakes, unit.principal, projects, cursor, chosen, lambda: _again(request, unit.principal)
    )
    streams = preferred(request.headers.get("accept", ""), (JSON, EVENT_STREAM)) == EVENT_STREAM
    if streams and not request.scope["state"].get("head"):
        state.readers.check(unit.principal.actor.id)
        return Feed(stream(following, state.readers, limit), media_type=EVENT_STREAM, headers=HEADERS)
    told = await answer(following, wait, limit)
    items = tuple(as_json(event, place) for event, place in told.events)
    return Response(EventsOut(items=items, cursor=told.cursor, more=told.more), headers={"cache-control": "no-store"})


async def _again(request: Request[Any, Any, Any], before: Principal) -> Principal:
    """Find out anew who asks; raises unless the token still counts, for the same projects."""
    token = request.headers.get("authorization", "").partition(" ")[2].strip()
    now: Principal = await request.app.state.gate.tokens.authenticate_token(token)
    if now.roles.keys() != before.roles.keys() or Scope.READ not in now.scopes:
        raise DeniedError("What this token may read has changed.", "Begin again, from the last cursor.")
    return now


ROUTES = (project_events, all_events, events_schema)
