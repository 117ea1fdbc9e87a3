"""Of a waiver it is told that it ends, whenever the day of that has come, and never twice for one day."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from drift.debt.claims import ClaimState
from drift.debt.lock import Entry
from specs.revision import Actor, ActorKind
from sync.inbox.claims import LockClaim
from sync.inbox.decisions import Choice, FindingDecision
from sync.inbox.ending import DAYS_BEFORE, ending, of_decisions, of_lock

TODAY = date(2026, 3, 2)


def claim(until: str, state: str = "waived") -> LockClaim:
    entry = Entry("layering", "a -> b", state, until, "Ada", "why")
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return LockClaim("id", UUID(int=1), entry, "c", "Bob", at, True, ClaimState.APPROVED, None)  # noqa: FBT003 (its order)


@given(st.integers(0, 60), st.lists(st.integers(1, 20), max_size=30))
def test_however_seldom_it_is_asked(days: int, steps: list[int]) -> None:
    until, told, seen, day = TODAY + timedelta(days=days), None, [], TODAY
    for step in steps:
        for waiver, before in ending([(one, told) for one in of_lock([claim(until.isoformat())])], day):
            assert waiver.until == until
            assert 0 <= (until - day).days <= before
            told = before
            seen.append(before)
        day += timedelta(days=step)
    assert seen == sorted(set(seen), reverse=True)
    assert set(seen) <= set(DAYS_BEFORE)


def test_what_is_no_waiver_with_an_end_is_passed_over() -> None:
    soon = (TODAY + timedelta(days=1)).isoformat()
    assert not [*of_lock([claim("some day"), claim(""), claim(soon, "reviewed")])]
    assert not [*ending([(one, 1) for one in of_lock([claim(soon)])], TODAY)]


def decision(number: int, message: str, *, by: int = 1, ended: bool = False) -> FindingDecision:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    ada = Actor(UUID(int=by), "Ada", ActorKind.HUMAN)
    made = (UUID(int=number), UUID(int=1), f"{number:016x}", "layering", message, Choice.WAIVE, "why", ada, at)
    return FindingDecision(*made, until=TODAY, ended_at=at if ended else None)


def test_what_a_person_waived_at_once_is_one_waiver():
    rows = [decision(1, "a -> b"), decision(2, "a -> c"), decision(3, "x", ended=True), decision(4, "d", by=2)]
    first, second = of_decisions(rows)
    assert (first.what, len(first.findings), first.by, first.until) == (("a -> b", "a -> c"), 2, "Ada", TODAY)
    assert second.what == ("d",)
