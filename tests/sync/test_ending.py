"""Of a waiver it is told that it ends, whenever the day of that has come, and never twice for one day."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from drift.debt.claims import ClaimState
from drift.debt.lock import Entry
from sync.claims import LockClaim
from sync.ending import DAYS_BEFORE, ending

TODAY = date(2026, 3, 2)


def claim(until: str, state: str = "waived") -> LockClaim:
    entry = Entry("layering", "a -> b", state, until, "Ada", "why")
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return LockClaim("id", UUID(int=1), entry, "c", "Bob", at, True, ClaimState.APPROVED, None)  # noqa: FBT003 (its order)


@given(st.integers(0, 60), st.lists(st.integers(1, 20), max_size=30))
def test_however_seldom_it_is_asked(days: int, steps: list[int]) -> None:
    until, told, seen, day = TODAY + timedelta(days=days), None, [], TODAY
    for step in steps:
        for _, end, before in ending([(claim(until.isoformat()), told)], day):
            assert end == until
            assert 0 <= (until - day).days <= before
            told = before
            seen.append(before)
        day += timedelta(days=step)
    assert seen == sorted(set(seen), reverse=True)
    assert set(seen) <= set(DAYS_BEFORE)


def test_what_is_no_waiver_with_an_end_is_passed_over() -> None:
    soon = (TODAY + timedelta(days=1)).isoformat()
    rows = [(claim("some day"), None), (claim(""), None), (claim(soon, "reviewed"), None), (claim(soon), 1)]
    assert not [*ending(rows, TODAY)]
