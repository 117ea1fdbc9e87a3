"""Which areas meet: the same names, and one inside the other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.tasks.overlaps import shared
from sync.tasks.task import Area

MEET = [
    ("src/pay", "src/pay/card.py"),
    ("src/pay/card.py", "src/pay"),
    ("src/pay/**", "src/pay/card.py"),
    ("src/pay/*.py", "src/pay/api"),
    (".", "src/pay"),
    ("src/pay/", "./src/pay"),
]


@pytest.mark.parametrize(("ours", "theirs"), MEET)
def test_paths_that_meet(ours: str, theirs: str) -> None:
    assert shared(Area(paths=(ours,)), Area(paths=(theirs,))).paths == (theirs,)


@pytest.mark.parametrize(("ours", "theirs"), [("src/pay", "src/payments"), ("src/a.py", "src/b.py"), ("a/b", "b/a")])
def test_paths_that_do_not(ours: str, theirs: str) -> None:
    assert not shared(Area(paths=(ours,)), Area(paths=(theirs,)))


def test_symbols_and_sections() -> None:
    ours = Area(symbols=("payments.charge:Card",), sections=("pay.md#refunds", "rules.md"))
    theirs = Area(
        symbols=("payments.charge:Card.pay", "payments.charge:Cardinal"),
        sections=("pay.md", "pay.md#refunds/errors", "pay.md#refunds2", "rules.md#one", "pay.md#cards"),
    )
    found = shared(ours, theirs)
    assert found.symbols == ("payments.charge:Card.pay",)
    assert found.sections == ("pay.md", "pay.md#refunds/errors", "rules.md#one")


NAMES = st.lists(st.sampled_from("ab"), min_size=1, max_size=4).map("/".join)
AREAS = st.lists(NAMES, max_size=4).map(lambda names: Area(paths=tuple(names)))


@given(AREAS, AREAS)
def test_meeting_is_mutual(a: Area, b: Area) -> None:
    assert bool(shared(a, b)) is bool(shared(b, a))


@given(AREAS.filter(bool))
def test_an_area_meets_itself(a: Area) -> None:
    assert set(shared(a, a).paths) == set(a.paths)
