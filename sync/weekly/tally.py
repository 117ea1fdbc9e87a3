"""What a week counts: which findings are behind each number of the letter. Pure.

The numbers of a letter and the lists behind them are made by the same functions, so a number is as long as its list.
An event counts when its cause happened; where one is dated before its forerunner, it counts where that did: time never
runs backwards within a finding's life.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from typing import TypeAlias
from uuid import UUID

from drift.lives.life import AFTER, LifeEvent, LifeState
from drift.lives.records import FindingDetail
from sync.weekly.period import Period

NO_OWNER = "no owner"
NO_SPEC = "no spec"
CAME_BACK = frozenset({LifeEvent.REGRESSED, LifeEvent.LAPSED})
Lives: TypeAlias = Sequence[FindingDetail]
Owners: TypeAlias = Mapping[str, tuple[str, ...]]


class Count(StrEnum):
    """The numbers of a letter. `WORSENED` counts invariants, all others findings."""

    NEW = "new"
    RESOLVED = "resolved"
    REGRESSED = "regressed"
    WORSENED = "worsened"
    ONGOING = "ongoing"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many findings were new, resolved, came back, stayed open all week, and are open when it ends.

    `worsened` are the invariants that were broken when the week began and have more open findings when it ends.
    """

    new: int = 0
    resolved: int = 0
    regressed: int = 0
    worsened: int = 0
    ongoing: int = 0
    open: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """The counts of one spec or one owner, and what was open at the end of each week of the trend."""

    name: str
    counts: Counts
    open: tuple[int, ...] = ()


def in_order(lives: Iterable[FindingDetail]) -> tuple[FindingDetail, ...]:
    """Date no event before its forerunner."""
    return tuple(_forward(life) for life in lives)


def _forward(life: FindingDetail) -> FindingDetail:
    events = life.events
    if all(one.cause.at <= two.cause.at for one, two in pairwise(events)):
        return life
    reached = events[0].cause.at
    moved = []
    for event in events:
        reached = max(reached, event.cause.at)
        moved.append(replace(event, cause=replace(event.cause, at=reached)))
    return replace(life, events=tuple(moved))


def open_at(life: FindingDetail, moment: datetime) -> bool:
    """Say whether a finding was open just before a moment."""
    last = None
    for event in life.events:
        if event.cause.at < moment:
            last = event.kind
    return last is not None and AFTER[last] is LifeState.OPEN


def happened(life: FindingDetail, period: Period, kinds: Iterable[LifeEvent]) -> bool:
    """Say whether one of these things happened to a finding in a week."""
    wanted = frozenset(kinds)
    return any(event.kind in wanted and period.holds(event.cause.at) for event in life.events)


def worsened(lives: Lives, period: Period) -> dict[tuple[UUID, str], tuple[FindingDetail, ...]]:
    """Give the invariants of each repository that were broken and are more so, with what is open of each."""
    groups: dict[tuple[UUID, str], list[FindingDetail]] = {}
    for life in lives:
        groups.setdefault((life.finding.repository, life.finding.invariant), []).append(life)
    found = {}
    for key, group in sorted(groups.items()):
        before = sum(open_at(life, period.since) for life in group)
        now = [life for life in group if open_at(life, period.until)]
        if 0 < before < len(now):
            found[key] = tuple(now)
    return found


def behind(count: Count, lives: Lives, period: Period) -> tuple[FindingDetail, ...]:
    """Give the findings behind a number; of `WORSENED` all that is open of those invariants."""
    if count is Count.WORSENED:
        return tuple(life for group in worsened(lives, period).values() for life in group)
    return tuple(life for life in lives if TESTS[count](life, period))


TESTS: Mapping[Count, Callable[[FindingDetail, Period], bool]] = {
    Count.NEW: lambda life, period: happened(life, period, {LifeEvent.OPENED}),
    Count.RESOLVED: lambda life, period: happened(life, period, {LifeEvent.RESOLVED}),
    Count.REGRESSED: lambda life, period: happened(life, period, CAME_BACK),
    Count.ONGOING: lambda life, period: (
        open_at(life, period.since)
        and open_at(life, period.until)
        and not happened(life, period, {LifeEvent.RESOLVED, LifeEvent.WAIVED})
    ),
    Count.OPEN: lambda life, period: open_at(life, period.until),
}


def counts_of(lives: Lives, period: Period) -> Counts:
    """Count a week."""
    numbers = {count.value: len(behind(count, lives, period)) for count in TESTS}
    return Counts(**numbers, worsened=len(worsened(lives, period)))


def rows_of(
    lives: Lives, period: Period, names: Callable[[FindingDetail], tuple[str, ...]], weeks: Sequence[Period] = ()
) -> tuple[Row, ...]:
    """Count a week by the names that findings have, those with most open first."""
    groups: dict[str, list[FindingDetail]] = {}
    for life in lives:
        for name in names(life):
            groups.setdefault(name, []).append(life)
    rows = [
        Row(name, counts_of(group, period), tuple(sum(open_at(life, one.until) for life in group) for one in weeks))
        for name, group in groups.items()
    ]
    return tuple(sorted((row for row in rows if row.counts != Counts()), key=lambda row: (-row.counts.open, row.name)))


def most_drifting(rows: Sequence[Row]) -> Row | None:
    """Give the spec with most that is new or came back, then with most open; nothing where nothing came."""
    came = [row for row in rows if row.name != NO_SPEC and row.counts.new + row.counts.regressed]
    return min(came, key=lambda row: (-row.counts.new - row.counts.regressed, -row.counts.open, row.name), default=None)


def specs_of(life: FindingDetail) -> tuple[str, ...]:
    """Name the spec of a finding."""
    return (life.finding.spec_path or NO_SPEC,)


def owned(owners: Owners) -> Callable[[FindingDetail], tuple[str, ...]]:
    """Give what names the owners of a finding: those of its spec, or nobody."""
    return lambda life: owners.get(life.finding.spec_path) or (NO_OWNER,)
