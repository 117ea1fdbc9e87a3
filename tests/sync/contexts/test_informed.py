"""Which tasks fetched context, and at whose places drift came."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from drift.lives.life import LifeEvent
from specs.revision import Actor, ActorKind
from sync.contexts.informed import Fetched, informed, names
from sync.tasks.task import Area, Phase, Size, Task, TaskState
from tests.sync.weekly.test_writing import NOON, life

AGENT = Actor(UUID(int=7), "claude", ActorKind.AGENT)
CAME = life("new", (LifeEvent.OPENED, 0))
HOUR = timedelta(hours=1)


def task(number: int, began: datetime, ended: datetime | None = None, *paths: str) -> Task:
    state = TaskState.CLAIMED if ended is None else TaskState.DONE
    return Task(
        UUID(int=number), UUID(int=9), number, "Mend it.", Area(paths), Size.UNSAID, Phase.FREE, Phase.FREE, state,
        AGENT, began, began, ended_at=ended,
    )  # fmt: skip


def test_each_task_stands_with_what_it_fetched_and_what_drifted_there_while_it_lasted() -> None:
    happened = [(CAME.finding, event) for event in CAME.events]
    tasks = [
        task(1, NOON - HOUR, None, "src"),
        task(2, NOON - HOUR, None, "docs"),
        task(3, NOON - 48 * HOUR, NOON - 23 * HOUR, "src"),
        task(4, NOON - 48 * HOUR, NOON - 25 * HOUR, "src"),
        task(5, NOON + HOUR, None, "src"),
    ]
    found = informed(tasks, {UUID(int=2): Fetched(3, NOON)}, happened, NOON + 2 * HOUR)
    assert [(len(one.findings), one.fetched is None) for one in found] == [
        (1, True),
        (0, False),
        (1, True),
        (0, True),
        (0, True),
    ]
    mended = [(CAME.finding, replace(CAME.events[0], kind=LifeEvent.RESOLVED))]
    assert informed(tasks[:1], {}, mended, NOON)[0].findings == ()


@pytest.mark.parametrize(
    ("area", "said"),
    [
        (Area(("src/pay.py",)), True),
        (Area(("src/",)), True),
        (Area(("sr",)), False),
        (Area((), ("src/pay.py#Card.pay",)), True),
        (Area((), ("shop.pay:Card",)), False),
        (Area((), (), ("pay.md#layering",)), True),
        (Area((), (), ("pay.md",)), True),
        (Area((), (), ("pay.md#other",)), False),
        (Area(), False),
    ],
)
def test_an_area_names_a_file_what_is_in_it_or_the_section_it_is_against(area: Area, said: bool) -> None:  # noqa: FBT001 (a row of the table)
    finding = replace(CAME.finding, code_path="src/pay.py", spec_path="pay.md", spec_anchor="layering")
    assert names(area, finding) is said
