"""The inbox: what waits for the reader, each with its question, why, since when, and where it is decided.

A proposal can be answered in the list, since what it changes is shown there; all else is decided on its own page.
"""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.sources import now
from app.unit import Unit
from app.web import addresses, answers
from app.web.answers import Here, Web, fields, here, refused, see
from app.web.deltas import page_of, undoable
from app.web.views.drift import Choice, Filter
from app.web.views.frame import Place
from app.web.views.inbox import Done, InboxPage, MatterRow
from app.web.views.proposals import PartView
from specs.access import Scope
from specs.errors import HoldfastError, MissingError, UserError
from sync.inbox import Matter, MatterKind
from sync.service.inbox import Waiting

READ = {"scope": Scope.READ}
WRITE = {"scope": Scope.WRITE}
ANSWERED = 20
EARLY = time(8)
UNUSABLE = 400
WORDS: Mapping[MatterKind, tuple[str, str]] = MappingProxyType(
    {
        MatterKind.PROPOSAL: ("proposal", "Look at it"),
        MatterKind.CONFLICT: ("conflict", "Decide"),
        MatterKind.GATE: ("gate", "Decide"),
        MatterKind.TASK: ("task", "Answer"),
        MatterKind.CLAIM: ("claims", "Decide"),
        MatterKind.FINDING: ("drift", "See why"),
        MatterKind.WAIVER: ("waiver", "See the claims"),
        MatterKind.UNCONFIRMED: ("unconfirmed", "Read and confirm"),
        MatterKind.FROZEN: ("frozen", "See the members"),
    }
)


@get("/p/{project:str}/inbox", opt=READ)
async def read_inbox(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """Show what waits for the reader, or what they put off."""
    return await _page(request, unit, project)


async def _page(request: Web, unit: Unit, slug: str, error: HoldfastError | None = None) -> Response[Any]:
    at = await here(request, unit, slug, "Inbox", Place.INBOX)
    found = await unit.inbox.list(unit.principal, at.project.id)
    snoozed = request.query_params.get("show") == "snoozed"
    kinds = {kind.value for kind in MatterKind}
    kind = request.query_params.get("kind", "")
    kind = kind if kind in kinds else ""
    waiting = [one for one in found if one.until is None]
    shown = [one for one in found if (one.until is not None) == snoozed and kind in {"", one.matter.kind.value}]
    parts = await _parts(unit, at, shown)
    today = now()
    view = InboxPage(
        rows=tuple(_row(slug, one, parts.get(one.matter.id, ())) for one in shown),
        filters=_filters(waiting, kind, snoozed=snoozed),
        put_off=len(found) - len(waiting),
        snoozed=snoozed,
        tomorrow=_morning(today, 1),
        next_week=_morning(today, 7 - today.weekday()),
        done=await _done(unit, at, request.query_params.get("done", "")),
        **({} if error is None else refused(error)),
    )
    frame = answers.counted(at.frame, Place.INBOX, len(waiting))
    return answers.page("inbox.html", frame, view, status=200 if error is None else UNUSABLE)


def _morning(today: datetime, days: int) -> str:
    return datetime.combine((today + timedelta(days=days)).date(), EARLY, UTC).isoformat()


def _filters(waiting: list[Waiting], kind: str, *, snoozed: bool) -> tuple[Filter, ...]:
    counted = {one: sum(two.matter.kind is one for two in waiting) for one in MatterKind}
    kinds = [Choice(one.value, f"{WORDS[one][0]} ({count})") for one, count in counted.items() if count]
    shown = (Choice("", "what waits"), Choice("snoozed", "what I put off"))
    every = Filter("kind", "Kind", (Choice("", "any"), *kinds), kind)
    return (Filter("show", "Show", shown, "snoozed" if snoozed else ""), *((every,) if len(kinds) > 1 else ()))


async def _parts(unit: Unit, at: Here, shown: list[Waiting]) -> dict[str, tuple[PartView, ...]]:
    """Give what the first proposals that can be answered would do."""
    found = {}
    for one in [one.matter for one in shown if one.matter.kind is MatterKind.PROPOSAL and one.matter.digest][:ANSWERED]:
        detail = await unit.proposals.get(unit.principal, at.project.id, UUID(one.subject))
        page = await asyncio.to_thread(page_of, detail, unit.principal, {})
        if page.may_decide:
            found[one.id] = page.parts
    return found


def _row(slug: str, waiting: Waiting, parts: tuple[PartView, ...]) -> MatterRow:
    one = waiting.matter
    word, action = WORDS[one.kind]
    answer = addresses.proposal(slug, one.subject, "review") if parts else ""
    return MatterRow(one, word, _address(slug, one), action, waiting.until, answer, parts)


def _address(slug: str, one: Matter) -> str:
    """Give where a matter is decided."""
    where = {
        MatterKind.PROPOSAL: addresses.proposal(slug, one.subject),
        MatterKind.CONFLICT: addresses.conflict(slug, one.subject),
        MatterKind.GATE: addresses.gate(slug, one.subject),
        MatterKind.TASK: addresses.task(slug, one.subject),
        MatterKind.CLAIM: addresses.claims(slug),
        MatterKind.WAIVER: addresses.claims(slug),
        MatterKind.FINDING: addresses.finding(slug, one.subject),
        MatterKind.UNCONFIRMED: addresses.spec(slug, one.path),
        MatterKind.FROZEN: addresses.settings(slug),
    }
    return where[one.kind]


async def _done(unit: Unit, at: Here, ident: str) -> Done | None:
    """Say how the proposal stands that was answered last."""
    try:
        detail = await unit.proposals.get(unit.principal, at.project.id, UUID(ident))
    except (ValueError, MissingError):
        return None
    one = detail.proposal
    undo = addresses.proposal(at.project.slug, ident, "step") if undoable(one, unit.principal) else ""
    return Done(one.title, addresses.proposal(at.project.slug, ident), one.state.value, undo)


@post("/p/{project:str}/inbox", opt=WRITE)
async def put_off(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """Put a matter off until a moment, or bring it back."""
    at = await here(request, unit, project, "Inbox", Place.INBOX)
    given = await fields(request)
    try:
        if given.get("act") == "wake":
            await unit.inbox.wake(unit.principal, at.project.id, given.get("matter", ""))
        else:
            await unit.inbox.snooze(unit.principal, at.project.id, given.get("matter", ""), _moment(given))
    except (UserError, MissingError) as error:
        return await _page(request, unit, project, error)
    return see(addresses.inbox(project))


def _moment(given: Mapping[str, str]) -> datetime:
    try:
        moment = datetime.fromisoformat(given.get("until", ""))
    except ValueError as error:
        raise UserError("The form does not say until when.", "Press one of its buttons.") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


ROUTES = (read_inbox, put_off)
