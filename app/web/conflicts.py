"""Conflicts as pages: each region decided by hand, nothing chosen beforehand, the writer's text one click away.

A plain form, so that it works without a script. What was chosen is kept on the server with every press of a button.
"""

import asyncio
from dataclasses import replace
from types import MappingProxyType
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.unit import Unit
from app.web import addresses, answers
from app.web.answers import Here, Web, fields, here, refused, see
from app.web.differences import marked_lines
from app.web.views.conflicts import ConflictPage, Offer, RegionView, Side
from app.web.views.frame import Place
from specs.access import Role, Scope
from specs.conflicts import OWN, ConflictState, Region, Standing
from specs.conflicts import offers as suggested
from specs.errors import ConflictError, HoldfastError, UserError
from specs.merging import Reason
from specs.service.conflicts import Pick

READ = {"scope": Scope.READ}
WRITE = {"scope": Scope.WRITE}
CHOICE, WORDS = "choice-", "own-"
MOST_SHOWN = 1000
WHY = MappingProxyType(
    {
        Reason.EDITED: "Both changed the same words.",
        Reason.DEPENDENT: "Both changed one sentence, in ways that may hang together.",
        Reason.DELETED: "One side deleted what the other changed.",
        Reason.INSERTED: "Both added something here, and the order may matter.",
        Reason.STRUCTURE: "Together the changes would break the structure of the text.",
    }
)
SUGGESTED = MappingProxyType(
    {
        "both": "Both, one after the other",
        "both-reversed": "Both, in the other order",
        "combination": "Both changes in one",
    }
)


@get("/p/{project:str}/conflicts/{conflict:uuid}", opt=READ)
async def read_conflict(
    request: Web, unit: NamedDependency[Unit], project: FromPath[str], conflict: FromPath[UUID]
) -> Response[Any]:
    """Show a conflict against the head as it is now."""
    at = await here(request, unit, project, "Conflict", Place.SPECS)
    standing = await unit.conflicts.read(unit.principal, at.project.id, conflict)
    return await _page(unit, at, standing)


@post("/p/{project:str}/conflicts/{conflict:uuid}", opt=WRITE)
async def decide(
    request: Web, unit: NamedDependency[Unit], project: FromPath[str], conflict: FromPath[UUID]
) -> Response[Any]:
    """Keep the choices of the form, and with `resolve` make a head of both texts, or withdraw."""
    at = await here(request, unit, project, "Conflict", Place.SPECS)
    who, ident, given = unit.principal, at.project.id, await fields(request)
    try:
        if given.get("act") == "withdraw":
            gone = await unit.conflicts.withdraw(who, ident, conflict)
            return see(addresses.spec(project, gone.path))
        if given.get("act") == "resolve":
            saved = await unit.conflicts.resolve(who, ident, conflict, _picks(given), given.get("message", ""))
            return see(addresses.spec(project, saved.spec.path))
        await unit.conflicts.choose(who, ident, conflict, _picks(given))
    except (ConflictError, UserError) as error:
        standing = await unit.conflicts.read(who, ident, conflict)
        return await _page(unit, at, standing, given, error)
    return see(addresses.conflict(project, conflict))


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


def region_view(number: int, region: Region) -> RegionView:
    """Make the view of one region: both sides against the base, and what can be chosen."""
    conflict, choice = region.conflict, region.choice
    offers = [Offer("ours", "Keep what the spec says now"), Offer("theirs", "Take the text that waits")]
    offers += [
        Offer(entry.name, SUGGESTED.get(entry.name.partition("-2")[0], SUGGESTED["combination"]), entry.text)
        for entry in suggested(conflict)
        if entry.text not in {conflict.ours, conflict.theirs}
    ]
    own = choice.text if choice is not None else next((one.text for one in offers if one.text), conflict.theirs)
    return RegionView(
        key=region.key,
        number=number,
        line=conflict.line,
        anchor=conflict.anchor,
        why=WHY[conflict.reason],
        base=conflict.base,
        now=Side(marked_lines(conflict.base, conflict.ours), region.ours_by),
        waiting=Side(marked_lines(conflict.base, conflict.theirs), region.theirs_by),
        offers=tuple(offers),
        take=choice.take if choice is not None else "",
        own=own,
    )


ROUTES = (read_conflict, decide)
