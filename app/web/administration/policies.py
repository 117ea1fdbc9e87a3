"""The page of a project's policies: what is in force and from where, whether its examples hold, and a rehearsal."""

from collections.abc import Mapping
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.unit import Unit
from app.web import answers
from app.web.answers import Web, fields, here
from app.web.views.frame import Place
from app.web.views.policies import PoliciesPage, rows_of
from specs.access import Scope
from specs.errors import HoldfastError, UserError
from specs.service.policies.rehearsing import Rehearsal

READ = {"scope": Scope.READ}
UNUSABLE = 400
SHOWN = 30


@get("/p/{project:str}/settings/policies", opt=READ)
async def policies(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """Show the policies in force; `try` begins a rehearsal with one of them."""
    return await _page(request, unit, project)


@post("/p/{project:str}/settings/policies", opt=READ, status_code=200)
async def rehearse(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """Try policies that are not in force; nothing is kept."""
    at = await here(request, unit, project, "Policies", Place.SETTINGS)
    given = await fields(request)
    try:
        done = await unit.rehearsing.rehearse(
            unit.principal, at.project.id, given.get("text", ""), given.get("subject", "").strip()
        )
    except UserError as error:
        return await _page(request, unit, project, given=given, error=error)
    return await _page(request, unit, project, given=given, done=done)


async def _page(
    request: Web,
    unit: Unit,
    slug: str,
    *,
    given: Mapping[str, str] | None = None,
    done: Rehearsal | None = None,
    error: HoldfastError | None = None,
) -> Response[Any]:
    at = await here(request, unit, slug, "Policies", Place.SETTINGS)
    found = await unit.ruling.in_force(unit.principal, at.project.id)
    tried = await unit.ruling.tried(unit.principal, at.project.id)
    decided = await unit.ruling.decisions(unit.principal, at.project.id, limit=SHOWN)
    proposals = await unit.proposals.list(unit.principal, at.project.id, limit=SHOWN)
    view = PoliciesPage(
        rows_of(found.policies, tried),
        found.replaced,
        decided.items,
        tuple((str(one.id), one.title) for one in proposals.items),
        dict(given or {}),
        done,
        error=error.message if error else "",
        hint=error.hint if error else "",
    )
    return answers.page("policies.html", at.frame, view, status=UNUSABLE if error else 200)


ROUTES = (policies, rehearse)
