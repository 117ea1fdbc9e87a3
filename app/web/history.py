"""A spec's past: its revisions, and the difference of any two."""

import asyncio
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.unit import Unit
from app.web import addresses, answers
from app.web.answers import Web, here, see
from app.web.differences import rows_of
from app.web.views.frame import Place
from app.web.views.history import DiffPage, History, HistoryRow
from specs.access import Scope
from specs.revision import Revision

READ = {"scope": Scope.READ}
LAYOUTS = ("split", "unified")


@get("/p/{project:str}/history/{path:path}", opt=READ)
async def history(
    request: Web, unit: NamedDependency[Unit], project: FromPath[str], path: FromPath[str]
) -> Response[Any]:
    """List the revisions, newest first; those that never were the head are marked."""
    at = await here(request, unit, project, "History", Place.SPECS)
    spec = (await unit.library.read(unit.principal, at.project.id, path.removeprefix("/"))).spec
    if spec.path != path.removeprefix("/"):
        return see(addresses.history(project, spec.path))
    cursor = request.query_params.get("cursor") or None
    found = await unit.library.history(unit.principal, at.project.id, spec.id, cursor=cursor)
    rows = tuple(HistoryRow(one.revision, one.side, one.revision.digest == spec.head) for one in found.items)
    view = History(spec.path, spec.title, rows, found.next or "")
    return answers.page("history.html", answers.titled(at.frame, f"History of {spec.title}"), view)


@get("/p/{project:str}/diff/{path:path}", opt=READ)
async def difference(
    request: Web, unit: NamedDependency[Unit], project: FromPath[str], path: FromPath[str]
) -> Response[Any]:
    """Show what changed from one revision to another, side by side or unified."""
    at = await here(request, unit, project, "Difference", Place.SPECS)
    who, ident, query = unit.principal, at.project.id, request.query_params
    spec = (await unit.library.read(who, ident, path.removeprefix("/"))).spec
    before, after = query.get("before") or spec.head, query.get("after") or spec.head
    found = await unit.library.diff(who, ident, spec.id, before, after)
    rows = await asyncio.to_thread(rows_of, found.before.text, found.after.text)
    layout = query.get("layout", "")
    view = DiffPage(
        path=spec.path,
        title=spec.title,
        before=found.before.revision,
        after=found.after.revision,
        rows=rows,
        added=sum(row.kind == "changed" and row.after is not None for row in rows),
        removed=sum(row.kind == "changed" and row.before is not None for row in rows),
        layout=layout if layout in LAYOUTS else LAYOUTS[0],
        older=_step(project, spec.path, found.before.revision, layout),
    )
    return answers.page("diff.html", answers.titled(at.frame, f"Change of {spec.title}"), view)


def _step(slug: str, path: str, revision: Revision, layout: str) -> str:
    """Give the change that came before this one; the first text has none."""
    if not revision.parents:
        return ""
    return addresses.diff(slug, path, revision.parents[0], revision.digest, layout)


ROUTES = (history, difference)
