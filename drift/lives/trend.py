"""Findings week by week: how many came, went and were open, from the events of a branch. Pure.

Weeks begin on Monday, 00:00 UTC. Knows nothing of storage or of how a trend is drawn.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from drift.lives.life import LifeEvent

WEEK = timedelta(days=7)
INTO_OPEN = frozenset({LifeEvent.OPENED, LifeEvent.REGRESSED, LifeEvent.LAPSED})


@dataclass(frozen=True, slots=True)
class Passage:
    """One event as the trend needs it: what happened, when, and the state it left."""

    fingerprint: str
    kind: LifeEvent
    at: datetime


@dataclass(frozen=True, slots=True)
class Week:
    """One week: what happened in it, and how many findings were open when it ended. `start` is its Monday."""

    start: date
    opened: int
    regressed: int
    resolved: int
    waived: int
    open: int


def monday(moment: datetime) -> date:
    """Give the Monday of the week a moment falls in, in UTC."""
    day = moment.astimezone(UTC).date()
    return day - timedelta(days=day.weekday())


def trend(passages: Iterable[Passage], now: datetime, weeks: int = 12) -> tuple[Week, ...]:
    """Count events into the last `weeks` weeks, the running one last. Passages come in the order they happened.

    Earlier passages only move the opening balance. A passage dated after `now` (a clock that is ahead) counts into the
    running week, and one dated before its forerunner counts where its forerunner did: time never runs backwards.
    """
    last = monday(now)
    starts = [last - WEEK * back for back in range(weeks - 1, -1, -1)]
    tallies = {start: dict.fromkeys(LifeEvent, 0) for start in starts}
    change = dict.fromkeys(starts, 0)
    balance = 0
    is_open: set[str] = set()
    reached = date.min
    for passage in passages:
        reached = max(reached, min(monday(passage.at), last))
        before = len(is_open)
        (is_open.add if passage.kind in INTO_OPEN else is_open.discard)(passage.fingerprint)
        if reached in tallies:
            tallies[reached][passage.kind] += 1
            change[reached] += len(is_open) - before
        else:
            balance += len(is_open) - before
    rows: list[Week] = []
    for start in starts:
        tally = tallies[start]
        balance += change[start]
        rows.append(
            Week(
                start,
                tally[LifeEvent.OPENED],
                tally[LifeEvent.REGRESSED],
                tally[LifeEvent.RESOLVED],
                tally[LifeEvent.WAIVED],
                balance,
            )
        )
    return tuple(rows)
