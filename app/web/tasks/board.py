"""The board of tasks by phase: who holds what for how long yet, what it spent, whom it meets, what waits at a gate."""

from typing import Any
from uuid import UUID

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.unit import Unit
from app.web import answers
from app.web.answers import Web, here
from app.web.views.board import BoardPage, CardView, ColumnView
from app.web.views.drift import Choice, Filter
from app.web.views.frame import Place
from app.web.views.tasks import span
from app.wording import amount
from specs.access import Scope
from specs.errors import UserError
from sync.service.tasks.boards import Board
from sync.tasks.board import ENDED_COLUMN, Budget, Card, Narrowed
from sync.tasks.task import ENDED, Phase, TaskState

READ = {"scope": Scope.READ}
UNUSABLE = 400
NEAR, FULL = 75, 100
WAITS = "waits"
TITLES = {
    Phase.RESEARCH.value: "Research",
    Phase.PLAN.value: "Plan",
    Phase.IMPLEMENT.value: "Implement",
    Phase.FREE.value: "Of one piece",
    ENDED_COLUMN: "Done or failed",
}
STANDS = {
    "": "any",
    WAITS: "waits for an answer",
    TaskState.OPEN.value: "open",
    TaskState.CLAIMED.value: "held",
    TaskState.EXPIRED.value: "lease over",
    TaskState.FROZEN.value: "frozen",
    TaskState.DONE.value: "done",
    TaskState.FAILED.value: "failed",
}


@get("/p/{project:str}/tasks/board", opt=READ)
async def read_board(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """Show the tasks of a project by phase."""
    at = await here(request, unit, project, "Board of tasks", Place.TASKS)
    query = request.query_params
    stands, words = query.get("state", ""), query.get("q", "").strip()
    stands = stands if stands in STANDS else ""
    holder, told = _ident(query.get("who", "")), {"error": "", "hint": ""}
    state = TaskState(stands) if stands not in {"", WAITS} else None
    status = 200
    try:
        narrowed = Narrowed(holder, state, words, stands == WAITS)
        board = await unit.boards.board(unit.principal, at.project.id, narrowed)
    except UserError as error:
        told, status, words = answers.refused(error), UNUSABLE, ""
        board = await unit.boards.board(unit.principal, at.project.id)
    view = BoardPage(
        tuple(
            ColumnView(one.name, TITLES[one.name], tuple(card_of(card) for card in one.cards), one.total)
            for one in board.columns
        ),
        _filters(board, unit.principal.actor.id, holder, stands),
        words,
        bool(holder or stands or words),
        **told,
    )
    return answers.page("board.html", at.frame, view, status=status)


def _ident(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def _filters(board: Board, me: UUID, holder: UUID | None, stands: str) -> tuple[Filter, ...]:
    people = {me: "me", **board.holders} if me not in board.holders else dict(board.holders)
    if holder is not None:
        people.setdefault(holder, "someone who holds nothing now")
    who = sorted((name, str(ref)) for ref, name in people.items())
    return (
        Filter("who", "Held by", (Choice("", "anyone"), *(Choice(ref, name) for name, ref in who)), str(holder or "")),
        Filter("state", "Stands", tuple(Choice(value, label) for value, label in STANDS.items()), stands),
    )


def card_of(card: Card) -> CardView:
    """Write a card."""
    share = min(int(card.budget.share * 100), 999)
    level = "over" if share >= FULL else "near" if share >= NEAR else ""
    left = span(int(card.left.total_seconds())) if card.left else ""
    return CardView(card, left, spent_of(card.budget, ended=card.state in ENDED), share, level)


def spent_of(budget: Budget, *, ended: bool) -> str:
    """Say what was spent, of how much where policies cap it."""
    if not (budget.tokens or budget.cost) and (ended or not (budget.most_tokens or budget.most_cost)):
        return ""
    tokens = amount(budget.tokens) + (f" of {amount(int(budget.most_tokens))}" if budget.most_tokens else "")
    cost = f"{budget.cost:.2f}" + (f" of {budget.most_cost:.2f}" if budget.most_cost else "")
    return f"{tokens} tokens, {cost} spent"


ROUTES = (read_board,)
