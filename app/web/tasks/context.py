"""The context view: what an agent would get for a task, why each piece ranked, and what was served before."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.sources import now
from app.unit import Unit
from app.web import answers
from app.web.answers import Web, here
from app.web.views.context import ContextPage, Part, PieceRow
from app.web.views.frame import Place
from specs.access import Scope
from specs.errors import HoldfastError, UserError
from sync.contexts.aftermath import AFTER, Followed, followed
from sync.contexts.bundle import DEFAULT_BUDGET, Served

READ = {"scope": Scope.READ}
WORDS = {
    "words": "words of the task",
    "heading": "words in headings and titles",
    "meaning": "the same meaning",
    "binding": "says what must or must not be",
    "size": "its spec says much",
    "structure": "tied to the code of the task",
}
RECEIPTS = 20
LATELY, MOST_DAYS = 30, 3650
MOST = 200
UNUSABLE = 400
DIGITS = 9
LONGEST_PATH = 1000


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Which receipts a page asks for: to whom, of how many days, in the course of which task, naming which path."""

    agent: str
    days: int
    under: str
    path: str
    cursor: str | None


@get("/p/{project:str}/context", opt=READ)
async def context(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """Show just what an agent would get, and keep nothing of it; below, what was served to whom."""
    at = await here(request, unit, project, "Context", Place.TASKS)
    given = request.query_params
    task, typed = given.get("task", ""), given.get("paths", "")
    paths = tuple(path for path in typed.replace(",", "\n").split("\n") if path.strip())
    days, agent = _number(given.get("days", ""), 0), given.get("agent", "")
    error: HoldfastError | None = None
    bundle = None
    budget = _number(given.get("budget", ""), DEFAULT_BUDGET)
    if task.strip() or paths:
        try:
            plain = [path.strip() for path in paths]
            bundle = await unit.contexts.look(unit.principal, at.project.id, task, plain, budget)
        except UserError as refused:
            error = refused
    under, place = given.get("under", ""), given.get("path", "").replace("\0", "").strip()[:LONGEST_PATH]
    narrowed = Narrowed(agent, days, under, place, given.get("cursor") or None)
    rows, following = await _receipts(unit, at.project.id, narrowed)
    lately = min(days or LATELY, MOST_DAYS)
    moment = now()
    informed = await unit.receipts.informed(unit.principal, at.project.id, moment - timedelta(days=lately), moment)
    members = await unit.members.list(unit.principal, at.project.id)
    view = ContextPage(
        task,
        typed,
        budget,
        bundle,
        tuple(map(piece_of, bundle.served)) if bundle else (),
        tuple(map(piece_of, bundle.omitted)) if bundle else (),
        rows,
        tuple((str(one.actor.id), one.actor.name) for one in members),
        agent,
        days,
        urlencode({"agent": agent, "days": days or "", "under": under, "path": place, "cursor": following})
        if following
        else "",
        error.message if error else "",
        error.hint if error else "",
        min(100, round(100 * bundle.tokens / bundle.budget)) if bundle else 0,
        under=under,
        path=place,
        informed=tuple(sorted(informed, key=lambda one: one.fetched is not None)),
        lately=lately,
    )
    return answers.page("context.html", at.frame, view, status=UNUSABLE if error else 200)


async def _receipts(unit: Unit, project: UUID, wanted: Narrowed) -> tuple[tuple[Followed, ...], str | None]:
    """Give what was served, with what followed on it."""
    who, moment = unit.principal, now()
    since = moment - timedelta(days=min(wanted.days, MOST_DAYS)) if wanted.days else None
    page = await unit.receipts.list(
        who,
        project,
        author=_ident(wanted.agent),
        since=since,
        task=_ident(wanted.under),
        path=wanted.path,
        cursor=wanted.cursor,
        limit=RECEIPTS,
    )
    if not page.items:
        return (), None
    first, last = page.items[-1].at, page.items[0].at
    happened = await unit.drift.happened(who, project, first, last + AFTER)
    proposals = await unit.proposals.list(who, project, limit=MOST)
    return followed(page.items, happened, proposals.items), page.next


def _ident(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def piece_of(served: Served) -> PieceRow:
    """Say in words what speaks for a passage; shares are of what speaks for it."""
    parts = served.passage.parts
    whole = sum(score for _, score in parts if score > 0) or 1.0
    return PieceRow(
        served,
        tuple(Part(WORDS[name], score, round(100 * score / whole)) for name, score in parts if score > 0),
    )


def _number(text: str, default: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= DIGITS else default


ROUTES = (context,)
