"""The inbox: what waits for the reader, each with its question, why, since when, and where it is decided.

What can be seen whole in a row is decided there; a conflict, and whatever wants more room, on its own page.
"""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.sources import now
from app.unit import Unit
from app.web import addresses, answers
from app.web.answers import Here, Web, fields, here, refused, see
from app.web.inbox.acts import act, moment, undo
from app.web.inbox.done import done_of
from app.web.inbox.later import mornings
from app.web.inbox.many import act_on_many, sort_of
from app.web.shaping.deltas import page_of
from app.web.views.drift import Choice, Filter
from app.web.views.frame import Place
from app.web.views.inbox import AwaitedRow, InboxPage, MatterRow, Tab
from app.web.views.proposals import PartView
from specs.access import Scope
from specs.errors import ConflictError, DeniedError, HoldfastError, MissingError, UserError
from sync.inbox.awaiting import Awaited
from sync.inbox.matters import Item, Matter, MatterKind
from sync.service.inbox import Waiting

READ = {"scope": Scope.READ}
WRITE = {"scope": Scope.WRITE}
ANSWERED = 10
PAGE, MOST_FROM = 40, 100_000
UNUSABLE, CONFLICT = 400, 409
TURN, OTHERS, SNOOZED = "turn", "others", "snoozed"
SHOWN = {TURN: "Your turn", OTHERS: "Waiting for others", SNOOZED: "Put off"}
ANSWERED_HERE = frozenset(
    {
        MatterKind.FINDING,
        MatterKind.UNCONFIRMED,
        MatterKind.CLAIM,
        MatterKind.GATE,
        MatterKind.TASK,
        MatterKind.FROZEN,
    }
)
WORDS: Mapping[MatterKind, tuple[str, str]] = MappingProxyType(
    {
        MatterKind.PROPOSAL: ("proposal", "Look at it"),
        MatterKind.CONFLICT: ("conflict", "Decide"),
        MatterKind.GATE: ("gate", "See what was found"),
        MatterKind.TASK: ("task", "See the task"),
        MatterKind.CLAIM: ("claims", "See the claims"),
        MatterKind.FINDING: ("drift", "See why"),
        MatterKind.WAIVER: ("waiver", "See the claims"),
        MatterKind.UNCONFIRMED: ("unconfirmed", "Read and confirm"),
        MatterKind.FROZEN: ("frozen", "See the members"),
    }
)


@get("/p/{project:str}/inbox", opt=READ)
async def read_inbox(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """Show what waits for the reader, what they wait for, or what they put off."""
    return await _page(request, unit, project)


async def _page(
    request: Web, unit: Unit, slug: str, error: HoldfastError | None = None, given: Mapping[str, str] | None = None
) -> Response[Any]:
    at = await here(request, unit, slug, "Your turn", Place.INBOX)
    found = await unit.inbox.list(unit.principal, at.project.id)
    awaited = await unit.inbox.awaited(unit.principal, at.project.id)
    query, held = request.query_params, given or {}
    show = query.get("show", TURN)
    show = show if show in SHOWN else TURN
    kind = query.get("kind", "")
    kind = kind if kind in {kind.value for kind in MatterKind} else ""
    waiting = [one for one in found if one.until is None]
    listed = [one for one in found if (one.until is not None) == (show == SNOOZED) and kind in {"", one.matter.kind}]
    start = min(int(query["from"]), MOST_FROM) if query.get("from", "").isdecimal() else 0
    shown = [] if show == OTHERS else listed[start : start + PAGE]
    parts = await _parts(unit, at, shown)
    items = await unit.inbox.findings(unit.principal, at.project.id, [one.matter for one in shown])
    asked_at, zone = now(), answers.zone_of(request)
    today = asked_at.astimezone(ZoneInfo(zone)).date()
    asked = {"show": show, "kind": kind, "from": str(start + PAGE)}
    view = InboxPage(
        rows=tuple(_row(at, one, parts.get(one.matter.id, ()), items.get(one.matter.id, ())) for one in shown),
        tabs=_tabs(slug, show, len(waiting), len(awaited), len(found) - len(waiting)),
        shown=show,
        filters=_filters(waiting, kind, show),
        mornings=mornings(asked_at, zone),
        today=today.isoformat(),
        soon=(today + timedelta(days=30)).isoformat(),
        awaited=tuple(_awaited(slug, one) for one in awaited) if show == OTHERS else (),
        total=len(listed),
        next_page=urlencode(asked) if show != OTHERS and len(listed) > start + PAGE else "",
        done=await done_of(unit, at, query),
        about=held.get("matter", ""),
        held=tuple(sorted(held.items())),
        **({} if error is None else refused(error)),
    )
    frame = answers.counted(at.frame, Place.INBOX, len(waiting))
    return answers.page("inbox.html", frame, view, status=_status(error))


def _status(error: HoldfastError | None) -> int:
    if error is None:
        return 200
    return CONFLICT if isinstance(error, ConflictError) else UNUSABLE


def _tabs(slug: str, show: str, *counts: int) -> tuple[Tab, ...]:
    found = zip(SHOWN.items(), counts, strict=True)
    return tuple(
        Tab(word, addresses.inbox(slug, "" if name == TURN else f"show={name}"), count, name == show)
        for (name, word), count in found
    )


def _filters(waiting: list[Waiting], kind: str, show: str) -> tuple[Filter, ...]:
    counted = {one: sum(two.matter.kind is one for two in waiting) for one in MatterKind}
    kinds = [Choice(one.value, f"{WORDS[one][0]} ({count})") for one, count in counted.items() if count]
    every = Filter("kind", "Kind", (Choice("", "any"), *kinds), kind)
    return (every,) if len(kinds) > 1 and show == TURN else ()


async def _parts(unit: Unit, at: Here, shown: list[Waiting]) -> dict[str, tuple[PartView, ...]]:
    """Give what the first proposals that can be answered would do."""
    found = {}
    for one in [one.matter for one in shown if one.matter.kind is MatterKind.PROPOSAL and one.matter.digest][:ANSWERED]:
        detail = await unit.proposals.get(unit.principal, at.project.id, UUID(one.subject))
        page = await asyncio.to_thread(page_of, detail, unit.principal, {})
        if page.may_decide:
            found[one.id] = page.parts
    return found


def _row(at: Here, waiting: Waiting, parts: tuple[PartView, ...], items: tuple[Item, ...]) -> MatterRow:
    one, slug = waiting.matter, at.project.slug
    repository = at.repositories.get(one.repository) if one.repository and at.verdicts[1:] else None
    word, action = WORDS[one.kind]
    given_here = one.kind is MatterKind.WAIVER and one.repository is not None
    form = one.kind.value if one.kind in ANSWERED_HERE or given_here else ""
    return MatterRow(
        one,
        word,
        _address(slug, one),
        action,
        waiting.until,
        addresses.proposal(slug, one.subject, "review") if parts else "",
        parts,
        form,
        items or one.items,
        addresses.edit(slug, one.path) if one.kind is MatterKind.FINDING and one.path else "",
        sort_of(one),
        "" if repository is None else repository.name,
    )


def _awaited(slug: str, one: Awaited) -> AwaitedRow:
    where = {
        MatterKind.PROPOSAL: addresses.proposal(slug, one.subject),
        MatterKind.GATE: addresses.gate(slug, one.subject),
        MatterKind.TASK: addresses.task(slug, one.subject),
    }
    return AwaitedRow(one, WORDS[one.kind][0], where.get(one.kind, addresses.claims(slug)))


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


@post("/p/{project:str}/inbox", opt=WRITE)
async def put_off(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """Do what a form of the list says: decide, put a matter off, bring it back, take back what was done."""
    at = await here(request, unit, project, "Your turn", Place.INBOX)
    given = await fields(request)
    word = given.get("act", "")
    query = ""
    try:
        if word == "wake":
            await unit.inbox.wake(unit.principal, at.project.id, given.get("matter", ""))
        elif "undo" in given:
            query = await undo(unit, at, given)
        elif "many" in given or "later" in given:
            query = await act_on_many(unit, at, given)
        elif word:
            query = await act(unit, at, given)
        else:
            until = moment(given.get("until", ""))
            put = await unit.inbox.snooze(unit.principal, at.project.id, given.get("matter", ""), until)
            query = urlencode({"did": "snooze", "of": put.matter.id})
    except (UserError, MissingError, ConflictError, DeniedError) as error:
        return await _page(request, unit, project, error, given)
    return see(addresses.inbox(project, query))


ROUTES = (read_inbox, put_off)
