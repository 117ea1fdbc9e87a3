"""Revisions of a spec: its history, one of them, the difference of any two."""

import asyncio
from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import Response, get, post
from litestar.connection import Request
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from app.api._conditions import DIFF, JSON, MARKDOWN, base_of, etag, matches, preferred
from app.api._conflicts import unmerged
from app.api._saved import saved_answer
from app.api._wire import Cursor, In, Include, Items, Limit, Message, Out, RevisionOut, SpecOut, items_of, spec_url
from app.unit import Unit
from specs.access import Scope
from specs.conflicts import UnmergedError
from specs.diff import Change, Line, line_diff, unified
from specs.library import Whose
from specs.revision import ActorKind, Provenance

Before = Annotated[str, QueryParameter(pattern=r"^[0-9a-f]{64}$", description="The digest to compare from.")]
After = Annotated[str, QueryParameter(pattern=r"^[0-9a-f]{64}$", description="The digest to compare to.")]
OfActor = Annotated[UUID | None, QueryParameter(description="Revisions of this actor only.")]
OfKind = Annotated[
    Literal["human", "agent", "system"] | None, QueryParameter(description="Revisions of actors of this kind only.")
]
Which = Annotated[
    Literal["explicit", "inferred"] | None, QueryParameter(description="Revisions of this provenance only.")
]
READ: dict[str, object] = {"scope": Scope.READ, "statuses": (404,)}
READ_ONE = {**READ, "statuses": (304, 404), "offers": (JSON, MARKDOWN), "headers": ("If-None-Match",)}


@get("/projects/{project:str}/specs/{spec:uuid}/revisions", opt=READ, summary="Read a spec's history")
async def list_revisions(
    unit: NamedDependency[Unit],
    project: FromPath[str],
    spec: FromPath[UUID],
    *,
    actor: OfActor = None,
    kind: OfKind = None,
    provenance: Which = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Items[RevisionOut]:
    """List a spec's revisions, the newest first. `side` marks those that were never the head."""
    found = await unit.projects.find(unit.principal, project)
    whose = Whose(actor, ActorKind(kind) if kind else None, Provenance(provenance) if provenance else None)
    page = await unit.library.history(unit.principal, found.id, spec, whose=whose, cursor=cursor, limit=limit)
    query = {"actor": None if actor is None else str(actor), "kind": kind, "provenance": provenance, "limit": limit}
    return items_of(page, RevisionOut.of_entry, f"{spec_url(project, spec)}/revisions", query)


@get("/projects/{project:str}/specs/{spec:uuid}/revisions/{revision:str}", opt=READ_ONE, summary="Read a revision")
async def get_revision(
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


class LineOut(Out):
    """A line without its newline; `words` are the character ranges that differ inside a changed line."""

    text: str
    words: tuple[tuple[int, int], ...] = ()

    @classmethod
    def of(cls, line: Line) -> "LineOut":
        """Make it from the core's value."""
        return cls(text=line.text, words=line.spans)


class ChangeOut(Out):
    """A changed region: the lines it had from `before_line` on, the lines it has from `after_line` on."""

    before_line: int
    after_line: int
    before: tuple[LineOut, ...] = ()
    after: tuple[LineOut, ...] = ()

    @classmethod
    def of(cls, change: Change) -> "ChangeOut":
        """Make it from the core's value."""
        return cls(
            before_line=change.a_line,
            after_line=change.b_line,
            before=tuple(LineOut.of(line) for line in change.a),
            after=tuple(LineOut.of(line) for line in change.b),
        )


class DiffOut(Out):
    """What changed from one revision to another."""

    before: RevisionOut
    after: RevisionOut
    changes: tuple[ChangeOut, ...]


@get(
    "/projects/{project:str}/specs/{spec:uuid}/diff", opt={**READ, "offers": (JSON, DIFF)}, summary="Compare revisions"
)
async def get_diff(
    request: Request[Any, Any, Any],
    unit: NamedDependency[Unit],
    project: FromPath[str],
    spec: FromPath[UUID],
    *,
    before: Before,
    after: After,
) -> Response[Any]:
    """Compare any two revisions of a spec: changed regions as JSON, or a unified diff with `Accept: text/x-diff`."""
    found = await unit.projects.find(unit.principal, project)
    pair = await unit.library.diff(unit.principal, found.id, spec, before, after)
    headers = {"vary": "accept, authorization"}
    if preferred(request.headers.get("accept", ""), (JSON, DIFF)) == DIFF:
        path = pair.after.spec.path
        text = await asyncio.to_thread(unified, pair.before.text, pair.after.text, f"a/{path}", f"b/{path}")
        return Response(text.encode(), media_type=DIFF, headers=headers)
    changes = await asyncio.to_thread(line_diff, pair.before.text, pair.after.text)
    answer = DiffOut(
        before=RevisionOut.of(pair.before.revision),
        after=RevisionOut.of(pair.after.revision),
        changes=tuple(ChangeOut.of(change) for change in changes),
    )
    return Response(answer, headers=headers)


class RestoreIn(In):
    """Why a text is brought back."""

    message: Message = ""


@post(
    "/projects/{project:str}/specs/{spec:uuid}/revisions/{revision:str}/restore",
    opt={"scope": Scope.WRITE, "statuses": (200, 404, 409, 428), "headers": ("If-Match",), "waits": True},
    summary="Restore a revision",
)
async def restore_revision(
    *,
    request: Request[Any, Any, Any],
    unit: NamedDependency[Unit],
    project: FromPath[str],
    spec: FromPath[UUID],
    revision: FromPath[str],
    data: JSONBody[RestoreIn],
) -> Response[SpecOut]:
    """Make the text of a revision the head again, as a new revision: saved as any text is, on the one in `If-Match`."""
    base = base_of(request.headers)
    found = await unit.projects.find(unit.principal, project)
    try:
        saved = await unit.library.bring_back(unit.principal, found.id, spec, revision, base=base, message=data.message)
    except UnmergedError as error:
        raise unmerged(error, project) from error
    return saved_answer(saved, project)


ROUTES = (list_revisions, get_revision, get_diff, restore_revision)
