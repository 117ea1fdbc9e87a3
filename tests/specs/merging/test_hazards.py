"""Two sides that touch what can turn one sentence are never put together without asking."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specs.merging import merge

START = {
    "subject": "the gateway",
    "modal": "must",
    "action": "retry the failed call",
    "count": "3",
    "unit": "seconds",
    "name": "`payments.charge`",
    "tail": "the ledger is closed",
}
TURNS = {
    "modal": ["should", "must not", "may", "never has to", "cannot", "shall", "is required to", "mustn't"],
    "count": ["5", "0", "twelve", "1.5", "10,000", "0x1F", "two"],
    "unit": ["minutes", "ms", "hours", "bytes", "percent"],
    "name": ["`payments.refund`", "`charge`", "chargeBack", "retry_limit", "--force", "src/pay/charge.py"],
    "tail": ["the ledger is not closed", "no ledger is closed", "only one ledger is closed", "it isn't closed"],
}
ORDERS = [
    "When asked, {subject} {modal} {action} after {count} full {unit} through {name} until {tail}.",
    "Unasked, once {tail}, {subject} {modal} wait for {name} at most {count} whole {unit} and {action}.",
    "Call {name} to {action} every {count} short {unit} while {tail}; {subject} {modal} log it.",
]
PAIRS = list(combinations(TURNS, 2))


def told(order: str, changes: dict[str, str], wrapped: str) -> str:
    return wrapped.format(order.format(**{**START, **changes}))


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
@given(data=st.data())
def test_two_turns_of_one_sentence_are_asked_about(pair: tuple[str, str], data: st.DataObject) -> None:
    order = data.draw(st.sampled_from(ORDERS))
    wrapped = data.draw(
        st.sampled_from(["{}\n", "# Pay\n\n- {}\n- And more.\n", "Before that. {} After it.\n", "> {}\n"])
    )
    ours, theirs = ({slot: data.draw(st.sampled_from(TURNS[slot]))} for slot in pair)
    texts = [told(order, changes, wrapped) for changes in ({}, ours, theirs)]
    assert not merge(*texts).clean
    assert not merge(texts[0], texts[2], texts[1]).clean


@given(st.sampled_from(sorted(TURNS)), st.data())
def test_two_ways_of_turning_one_word_are_asked_about(slot: str, data: st.DataObject) -> None:
    order = data.draw(st.sampled_from(ORDERS))
    ours, theirs = data.draw(st.lists(st.sampled_from(TURNS[slot]), min_size=2, max_size=2, unique=True))
    assert not merge(*(told(order, changes, "{}\n") for changes in ({}, {slot: ours}, {slot: theirs}))).clean


@given(st.sampled_from(ORDERS), st.sampled_from(["`a.one`", "max_wait", "--slow", "`retry()`"]), st.data())
def test_one_name_that_stands_twice_is_asked_about(order: str, name: str, data: st.DataObject) -> None:
    base = order.format(**{**START, "name": name, "tail": f"all who wait for it have long since called {name}"})
    ours, theirs = (data.draw(st.sampled_from(["`b.two`", "least_wait", "--fast"])) for _ in range(2))
    head, middle, tail = base.split(name)
    assert not merge(base, f"{head}{ours}{middle}{name}{tail}", f"{head}{name}{middle}{theirs}{tail}").clean


@pytest.mark.parametrize("order", ORDERS)
def test_a_turn_in_another_sentence_hinders_nobody(order: str) -> None:
    first, second = order.format(**START), ORDERS[0].format(**{**START, "subject": "the bank"})
    base = f"{first} {second}\n"
    ours = f"{order.format(**{**START, 'count': '7'})} {second}\n"
    theirs = f"{first} {second.replace('must', 'may')}\n"
    expected = f"{order.format(**{**START, 'count': '7'})} {second.replace('must', 'may')}\n"
    assert merge(base, ours, theirs).text == expected
