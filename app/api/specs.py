"""Specs: list, create, read at any revision, save with a base, rename, retire, restore.

The ETag of a spec is the digest of the revision given; a save says with `If-Match` which revision it was made from, and
is merged where the head moved since.
"""

from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post, put
from litestar.connection import Request
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec import Meta

from app.api._conditions import JSON, MARKDOWN, base_of, etag, matches, preferred
from app.api._conflicts import unmerged
from app.api._saved import saved_answer
from app.api._wire import (
    NO_NUL,
    Cursor,
    Digest,
    FollowOut,
    In,
    Include,
    Items,
    Limit,
    Message,
    Out,
    ProblemOut,
    SpecOut,
    Text,
    items_of,
    spec_url,
)
from app.unit import Unit
from specs.access import Scope
from specs.conflicts import UnmergedError
from specs.errors import DeniedError, HoldfastError
from specs.library import MAX_MESSAGE, Page, SpecText
from specs.service.hygiene import Follow

SpecPath = Annotated[str, Meta(min_length=1, max_length=1000, pattern=NO_NUL)]
Wanted = Annotated[Digest | None, QueryParameter(description="A digest from the history; the head by default.")]


class SpecIn(In):
    """A new spec: its path in the project, its Markdown, why."""

    path: SpecPath
    text: Text
    message: Message = ""


class SaveIn(In):
    """Another text for a spec. `takes_in` names a side revision that this text resolves."""

    text: Text
    message: Message = ""
    takes_in: Digest | None = None


class RenameIn(In):
    """Where a spec moves to; `fix_links` has the links of other specs follow it, each in a revision of its own."""

    path: SpecPath
    fix_links: bool = False


READ: dict[str, object] = {"scope": Scope.READ, "statuses": (404,)}
READ_ONE = {**READ, "statuses": (304, 404), "offers": (JSON, MARKDOWN), "headers": ("If-None-Match",)}
WRITE = {"scope": Scope.WRITE, "statuses": (404, 409), "waits": True}


@get("/projects/{project:str}/specs", opt=READ, summary="List specs")
async def list_specs(
    *,
    unit: NamedDependency[Unit],
    project: FromPath[str],
    prefix: FromQuery[str] = "",
    retired: FromQuery[bool] = False,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Items[SpecOut]:
    """List specs by path, those whose path begins with `prefix`; retired ones only with `retired=true`."""
    found = await unit.projects.find(unit.principal, project)
    page = await unit.library.list(unit.principal, found.id, prefix=prefix, retired=retired, cursor=cursor, limit=limit)
    query = {"prefix": prefix, "retired": "true" if retired else None, "limit": limit}
    return items_of(page, SpecOut.of, f"/api/v1/projects/{project}/specs", query)


@post("/projects/{project:str}/specs", opt=WRITE, summary="Create a spec")
async def create_spec(unit: NamedDependency[Unit], project: FromPath[str], data: JSONBody[SpecIn]) -> Response[SpecOut]:
    """Start a spec at a path that is free. The text of a refused one is kept as a side revision of the spec there."""
    found = await unit.projects.find(unit.principal, project)
    saved = await unit.library.create(unit.principal, found.id, data.path, data.text, data.message)
    headers = {"etag": etag(saved.revision.digest), "location": spec_url(project, saved.spec.id)}
    answer = SpecOut.of_saved(saved, project)
    answer.problems = await _problems(unit, found.id, saved.spec.path, data.text)
    return Response(answer, status_code=201, headers=headers)


@get("/projects/{project:str}/specs/{spec:uuid}", opt=READ_ONE, summary="Read a spec")
async def read_spec(
    *,
    request: Request[Any, Any, Any],
    unit: NamedDependency[Unit],
    project: FromPath[str],
    spec: FromPath[UUID],
    revision: Wanted = None,
    include: Include = None,
) -> Response[Any]:
    """Give a spec by its id, at its head or at any revision; its Markdown with `include=text` or when accepted."""
    return await _read(request, unit, project=project, ref=spec, revision=revision, include=include)


@get(
    "/projects/{project:str}/specs/by-path/{path:path}",
    opt=READ_ONE,
    summary="Read a spec by its path",
)
async def read_spec_by_path(
    *,
    request: Request[Any, Any, Any],
    unit: NamedDependency[Unit],
    project: FromPath[str],
    path: FromPath[str],
    revision: Wanted = None,
    include: Include = None,
) -> Response[Any]:
    """Give a spec by its path in the project, or by a path that it had before it was renamed."""
    return await _read(request, unit, project=project, ref=path.removeprefix("/"), revision=revision, include=include)


async def _read(
    request: Request[Any, Any, Any],
    unit: Unit,
    *,
    project: str,
    ref: UUID | str,
    revision: str | None,
    include: str | None,
) -> Response[Any]:
    found = await unit.projects.find(unit.principal, project)
    read = await unit.library.read(unit.principal, found.id, ref, revision)
    tag = etag(read.revision.digest)
    headers = {"etag": tag, "content-location": spec_url(project, read.spec.id), "vary": "accept, authorization"}
    if matches(request.headers, tag):
        return Response(None, status_code=304, headers=headers)
    if preferred(request.headers.get("accept", ""), (JSON, MARKDOWN)) == MARKDOWN:
        return _markdown(read, headers)
    return Response(SpecOut.of_text(read, with_text=include == "text"), headers=headers)


def _markdown(read: SpecText, headers: dict[str, str]) -> Response[bytes]:
    return Response(read.text.encode(), media_type=MARKDOWN, headers=headers)


@put(
    "/projects/{project:str}/specs/{spec:uuid}",
    opt={"scope": Scope.WRITE, "statuses": (201, 404, 409, 428), "headers": ("If-Match",), "waits": True},
    summary="Save a spec",
)
async def save_spec(
    *,
    request: Request[Any, Any, Any],
    unit: NamedDependency[Unit],
    project: FromPath[str],
    spec: FromPath[UUID],
    data: JSONBody[SaveIn],
    include: Include = None,
) -> Response[SpecOut]:
    """Save a text made from the revision in `If-Match`: 201, or 200 when nothing changed.

    If the head moved since, both are merged where that is safe, and `merged` says so: the answer's revision is the
    merge, its text comes with `include=text`. Otherwise 409 with the conflict in which the text waits and its regions.
    """
    base = base_of(request.headers)
    found = await unit.projects.find(unit.principal, project)
    with_text = include == "text"
    try:
        saved = await unit.library.save(
            unit.principal, found.id, spec, base=base, text=data.text, message=data.message, takes_in=data.takes_in
        )
    except UnmergedError as error:
        raise unmerged(error, project, with_text=with_text) from error
    text = None
    if with_text:
        text = (await unit.library.read(unit.principal, found.id, spec, saved.revision.digest)).text
    answer = saved_answer(saved, project, text)
    answer.content.problems = await _problems(unit, found.id, saved.spec.path, data.text)
    return answer


async def _problems(unit: Unit, project: UUID, path: str, text: str) -> tuple[ProblemOut, ...]:
    """Tell a writer what the text hides from its readers, and which of its links are broken."""
    try:
        return tuple(map(ProblemOut.of, await unit.hygiene.problems(unit.principal, project, path, text)))
    except DeniedError:  # a credential that may write and not read is told nothing
        return ()


@get(
    "/projects/{project:str}/specs/{spec:uuid}/problems",
    opt=READ,
    summary="What readers should be told of a spec",
)
async def list_problems(unit: NamedDependency[Unit], project: FromPath[str], spec: FromPath[UUID]) -> Items[ProblemOut]:
    """List what the head hides from its readers, and which of its links are broken."""
    found = await unit.projects.find(unit.principal, project)
    read = await unit.library.read(unit.principal, found.id, spec)
    told = await unit.hygiene.problems(unit.principal, found.id, read.spec.path, read.text)
    return Items(tuple(map(ProblemOut.of, told)))


class ToldOut(Out):
    """A spec, and what its readers should be told of it."""

    spec: UUID
    path: str
    problems: tuple[ProblemOut, ...]


@get("/projects/{project:str}/problems", opt=READ, summary="What readers should be told of all specs")
async def list_all_problems(
    unit: NamedDependency[Unit], project: FromPath[str], *, cursor: Cursor = None, limit: Limit = 50
) -> Items[ToldOut]:
    """List by spec what heads hide from their readers, and which of their links are broken. A page is some specs."""
    found = await unit.projects.find(unit.principal, project)
    page = await unit.library.list(unit.principal, found.id, cursor=cursor, limit=limit)
    made = []
    for spec in page.items:
        read = await unit.library.read(unit.principal, found.id, spec.id)
        told = await unit.hygiene.problems(unit.principal, found.id, read.spec.path, read.text)
        made.append(ToldOut(spec=spec.id, path=read.spec.path, problems=tuple(map(ProblemOut.of, told))))
    where = f"/api/v1/projects/{project}/problems"
    return items_of(Page(tuple(made), page.next), lambda one: one, where, {"limit": limit})


@post("/projects/{project:str}/specs/{spec:uuid}/rename", opt=WRITE, status_code=200, summary="Rename a spec")
async def rename_spec(
    unit: NamedDependency[Unit], project: FromPath[str], spec: FromPath[UUID], data: JSONBody[RenameIn]
) -> SpecOut:
    """Give a spec another path. The old one still leads to it until another spec takes it.

    `links` lists the specs whose links do not follow by themselves; with `fix_links` they are saved so that they do.
    """
    found = await unit.projects.find(unit.principal, project)
    old = (await unit.library.read(unit.principal, found.id, spec)).spec.path
    answer = SpecOut.of(await unit.library.rename(unit.principal, found.id, spec, data.path))
    follows = await unit.hygiene.linking(unit.principal, found.id, old, answer.path) if old != answer.path else ()
    message = f"Follow {old} to {answer.path}."
    links = [await _follow(unit, found.id, follow, message if data.fix_links else "") for follow in follows]
    answer.links = tuple(links)
    return answer


async def _follow(unit: Unit, project: UUID, follow: Follow, message: str) -> FollowOut:
    """Have the links of a spec follow a rename, where a message says so; whatever refuses that is told."""
    told = FollowOut(spec=follow.spec, path=follow.path, state="stale")
    if not message:
        return told
    try:
        saved = await unit.library.save(
            unit.principal, project, follow.spec, base=follow.head, text=follow.text, message=message[:MAX_MESSAGE]
        )
    except HoldfastError as error:
        if error.family in {error.family.UNAVAILABLE, error.family.INTERNAL}:
            raise
        return FollowOut(spec=follow.spec, path=follow.path, state="refused", detail=error.message)
    return FollowOut(spec=follow.spec, path=follow.path, state="followed", revision=saved.revision.digest)


@post("/projects/{project:str}/specs/{spec:uuid}/retire", opt=WRITE, status_code=200, summary="Retire a spec")
async def retire_spec(unit: NamedDependency[Unit], project: FromPath[str], spec: FromPath[UUID]) -> SpecOut:
    """Take a spec out of what counts. It stays readable; retiring twice changes nothing."""
    found = await unit.projects.find(unit.principal, project)
    return SpecOut.of(await unit.library.retire(unit.principal, found.id, spec))


@post("/projects/{project:str}/specs/{spec:uuid}/restore", opt=WRITE, status_code=200, summary="Restore a spec")
async def restore_spec(unit: NamedDependency[Unit], project: FromPath[str], spec: FromPath[UUID]) -> SpecOut:
    """Make a retired spec count again."""
    found = await unit.projects.find(unit.principal, project)
    return SpecOut.of(await unit.library.restore(unit.principal, found.id, spec))


ROUTES = (
    list_specs,
    create_spec,
    read_spec,
    read_spec_by_path,
    save_spec,
    list_problems,
    list_all_problems,
    rename_spec,
    retire_spec,
    restore_spec,
)
