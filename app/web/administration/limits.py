"""The page of a project's limits: what it may use and does use, how long its things are kept, and changing that."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.unit import Unit
from app.web import addresses, answers
from app.web.answers import Web, fields, here, refused, see
from app.web.views.frame import Place
from app.web.views.people import LimitsPage
from specs.access import Scope
from specs.errors import HoldfastError, UserError
from specs.limits import LimitKind, Setting

READ = {"scope": Scope.READ}
ADMIN = {"scope": Scope.ADMIN}
UNUSABLE = 400
LONGEST = 13


@get("/p/{project:str}/settings/limits", opt=READ)
async def limits(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """Show what holds."""
    return await _limits(request, unit, project)


async def _limits(request: Web, unit: Unit, slug: str, error: HoldfastError | None = None) -> Response[Any]:
    at = await here(request, unit, slug, "Limits", Place.SETTINGS)
    found = await unit.limits.show(unit.principal, at.project.id)
    told = refused(error) if error else {"error": "", "hint": ""}
    quotas = tuple(one for one in found if one.kind is LimitKind.QUOTA)
    kept = tuple(one for one in found if one.kind is LimitKind.RETENTION)
    view = LimitsPage(quotas, kept, may_set_quotas=unit.principal.site_admin, **told)
    return answers.page("limits.html", at.frame, view, status=UNUSABLE if error else 200)


@post("/p/{project:str}/settings/limits", opt=ADMIN)
async def set_limits(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """Set what differs from what holds; an empty field takes back what was set."""
    at = await here(request, unit, project, "Limits", Place.SETTINGS)
    given = await fields(request)
    try:
        found = await unit.limits.show(unit.principal, at.project.id)
        changed = {
            one: value for one in found if one.name in given and (value := _new(one, given[one.name])) != _own(one)
        }
        quotas = {one.name: value for one, value in changed.items() if one.kind is LimitKind.QUOTA}
        kept = {one.name: value for one, value in changed.items() if one.kind is LimitKind.RETENTION}
        if changed:
            await unit.limits.set(unit.principal, at.project.id, quotas, kept)
    except UserError as error:
        return await _limits(request, unit, project, error)
    return see(addresses.settings(project, "limits"))


def _own(setting: Setting) -> int | None:
    """Give what the project itself says."""
    return setting.value if setting.said_by == "project" else None


def _new(setting: Setting, text: str) -> int | None:
    value = text.strip()
    if not value:
        return None
    if not (value.isascii() and value.isdigit() and len(value) <= LONGEST):
        raise UserError(f"{setting.name} wants a whole number.", "Leave the field empty for what holds elsewhere.")
    return int(value)


ROUTES = (limits, set_limits)
