"""Made-up tasks for the pages that show them."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from app.web.tasks.board import TITLES, card_of
from app.web.views.board import BoardPage, ColumnView
from app.web.views.drift import Choice, Filter
from app.web.views.tasks import TaskList, TaskPage, TaskRow
from specs.access import Role
from specs.revision import Actor
from specs.rules.actions import Reviewers
from sync.service.tasks.tasks import LookedAt
from sync.store.artifacts import Artifact
from sync.store.errands import Served
from sync.store.tasks import Note
from sync.store.usage import Spent
from sync.tasks.board import Budget, board_of
from sync.tasks.overlaps import Overlap
from sync.tasks.task import Area, Phase, Size, Task, TaskState

AREA = Area(("src/pay",), ("pay.charge:Card",), ("payments.md#<refunds>",))


def task(state: TaskState, people: tuple[Actor, Actor], now: datetime) -> Task:
    ana, bot = people
    held = state is TaskState.CLAIMED
    return Task(
        id=UUID(int=9),
        project=UUID(int=1),
        number=12,
        intent="Mend <refunds>\n\nThey take too long.",
        area=AREA,
        size=Size.M,
        phase=Phase.PLAN,
        last=Phase.IMPLEMENT,
        state=state,
        by=ana,
        created_at=now,
        updated_at=now,
        fencing=2,
        holder=bot if held else None,
        claimed_at=now if held else None,
        lease_until=now + timedelta(minutes=7) if held else None,
        reason="Wait for <the audit>." if state is TaskState.FROZEN else "",
    )


def listed(people: tuple[Actor, Actor], now: datetime) -> TaskList:
    shown = Filter("show", "State", (Choice("left", "To be done"), Choice("all", "All")), "left")
    rows = tuple(TaskRow.of(task(state, people, now), now) for state in TaskState)
    return TaskList(rows, (shown,), "cursor=x", (Spent(12_000, 0.5, section="payments.md#refunds", tasks=2),))


def one(people: tuple[Actor, Actor], now: datetime) -> TaskPage:
    ana, bot = people
    waiting = replace(
        task(TaskState.OPEN, people, now),
        waits=True,
        asker=bot,
        needs=(Reviewers(Role.REVIEWER, 1),),
        reasons=("tasks-plan (shipped with Holdfast): review 1 from reviewer.",),
    )
    other = replace(task(TaskState.CLAIMED, people, now), id=UUID(int=10))
    looked = LookedAt(
        waiting,
        now,
        (Overlap(other, AREA),),
        (Note(bot, "See <b>plan.md</b>.", now, Phase.PLAN), Note(ana, "Too wide.", now, Phase.PLAN, "decline")),
        (Spent(9_000, 0.25, Phase.PLAN, "large"),),
        (Served(UUID(int=11), bot, 1_800, 2, now),),
        (Artifact(UUID(int=12), "tasks/12/plan.md", "Plan", "plan"),),
    )
    return TaskPage(TaskRow.of(waiting, now), looked, 9_000, 0.25, may_answer=True, may_freeze=True, may_cancel=True)


def frozen(people: tuple[Actor, Actor], now: datetime) -> TaskPage:
    stopped = task(TaskState.FROZEN, people, now)
    return TaskPage(TaskRow.of(stopped, now), LookedAt(stopped, now), 0, 0, may_freeze=True, error="No.", hint="Yes.")


def board(people: tuple[Actor, Actor], now: datetime) -> BoardPage:
    """A board with a task of each state, of which some wait, spend and meet."""
    _, bot = people
    made = []
    for number, state in enumerate(TaskState):
        for phase in (Phase.RESEARCH, Phase.PLAN, Phase.IMPLEMENT):
            ident = UUID(int=100 + 10 * number + len(made))
            made.append(replace(task(state, people, now), id=ident, phase=phase, number=20 + len(made)))
    made[1] = replace(made[1], waits=True, asker=bot, needs=(Reviewers(Role.REVIEWER, 1),))
    budgets = {
        one.id: Budget(tokens, cost, 20_000_000, 50.0)
        for one, tokens, cost in zip(made, (0, 1_250_000, 17_000_000, 400), (0, 3.1, 12.5, 51.2), strict=False)
    }
    active = [one for one in made if one.state is TaskState.CLAIMED]
    columns = board_of(made, now, {"implement": 40}, budgets, active)
    who = Filter("who", "Held by", (Choice("", "anyone"), Choice("1", "claude")), "")
    return BoardPage(
        tuple(ColumnView(one.name, TITLES[one.name], tuple(map(card_of, one.cards)), one.total) for one in columns),
        (who, Filter("state", "Stands", (Choice("", "any"), Choice("open", "open")), "")),
    )
