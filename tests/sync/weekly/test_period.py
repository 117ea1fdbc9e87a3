"""Weeks where clocks are changed: no moment falls between two weeks, and no letter is due twice or never."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.weekly.period import Schedule, check_schedule, due, due_at, is_zone, last_week, midnight, week, week_with

BERLIN = Schedule(weekday=0, hour=6, zone="Europe/Berlin")
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia")
HOUR = timedelta(hours=1)


def test_a_week_of_changed_clocks_is_an_hour_longer_or_shorter() -> None:
    autumn, spring = week(date(2026, 10, 19), "Europe/Berlin"), week(date(2026, 3, 23), "Europe/Berlin")
    assert autumn.until - autumn.since == timedelta(weeks=1) + HOUR
    assert spring.until - spring.since == timedelta(weeks=1) - HOUR
    assert autumn.until == datetime(2026, 10, 25, 23, tzinfo=UTC)


def test_an_hour_that_the_clocks_leave_out_is_when_they_do() -> None:
    sunday = Schedule(weekday=6, hour=2, zone="Europe/Berlin")
    period = week_with(date(2026, 3, 22), sunday)
    assert due_at(period, sunday) == datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_a_week_ends_where_the_project_says() -> None:
    friday = Schedule(weekday=4)
    assert week_with(date(2026, 11, 19), friday).begins == date(2026, 11, 13)
    assert week_with(date(2026, 11, 20), friday).begins == date(2026, 11, 20)
    # It is Monday in Kathmandu before it is in Greenwich.
    late = datetime(2026, 11, 15, 20, tzinfo=UTC)
    assert last_week(late, Schedule(zone="Asia/Kathmandu")).ends == date(2026, 11, 16)
    assert last_week(late, Schedule()).ends == date(2026, 11, 9)


@given(
    st.integers(0, 5_000_000).map(lambda minutes: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)),
    st.builds(Schedule, st.integers(0, 6), st.integers(0, 23), st.sampled_from(ZONES)),
)
def test_every_letter_is_due_once(now: datetime, schedule: Schedule) -> None:
    found = due(now, schedule)
    assert found is not None
    assert due_at(found, schedule) <= now < due_at(found.back(-1), schedule)
    assert found.until == found.back(-1).since
    assert found.begins.weekday() == schedule.weekday
    assert found.holds(found.since)
    assert not found.holds(found.until)


def test_what_was_due_before_it_was_wanted_is_not_written_late() -> None:
    now = datetime(2026, 11, 18, 12, tzinfo=UTC)
    assert due(now, Schedule(since=now)) is None
    assert due(now + timedelta(days=5), Schedule(since=now)) is not None
    assert due(now, Schedule(on=False)) is None


@pytest.mark.parametrize(
    "name", ["", "Nowhere", "../etc/passwd", "/etc/localtime", "Europe/../UTC", "x" * 99, "Zürich"]
)
def test_what_is_no_zone_is_refused(name: str) -> None:
    assert not is_zone(name)
    problem = check_schedule(Schedule(zone=name))
    assert problem is not None
    assert problem.hint


def test_what_no_week_has_is_refused() -> None:
    for schedule in (Schedule(weekday=7), Schedule(hour=24)):
        assert check_schedule(schedule) is not None
    assert check_schedule(BERLIN) is None
    assert midnight(date(2026, 11, 16), "Europe/Berlin", 6) == datetime(2026, 11, 16, 5, tzinfo=UTC)
