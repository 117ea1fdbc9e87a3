from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from drift.lives.life import LifeEvent
from drift.lives.trend import Passage, monday, trend

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)  # a Friday


def passage(name, kind, days_ago):
    return Passage(name, kind, NOW - timedelta(days=days_ago))


def test_weeks_run_from_monday_and_the_running_one_is_last():
    rows = trend([], NOW)
    assert len(rows) == 12
    assert rows[-1].start == date(2026, 11, 16)
    assert rows[0].start == date(2026, 8, 31)
    assert monday(datetime(2026, 11, 16, tzinfo=UTC)) == date(2026, 11, 16)


def test_counts_land_in_their_week_and_open_carries_over():
    rows = trend(
        [
            passage("old", LifeEvent.OPENED, 200),
            passage("a", LifeEvent.OPENED, 15),
            passage("a", LifeEvent.RESOLVED, 8),
            passage("a", LifeEvent.REGRESSED, 1),
        ],
        NOW,
    )
    assert [row.open for row in rows][-4:] == [1, 2, 1, 2]
    assert (rows[-3].opened, rows[-2].resolved, rows[-1].regressed) == (1, 1, 1)


def test_a_finding_that_comes_twice_in_a_week_came_once_as_in_a_list_of_them():
    week = [
        passage("a", LifeEvent.OPENED, 4),
        passage("a", LifeEvent.RESOLVED, 3),
        passage("a", LifeEvent.REGRESSED, 2),
        passage("a", LifeEvent.RESOLVED, 1),
        passage("b", LifeEvent.WAIVED, 2),
        passage("b", LifeEvent.LAPSED, 1),
    ]
    row = trend([passage("b", LifeEvent.OPENED, 30), *week], NOW)[-1]
    assert (row.opened, row.regressed, row.resolved, row.came, row.went) == (1, 1, 2, 2, 1)


def test_a_clock_that_is_ahead_counts_into_the_running_week():
    rows = trend([passage("a", LifeEvent.OPENED, -400)], NOW)
    assert rows[-1].opened == 1


def test_a_passage_dated_before_its_forerunner_counts_with_it():
    rows = trend([passage("a", LifeEvent.OPENED, 1), passage("a", LifeEvent.RESOLVED, 30)], NOW)
    assert (rows[-1].opened, rows[-1].resolved, rows[-1].open) == (1, 1, 0)


@given(
    st.lists(
        st.builds(passage, st.sampled_from("abc"), st.sampled_from(list(LifeEvent)), st.integers(-30, 300)), max_size=30
    )
)
def test_law_the_last_week_ends_with_what_is_open(passages):
    is_open = set()
    for one in passages:
        (is_open.discard if one.kind in {LifeEvent.RESOLVED, LifeEvent.WAIVED} else is_open.add)(one.fingerprint)
    assert trend(passages, NOW)[-1].open == len(is_open)
