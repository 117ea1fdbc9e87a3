"""The page of agents that may write nothing now: why, until when, thawing them, and freezing one by hand."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.unit import Unit
from app.web import addresses, answers
from app.web.answers import Web, fields, here, refused, see
from app.web.views.administration import FrozenPage
from app.web.views.frame import Place
from specs.access import Role, Scope
from specs.errors import HoldfastError, MissingError, UserError
from specs.revision import ActorKind
from specs.rules.actions import read_span

READ = {"scope": Scope.READ}
WRITE = {"scope": Scope.WRITE}
UNUSABLE = 400


@get("/p/{project:str}/settings/frozen", opt=READ)
async def frozen(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """Show who is frozen."""
    return await _page(request, unit, project)


async def _page(
    request: Web, unit: Unit, slug: str, error: HoldfastError | None = None, given: Mapping[str, str] | None = None
) -> Response[Any]:
    at = await here(request, unit, slug, "Frozen", Place.SETTINGS)
    held = await unit.freezing.list(unit.principal, at.project.id)
    names = {one.actor.id for one in held}
    members = await unit.members.list(unit.principal, at.project.id)
    agents = tuple(one for one in members if one.actor.kind is ActorKind.AGENT and one.actor.id not in names)
    role = at.frame.role
    told = refused(error) if error else {"error": "", "hint": ""}
    may = role is not None and role.rank >= Role.REVIEWER.rank
    view = FrozenPage(held, agents, may, dict(given or {}), **told)
    return answers.page("frozen.html", at.frame, view, status=UNUSABLE if error else 200)


@post("/p/{project:str}/settings/frozen", opt=WRITE)
async def freeze(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """Freeze an agent."""
    at = await here(request, unit, project, "Frozen", Place.SETTINGS)
    given = await fields(request)
    try:
        span = read_span(given.get("span", "").strip())
        if span is None:
            raise UserError("This is no time to freeze for.", "Write 30m, 2h or 7d.")  # noqa: TRY301 (told as the rest is)
        who = _ident(given.get("actor", ""))
        await unit.freezing.freeze(unit.principal, at.project.id, who, span, given.get("reason", "").strip())
    except (UserError, MissingError) as error:
        return await _page(request, unit, project, error, given)
    return see(addresses.settings(project, "frozen"))


@post("/p/{project:str}/settings/frozen/thaw", opt=WRITE)
async def thaw(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """Let a frozen agent write again."""
    at = await here(request, unit, project, "Frozen", Place.SETTINGS)
    given = await fields(request)
    try:
        who = _ident(given.get("actor", ""))
        await unit.freezing.thaw(unit.principal, at.project.id, who, given.get("reason", "").strip())
    except (UserError, MissingError) as error:
        return await _page(request, unit, project, error)
    return see(addresses.settings(project, "frozen"))


def _ident(given: str) -> UUID:
    try:
        return UUID(given)
    except ValueError:
        raise UserError("No agent was chosen.", "Choose one from the list.") from None


ROUTES = (frozen, freeze, thaw)
