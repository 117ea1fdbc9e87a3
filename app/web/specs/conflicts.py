"""Conflicts as pages: each region decided by hand, nothing chosen beforehand, the writer's text one click away.

A plain form, so that it works without a script. What was chosen is kept on the server with every press of a button;
our script keeps each choice as it is made, and asks here how the conflict stands.
"""

import asyncio
from dataclasses import replace
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.unit import Unit
from app.web import addresses, answers
from app.web.answers import Here, Web, fields, here, refused, see, wants_json
from app.web.shaping.passages import region_view, stretches_of
from app.web.views.conflicts import ConflictPage, RegionView
from app.web.views.frame import Place
from specs.access import Role, Scope
from specs.conflicts import OWN, ConflictState, Standing, UnmergedError
from specs.errors import ConflictError, HoldfastError, UserError
from specs.service.library.conflicts import Pick

READ = {"scope": Scope.READ}
WRITE = {"scope": Scope.WRITE}
CHOICE, WORDS = "choice-", "own-"
MOST_SHOWN = 1000


@get("/p/{project:str}/conflicts/{conflict:uuid}", opt=READ)
async def read_conflict(
    request: Web, unit: NamedDependency[Unit], project: FromPath[str], conflict: FromPath[UUID]
) -> Response[Any]:
    """Show a conflict against the head as it is now."""
    at = await here(request, unit, project, "Conflict", Place.SPECS)
    standing = await unit.conflicts.read(unit.principal, at.project.id, conflict)
    return _told(request, standing) if wants_json(request) else await _page(unit, at, standing)


@post("/p/{project:str}/conflicts/{conflict:uuid}", opt=WRITE)
async def decide(
    request: Web, unit: NamedDependency[Unit], project: FromPath[str], conflict: FromPath[UUID]
) -> Response[Any]:
    """Keep the choices of the form, and with `resolve` make a head of both texts, or withdraw."""
    at = await here(request, unit, project, "Conflict", Place.SPECS)
    who, ident, given = unit.principal, at.project.id, await fields(request)
    try:
        if given.get("act") == "withdraw":
            await unit.conflicts.withdraw(who, ident, conflict)
            return see(addresses.conflict(project, conflict))
        if given.get("act") == "resolve":
            saved = await unit.conflicts.resolve(who, ident, conflict, _picks(given), given.get("message", ""))
            return see(addresses.spec(project, saved.spec.path))
        standing = await unit.conflicts.choose(who, ident, conflict, _picks(given))
        if wants_json(request):
            return _told(request, standing)
    except (ConflictError, UserError) as error:
        if wants_json(request) and not isinstance(error, UnmergedError):
            raise
        if wants_json(request):
            return _told(request, await unit.conflicts.read(who, ident, conflict), error)
        standing = await unit.conflicts.read(who, ident, conflict)
        return await _page(unit, at, standing, given, error)
    return see(addresses.conflict(project, conflict))


def _told(request: Web, standing: Standing, error: HoldfastError | None = None) -> Response[Any]:
    """Tell our script how a conflict stands: its places, the head they are held against, and what its forms carry now.

    A page that is left open learns here that somebody else decided, or that the spec moved on.
    """
    told: dict[str, object] = {
        "state": standing.record.state.value,
        "head": standing.ours.digest,
        "by": standing.ours.actor.name,
        "regions": [region.key for region in standing.regions],
        "open": [region.key for region in standing.open_regions],
        "csrf": str(request.scope["state"].get("csrf") or ""),
    }
    if error is not None:
        told |= {"detail": error.message, "hint": error.hint}
    return answers.json(told, status=200 if error is None else 409)


def _picks(given: dict[str, str]) -> list[Pick]:
    return [
        Pick(name.removeprefix(CHOICE), take, given.get(WORDS + name.removeprefix(CHOICE), "") if take == OWN else None)
        for name, take in sorted(given.items())
        if name.startswith(CHOICE) and take
    ]


async def _page(
    unit: Unit, at: Here, standing: Standing, given: dict[str, str] | None = None, error: HoldfastError | None = None
) -> Response[Any]:
    """Show a conflict; after a refusal with what the form held, since nobody types a thing twice."""
    record, held = standing.record, given or {}
    spec = (await unit.library.read(unit.principal, at.project.id, record.spec)).spec
    regions = await asyncio.to_thread(
        lambda: tuple(region_view(number, one) for number, one in enumerate(standing.regions[:MOST_SHOWN], 1))
    )
    stretches = await asyncio.to_thread(stretches_of, standing)
    mine = record.opened_by.id == unit.principal.actor.id
    reviews = (unit.principal.role_in(at.project.id) or Role.READER).rank >= Role.REVIEWER.rank
    view = ConflictPage(
        id=str(record.id),
        path=spec.path,
        title=spec.title or spec.path,
        state=record.state.value,
        writer=record.opened_by,
        head=standing.ours,
        waiting=standing.theirs,
        text=standing.theirs_text,
        regions=tuple(_as_typed(region, held) for region in regions),
        stretches=stretches[: len(regions)] + stretches[-1:],
        mine=mine,
        may_withdraw=at.frame.may_write and (mine or reviews),
        message=held.get("message", standing.theirs.message),
        proposal=str(record.proposal or "") if record.state is ConflictState.OPEN else "",
        earlier=tuple(choice.text for choice in standing.earlier if choice.take == OWN),
        **({} if error is None else refused(error)),
    )
    status = 200 if error is None else 400 if isinstance(error, UserError) else 409
    return answers.page("conflict.html", answers.titled(at.frame, f"Conflict in {view.title}"), view, status=status)


def _as_typed(region: RegionView, given: dict[str, str]) -> RegionView:
    take, own = given.get(CHOICE + region.key, region.take), given.get(WORDS + region.key, region.own)
    return replace(region, take=take, own=own)


ROUTES = (read_conflict, decide)
