"""Tags: the list, what specs said at one, and what became of them since or by another."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.unit import Unit
from app.web import addresses, answers
from app.web.answers import Web, fields, here, refused, see
from app.web.views.drift import Choice
from app.web.views.frame import Place
from app.web.views.search import TagList, TagPage, TagRow
from specs.access import Scope
from specs.errors import ConflictError, HoldfastError, UserError
from specs.tags import TagChange, Tagged

READ = {"scope": Scope.READ}
WRITE = {"scope": Scope.WRITE}
UNUSABLE = 400
OFFERED = 200


@get("/p/{project:str}/tags", opt=READ)
async def list_tags(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """List the tags, newest first."""
    return await _listed(request, unit, project)


async def _listed(
    request: Web, unit: Unit, slug: str, given: Mapping[str, str] | None = None, error: HoldfastError | None = None
) -> Response[Any]:
    at = await here(request, unit, slug, "Tags", Place.SPECS)
    cursor = request.query_params.get("cursor") or None
    found = await unit.tags.list(unit.principal, at.project.id, cursor=cursor)
    told = refused(error) if error else {"error": "", "hint": ""}
    typed = given or {}
    view = TagList(found.items, found.next or "", typed.get("name", ""), typed.get("message", ""), **told)
    return answers.page("tags.html", at.frame, view, status=UNUSABLE if error else 200)


@post("/p/{project:str}/tags", opt=WRITE)
async def create_tag(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """Name what all specs say now."""
    at = await here(request, unit, project, "Tags", Place.SPECS)
    given = await fields(request)
    try:
        made = await unit.tags.create(
            unit.principal, at.project.id, given.get("name", "").strip(), given.get("message", "").strip(), None
        )
    except (UserError, ConflictError) as error:
        return await _listed(request, unit, project, given, error)
    return see(addresses.tag(project, made.name))


@get("/p/{project:str}/tags/{tag:str}", opt=READ)
async def tag(request: Web, unit: NamedDependency[Unit], project: FromPath[str], tag: FromPath[str]) -> Response[Any]:
    """Show what specs said at a tag, and what became of them."""
    at = await here(request, unit, project, "Tag", Place.SPECS)
    who, ident = unit.principal, at.project.id
    to = request.query_params.get("to", "")
    content = await unit.tags.read(who, ident, tag)
    changes = await unit.tags.compare(who, ident, tag, to or None)
    names = (await unit.tags.list(who, ident, limit=OFFERED)).items
    others = tuple(Choice(one.name, one.name) for one in names if one.name != tag)
    rows = rows_of(content.items, changes)
    view = TagPage(
        name=content.tag.name,
        message=content.tag.message,
        by=content.tag.actor,
        at=content.tag.at,
        rows=rows,
        others=(Choice("", "today"), *others),
        to=to,
        changed=sum(row.state != "same" for row in rows),
    )
    return answers.page("tag.html", answers.titled(at.frame, f"Specs at {tag}"), view)


def rows_of(held: Sequence[Tagged], changes: Sequence[TagChange]) -> tuple[TagRow, ...]:
    """Give a row for each spec that a tag holds or that came later: what changed first, then the rest by path."""
    told: dict[UUID, TagRow] = {}
    for change in changes:
        before, after = change.before, change.after
        shown = after or before
        if shown is not None:
            told[shown.spec] = TagRow(
                path=after.path if after else "",
                title=shown.title or shown.path,
                was=before.path if before else "",
                state=str(change.difference),
                then=before.revision if before else "",
                now=after.revision if after else "",
            )
    same = [
        TagRow(one.path, one.title or one.path, one.path, "same", one.revision, one.revision)
        for one in held
        if one.spec not in told
    ]
    return (*sorted(told.values(), key=lambda row: row.path or row.was), *sorted(same, key=lambda row: row.path))


ROUTES = (list_tags, create_tag, tag)
