"""Revisions of a spec: its history, one of them, the difference of any two."""

from typing import Any
from uuid import UUID

from litestar import Response, get
from litestar.connection import Request
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.api._conditions import JSON, MARKDOWN, etag, matches, preferred
from app.api._wire import Cursor, Include, Items, Limit, RevisionOut, items_of, spec_url
from app.unit import Unit
from specs.access import Scope

READ: dict[str, object] = {"scope": Scope.READ, "statuses": (404,)}
READ_ONE = {**READ, "statuses": (304, 404), "offers": (JSON, MARKDOWN), "headers": ("If-None-Match",)}


@get("/projects/{project:str}/specs/{spec:uuid}/revisions", opt=READ, summary="Read a spec's history")
async def list_revisions(
    unit: NamedDependency[Unit],
    project: FromPath[str],
    spec: FromPath[UUID],
    *,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Items[RevisionOut]:
    """List a spec's revisions, the newest first. `side` marks those that were never the head."""
    found = await unit.projects.find(unit.principal, project)
    page = await unit.library.history(unit.principal, found.id, spec, cursor=cursor, limit=limit)
    return items_of(page, RevisionOut.of_entry, f"{spec_url(project, spec)}/revisions", {"limit": limit})


@get("/projects/{project:str}/specs/{spec:uuid}/revisions/{revision:str}", opt=READ_ONE, summary="Read a revision")
async def get_revision(  # noqa: PLR0913 (each part of the question)
    request: Request[Any, Any, Any],
    unit: NamedDependency[Unit],
    project: FromPath[str],
    spec: FromPath[UUID],
    revision: FromPath[str],
    *,
    include: Include = None,
) -> Response[Any]:
    """Give one revision; its Markdown with `include=text` or when accepted. It never changes."""
    found = await unit.projects.find(unit.principal, project)
    read = await unit.library.read(unit.principal, found.id, spec, revision)
    tag = etag(read.revision.digest)
    headers = {"etag": tag, "vary": "accept, authorization", "cache-control": "private, max-age=31536000, immutable"}
    if matches(request.headers, tag):
        return Response(None, status_code=304, headers=headers)
    if preferred(request.headers.get("accept", ""), (JSON, MARKDOWN)) == MARKDOWN:
        return Response(read.text.encode(), media_type=MARKDOWN, headers=headers)
    return Response(RevisionOut.of(read.revision, text=read.text if include == "text" else None), headers=headers)


ROUTES = (list_revisions, get_revision)
