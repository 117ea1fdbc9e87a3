"""The page of a project's webhooks: where its events are sent, how each stands, and what became of the last tries."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.unit import Unit
from app.web import addresses, answers
from app.web.answers import Here, Web, fields, here, refused, see
from app.web.views.frame import Place
from app.web.views.people import HookRow, WebhooksPage
from specs.access import Scope
from specs.errors import ConflictError, HoldfastError, MissingError, UserError
from sync.service.feeds.webhooks import Made

ADMIN = {"scope": Scope.ADMIN}
UNUSABLE = 400
SHOWN = 5


@get("/p/{project:str}/settings/webhooks", opt=ADMIN)
async def webhooks(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """Show the webhooks."""
    return await _page(unit, await here(request, unit, project, "Webhooks", Place.SETTINGS))


async def _page(
    unit: Unit, at: Here, *, made: Made | None = None, error: HoldfastError | None = None, given: str = ""
) -> Response[Any]:
    rows = []
    for hook in await unit.webhooks.list(unit.principal, at.project.id):
        page = await unit.webhooks.deliveries(unit.principal, at.project.id, hook.id, limit=SHOWN)
        rows.append(HookRow(hook, page.items))
    told = refused(error) if error else {"error": "", "hint": ""}
    secret = "" if made is None else made.secret
    view = WebhooksPage(tuple(rows), secret, made.hook.name if made else "", given, **told)
    return answers.page("webhooks.html", at.frame, view, status=UNUSABLE if error else 200)


@post("/p/{project:str}/settings/webhooks", opt=ADMIN, status_code=200)
async def add_webhook(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """Register an address and show its secret, once."""
    at = await here(request, unit, project, "Webhooks", Place.SETTINGS)
    given = await fields(request)
    url = given.get("url", "").strip()
    try:
        made = await unit.webhooks.add(
            unit.principal, at.project.id, name=given.get("name", ""), url=url, kinds=given.get("kinds", "").split(",")
        )
    except (UserError, ConflictError) as error:
        return await _page(unit, at, error=error, given=url)
    return await _page(unit, at, made=made)


@post("/p/{project:str}/settings/webhooks/act", opt=ADMIN, status_code=200)
async def act(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """Switch a webhook off or on, make another secret, send a delivery once more, or forget it."""
    at = await here(request, unit, project, "Webhooks", Place.SETTINGS)
    given = await fields(request)
    try:
        done = await _act(unit, at.project.id, given)
    except (UserError, MissingError) as error:
        return await _page(unit, at, error=error)
    return await _page(unit, at, made=done) if done is not None else see(addresses.settings(project, "webhooks"))


async def _act(unit: Unit, project: UUID, given: Mapping[str, str]) -> Made | None:
    try:
        hook = UUID(given.get("webhook", ""))
    except ValueError as error:
        raise MissingError("There is no such webhook.", "Reload the page.") from error
    hooks, who, delivery = unit.webhooks, unit.principal, given.get("delivery", "")
    acts: Mapping[str, Callable[[], Awaitable[Any]]] = {
        "enable": lambda: hooks.change(who, project, hook, enabled=True),
        "disable": lambda: hooks.change(who, project, hook, enabled=False),
        "rotate": lambda: hooks.rotate(who, project, hook),
        "remove": lambda: hooks.remove(who, project, hook),
        "replay": lambda: hooks.replay(who, project, hook, delivery=_number(delivery)),
    }
    do = acts.get(given.get("act", ""))
    if do is None:
        raise UserError("Nothing can be done so.", "Use the buttons of the page.")
    done = await do()
    return done if isinstance(done, Made) else None


def _number(text: str) -> int:
    digits = 18
    if not (text.isascii() and text.isdigit() and len(text) <= digits):
        raise MissingError("There is no such delivery.", "Reload the page.")
    return int(text)


ROUTES = (webhooks, add_webhook, act)
