"""Findings week by week: how many came, went and were open, from the events of a branch. Pure.

Weeks begin on Monday, 00:00 UTC. Knows nothing of storage or of how a trend is drawn.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from drift.lives.life import LifeEvent
from drift.lives.wanted import CAME, WENT

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
    """One week: what happened in it, and how many findings were open when it ended. `start` is its Monday.

    `came` and `went` count findings, each once, by the dates of their own events: as many as a list of them has.
    """

    start: date
    opened: int
    regressed: int
    resolved: int
    waived: int
    open: int
    came: int = 0
    went: int = 0


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
    moved: dict[date, tuple[set[str], set[str]]] = {start: (set(), set()) for start in starts}
    balance = 0
    is_open: set[str] = set()
    reached = date.min
    for passage in passages:
        reached = max(reached, min(monday(passage.at), last))
        came, went = moved.get(monday(passage.at), (set(), set()))
        (came if passage.kind in CAME else went if passage.kind in WENT else set()).add(passage.fingerprint)
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
                *map(len, moved[start]),
            )
        )
    return tuple(rows)
