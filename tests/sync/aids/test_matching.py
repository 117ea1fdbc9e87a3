"""Names are found from the beginnings of their words, the nearest first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.aids.matching import Names, letters_of, rank, runs_of

NAMES = [
    "payments.charge",
    "payments.charge:Card.pay",
    "shop/payments/card_reader.py",
    "payments.chargeback",
    "HTTPServer2",
]


@pytest.mark.parametrize(
    ("wanted", "first"),
    [
        ("payments.charge", "payments.charge"),
        ("charge", "payments.charge"),
        ("paycha", "payments.charge"),
        ("pay.cha", "payments.charge"),
        ("Card.p", "payments.charge:Card.pay"),
        ("CR", "shop/payments/card_reader.py"),
        ("hs2", "HTTPServer2"),
        ("shop/pay", "shop/payments/card_reader.py"),
    ],
)
def test_the_nearest_comes_first(wanted: str, first: str) -> None:
    assert NAMES[Names(NAMES).best(wanted, 1)[0]] == first


@pytest.mark.parametrize("wanted", ["hrge", "arge", "xyz", "cardz"])
def test_the_middle_of_a_word_is_no_beginning(wanted: str) -> None:
    assert Names(NAMES).best(wanted, 9) == []


def test_nothing_typed_is_answered_with_what_comes_first() -> None:
    assert len(Names(NAMES).best("", 3)) == 3


@given(st.text(max_size=40), st.lists(st.text(max_size=40), max_size=20))
def test_the_search_finds_what_ranking_each_name_finds(wanted: str, names: list[str]) -> None:
    names = [name.replace("\n", " ") for name in names]
    if not letters_of(wanted):
        return
    every = [at for at, name in enumerate(names) if rank(wanted, name) is not None]
    assert set(Names(names).best(wanted, 99)) <= set(every)
    spelled = {at for at, name in enumerate(names) if runs_of(letters_of(wanted), name) is not None}
    assert spelled <= set(every)
