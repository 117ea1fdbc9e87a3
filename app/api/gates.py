"""Gates: what was decided on commits that were checked elsewhere, by policy and by people, and the proof of it.

Whoever has the code reads the specs that govern it, checks it, and tells what was found; the code stays there.
"""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.connection import Request
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from app.api._conditions import etag, matches
from app.api._gates import GateIn, GateOut, GateReviewIn, GoverningOut
from app.api._wire import Cursor, Include, Items, Limit, items_of
from app.unit import Unit
from specs.access import Scope
from sync.gates.gate import GateState

READ: dict[str, object] = {"scope": Scope.READ, "statuses": (404,)}
GOVERNING = {**READ, "statuses": (304, 404), "headers": ("If-None-Match",)}
Name = Annotated[
    str,
    QueryParameter(
        min_length=1, max_length=200, pattern=r"^[A-Za-z0-9._/~+-]+$", description="Its name here, or host/owner/name."
    ),
]
Filter = Annotated[str, QueryParameter(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
Tag = Annotated[
    str,
    QueryParameter(
        max_length=100, pattern=r"^[A-Za-z0-9._+@-]*$", description="Specs as a tag holds them, not as now."
    ),
]
# `state` is a word of the framework's own.
Standing = Annotated[GateState | None, QueryParameter(name="state", description="Those that stand so.")]


@get("/projects/{project:str}/governing", opt=GOVERNING, summary="Read the specs that govern a repository")
async def read_governing(
    *,
    request: Request[Any, Any, Any],
    unit: NamedDependency[Unit],
    project: FromPath[str],
    repository: Name,
    tag: Tag = "",
    include: Include = None,
) -> Response[Any]:
    """Give the specs that speak about a repository, with their digest; their Markdown with `include=text`."""
    found = await unit.projects.find(unit.principal, project)
    governed = await unit.governing.read(unit.principal, found.id, repository, tag)
    headers = {"etag": etag(governed.etag), "vary": "authorization"}
    if matches(request.headers, headers["etag"]):
        return Response(None, status_code=304, headers=headers)
    return Response(GoverningOut.of(governed, with_text=include == "text"), headers=headers)


@get("/projects/{project:str}/gates", opt=READ, summary="List gates")
async def list_gates(
    unit: NamedDependency[Unit],
    project: FromPath[str],
    *,
    standing: Standing = None,
    repository: Filter = "",
    commit: Filter = "",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Items[GateOut]:
    """List what was decided on commits, the newest first."""
    found = await unit.projects.find(unit.principal, project)
    page = await unit.gates.list(
        unit.principal,
        found.id,
        state=standing or "",
        repository=repository,
        commit=commit,
        cursor=cursor,
        limit=limit,
    )
    query = {"state": standing, "repository": repository, "commit": commit, "limit": limit}
    return items_of(page, lambda gate: GateOut.of(gate, found.slug), f"/api/v1/projects/{project}/gates", query)


@post(
    "/projects/{project:str}/gates",
    opt={"scope": Scope.CHECK, "statuses": (404, 409)},
    summary="Tell what a check found, and have it decided on",
)
async def post_gate(unit: NamedDependency[Unit], project: FromPath[str], data: JSONBody[GateIn]) -> Response[GateOut]:
    """Decide on a check by the policies in force. The same check told again is the same gate.

    409 with the present digest as `specs` where the specs are others by now.
    """
    found = await unit.projects.find(unit.principal, project)
    posted = await asyncio.to_thread(data.posted)
    looked = await unit.gates.post(unit.principal, found, posted)
    place = f"/api/v1/projects/{found.slug}/gates/{looked.gate.id}"
    return Response(GateOut.of_looked(looked, found.slug), status_code=201, headers={"location": place})


@get("/projects/{project:str}/gates/{gate:uuid}", opt=READ, summary="Read a gate")
async def get_gate(unit: NamedDependency[Unit], project: FromPath[str], gate: FromPath[UUID]) -> GateOut:
    """Give a gate with its findings, whom it waits for, what people said, and a fresh token where it passed."""
    found = await unit.projects.find(unit.principal, project)
    return GateOut.of_looked(await unit.gates.get(unit.principal, found, gate), found.slug, whole=True)


@post(
    "/projects/{project:str}/gates/{gate:uuid}/reviews",
    opt={"scope": Scope.WRITE, "statuses": (404, 409)},
    status_code=200,
    summary="Approve or refuse a gate",
)
async def review_gate(
    unit: NamedDependency[Unit], project: FromPath[str], gate: FromPath[UUID], data: JSONBody[GateReviewIn]
) -> GateOut:
    """Say of exactly the gate with this digest that it may pass, or not. Of people alone, never of one's own."""
    found = await unit.projects.find(unit.principal, project)
    looked = await unit.gates.review(
        unit.principal, found, gate, digest=data.digest, answer=data.answer, body=data.body
    )
    return GateOut.of_looked(looked, found.slug)


ROUTES = (read_governing, list_gates, post_gate, get_gate, review_gate)
