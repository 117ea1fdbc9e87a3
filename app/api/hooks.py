"""Hooks of coding agents' clients over HTTP: the client posts its event, and the answer is what its agent is told."""

import json
from typing import Annotated, Any

from litestar import MediaType, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from app.unit import Unit
from specs.access import Scope
from specs.errors import MissingError, UserError
from sync.agents.answers import CLIENTS
from sync.agents.events import event_of, moment_of

Payload = Annotated[dict[str, Any], Meta(description="The event as the client writes it, with `hook_event_name`.")]


@post(
    "/projects/{project:str}/hooks/{client:str}",
    opt={"scope": Scope.CONTEXT, "statuses": (404,)},
    summary="Answer a hook of a coding agent",
    status_code=200,
)
async def answer_hook(
    unit: NamedDependency[Unit], project: FromPath[str], client: FromPath[str], data: JSONBody[Payload]
) -> Response[Any]:
    """Tell the agent what bears on this moment and what its session was not told yet; `{}` where there is nothing."""
    known = CLIENTS.get(client)
    if known is None:
        raise MissingError(f"There is no client {client!r}.", f"Use one of {', '.join(CLIENTS)}.")
    name = data.get("hook_event_name")
    moment = moment_of(name) if isinstance(name, str) else None
    if moment is None:
        events = ", ".join(known.events.values())
        raise UserError("There is no such event.", f"`hook_event_name` is one of {events}.")
    found = await unit.projects.find(unit.principal, project)
    said = event_of(moment, json.dumps(data).encode())
    told = await unit.hooking.answer(unit.principal, found.id, known, said)
    return Response(json.loads(told) if told else {}, media_type=MediaType.JSON)


ROUTES = (answer_hook,)
