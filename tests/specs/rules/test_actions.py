from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specs.access import Role
from specs.rules.actions import (
    REVIEW_ROLES,
    Action,
    ActionFault,
    Reviewers,
    Verdict,
    both,
    fewest,
    read_action,
    read_span,
    span_told,
)

reviewers = st.builds(Reviewers, st.sampled_from(REVIEW_ROLES), st.integers(1, 10))
spans = st.integers(1, 43_200).map(lambda minutes: timedelta(minutes=minutes))
actions = st.builds(
    lambda verdict, wanted, freeze, notify: Action(
        verdict, fewest(wanted) if verdict is Verdict.REVIEW else (), freeze, tuple(sorted(set(notify)))
    ),
    st.none() | st.sampled_from(Verdict),
    st.lists(reviewers, min_size=1, max_size=3),
    st.none() | spans,
    st.lists(st.sampled_from(["admin", "mira", "a@b.example"]), max_size=2),
)


@given(actions)
def test_what_is_told_is_read_back(action: Action) -> None:
    if action != Action():
        assert read_action(action.told.split("; ")) == action


@given(actions, actions, actions)
def test_joining_is_in_any_order_and_never_loosens(a: Action, b: Action, c: Action) -> None:
    assert both(a, b) == both(b, a)
    assert both(both(a, b), c) == both(a, both(b, c))
    assert both(a, a) == a
    joined = both(a, b)
    for one in (a, b):
        assert one.verdict is None or (joined.verdict is not None and joined.verdict >= one.verdict)
        assert one.freeze is None or (joined.freeze is not None and joined.freeze >= one.freeze)
        assert set(one.notify) <= set(joined.notify)


@given(st.lists(reviewers, max_size=5))
def test_what_is_left_out_is_implied(wanted: list[Reviewers]) -> None:
    kept = fewest(wanted)
    for one in wanted:
        assert any(other.role.rank >= one.role.rank and other.count >= one.count for other in kept)
    assert set(kept) <= set(wanted)


@given(spans)
def test_spans_are_read_back(span: timedelta) -> None:
    assert read_span(span_told(span)) == span


@given(st.lists(st.text(max_size=30), max_size=3))
def test_any_words_give_an_action_or_a_reason(words: list[str]) -> None:
    found = read_action(words)
    assert isinstance(found, Action | ActionFault)
    if isinstance(found, ActionFault):
        assert found.message
        assert found.hint


@pytest.mark.parametrize("word", ["", "2", "h", "2 h", "-1h", "1.5h", "2w", "999999h", "2 weeks"])
def test_what_is_no_span(word: str) -> None:
    assert read_span(word) is None


def test_words_between_do_not_matter() -> None:
    assert read_action(["review   2  from admin"]) == Action(Verdict.REVIEW, (Reviewers(Role.ADMIN, 2),))
    assert read_action(["freeze for 2h"]) == Action(freeze=timedelta(hours=2))
