"""The board: tasks by phase, what wants somebody on top, with budgets and overlaps."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from sync.tasks.board import Budget, board_of
from sync.tasks.task import Area, Phase, TaskState
from tests.sync.tasks.test_lifecycle import START, WORKERS, make


def test_what_waits_is_on_top_and_what_ended_stands_apart() -> None:
    plain = replace(make(Phase.PLAN, Phase.IMPLEMENT), id=UUID(int=1), number=9)
    waits = replace(plain, id=UUID(int=2), number=1, waits=True)
    frozen = replace(plain, id=UUID(int=3), number=2, state=TaskState.FROZEN)
    done = replace(plain, id=UUID(int=4), state=TaskState.DONE)
    research, plan, implement, ended = board_of([plain, frozen, waits, done], START, {"plan": 12}, {}, [])
    assert [one.name for one in (research, plan, implement, ended)] == ["research", "plan", "implement", "ended"]
    assert [card.task.number for card in plan.cards] == [1, 2, 9]
    assert (plan.total, [card.task.id for card in ended.cards]) == (12, [done.id])


def test_a_card_knows_how_long_its_lease_lasts_and_whom_it_meets() -> None:
    area = Area(paths=("src/pay",))
    held = replace(make(), id=UUID(int=1), area=area, state=TaskState.CLAIMED, holder=WORKERS[0], lease_until=START)
    held = replace(held, lease_until=START + timedelta(minutes=7))
    other = replace(make(), id=UUID(int=2), area=Area(paths=("src/pay/card.py",)))
    *_, free, _ = board_of([held, other], START, {}, {}, [held])
    first, second = free.cards
    assert (first.left, first.meets) == (timedelta(minutes=7), ())
    assert [met.task.id for met in second.meets] == [held.id]


def test_the_nearest_cap_says_how_much_of_a_budget_is_used() -> None:
    assert Budget(10, 25.0, 100, 50.0).share == 0.5
    assert Budget(10, 25.0).share == 0.0
