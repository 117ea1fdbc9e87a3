"""Made-up tasks for the pages that show them."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from app.web.views.drift import Choice, Filter
from app.web.views.tasks import TaskList, TaskPage, TaskRow
from specs.access import Role
from specs.revision import Actor
from specs.rules.actions import Reviewers
from sync.service.tasks import LookedAt
from sync.store.artifacts import Artifact
from sync.store.errands import Served
from sync.store.tasks import Note
from sync.store.usage import Spent
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
    shown = Filter("show", "Show", (Choice("left", "To be done"), Choice("all", "All")), "left")
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
