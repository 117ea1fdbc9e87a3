"""What cannot be kept of a task is refused in words; what can is brought to one form."""

import pytest

from sync.tasks.checking import checked, checked_area
from sync.tasks.lifecycle import Refusal
from sync.tasks.task import Area, Phase, Wanted

BAD = [
    Wanted(" \n"),
    Wanted("a" * 20_001),
    Wanted("a\0"),
    Wanted("Go.", Area(paths=("../etc",))),
    Wanted("Go.", Area(paths=("/etc",))),
    Wanted("Go.", Area(paths=("a",) * 201)),
    Wanted("Go.", Area(symbols=("a\nb",))),
    Wanted("Go.", Area(sections=("#refunds",))),
    Wanted("Go.", phase=Phase.PLAN, last=Phase.RESEARCH),
    Wanted("Go.", phase=Phase.FREE, last=Phase.PLAN),
]


@pytest.mark.parametrize("wanted", BAD, ids=range(len(BAD)))
def test_what_cannot_be_kept_is_refused_with_a_hint(wanted: Wanted) -> None:
    found = checked(wanted)
    assert isinstance(found, Refusal)
    assert found.hint


def test_one_form() -> None:
    area = Area(("./src/pay/", "src/pay"), ("a.b:C",), ("pay.md#refunds", "pay.md#", "pay.md"))
    assert checked_area(area) == Area(("src/pay",), ("a.b:C",), ("pay.md#refunds", "pay.md"))


def test_where_a_task_ends() -> None:
    assert Wanted("Go.").until is Phase.FREE
    assert Wanted("Go.", phase=Phase.RESEARCH).until is Phase.IMPLEMENT
    assert Wanted("Go.", phase=Phase.RESEARCH, last=Phase.RESEARCH).until is Phase.RESEARCH
