"""The weekly letter as one model: what came, went and came back in a week, what stands open, and where. Pure.

Every format is rendered from this value, so that all of them give the same numbers. Weeks run from Monday to Monday,
00:00 UTC. Knows nothing of mail, of pages or of storage.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeAlias

from drift.lives.life import AFTER, LifeEvent, LifeState
from drift.lives.records import CheckVerdict, FindingDetail, FindingEvent, RepositoryVerdict
from drift.lives.trend import Passage, Week, trend

Window: TypeAlias = tuple[datetime, datetime]
Names: TypeAlias = Callable[[FindingDetail], tuple[str, ...]]

NO_OWNER = "no owner"
NO_SPEC = "no spec"
CAME_BACK = frozenset({LifeEvent.REGRESSED, LifeEvent.LAPSED})
LISTED = 10
HOTTEST = 5
WEIGHT = {"error": 3, "warning": 2, "info": 1}


@dataclass(frozen=True, slots=True)
class Counts:
    """How many findings were new, resolved and regressed in the week, and open when it ended."""

    new: int = 0
    resolved: int = 0
    regressed: int = 0
    open: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """The counts of one spec or one owner."""

    name: str
    counts: Counts


@dataclass(frozen=True, slots=True)
class Item:
    """One finding in a list of the letter. `since` and `by` tell of the event that put it there."""

    fingerprint: str
    severity: str
    message: str
    fix: str
    spec: str
    anchor: str
    path: str
    line: int
    since: datetime
    by: str
    reference: str


@dataclass(frozen=True, slots=True)
class HotSpot:
    """A file where drift gathers: open findings weighed by severity, times how often they moved in the week."""

    path: str
    open: int
    moves: int
    score: int


@dataclass(frozen=True, slots=True)
class Scope:
    """A repository that the letter speaks of, and how fresh its last check is."""

    repository: str
    branch: str
    commit: str
    checked_at: datetime | None
    invariants: int
    broken: int
    problem: str


@dataclass(frozen=True, slots=True)
class Letter:
    """The whole letter. `before` are the counts of the week before; lists are cut at `LISTED`, the counts are whole."""

    project: str
    title: str
    begins: date
    ends: date
    made_at: datetime
    verdict: str
    scopes: tuple[Scope, ...]
    counts: Counts
    before: Counts
    by_spec: tuple[Row, ...]
    by_owner: tuple[Row, ...]
    decisions: tuple[Item, ...]
    new: tuple[Item, ...]
    regressed: tuple[Item, ...]
    resolved: tuple[Item, ...]
    hot_spots: tuple[HotSpot, ...]
    trend: tuple[Week, ...]

    @property
    def quiet(self) -> bool:
        """Nothing moved and nothing is open: the letter may be five lines."""
        return self.counts == Counts()


@dataclass(frozen=True, slots=True)
class Subject:
    """What a letter is about: the project's short and full name, and the owners of each spec by its path."""

    project: str
    title: str
    owners: Mapping[str, tuple[str, ...]]


def week_of(moment: datetime) -> tuple[date, date]:
    """Give the first day of the week a moment falls in, and the first day after it (UTC, weeks begin on Monday)."""
    day = moment.astimezone(UTC).date()
    begins = day - timedelta(days=day.weekday())
    return begins, begins + timedelta(days=7)


def write(
    subject: Subject, verdicts: Sequence[RepositoryVerdict], lives: Sequence[FindingDetail], begins: date, now: datetime
) -> Letter:
    """Write the letter of the week that begins on `begins`.

    `lives` are all findings that are open or had an event since twelve weeks before, with all their events.
    """
    ends = begins + timedelta(days=7)
    window, earlier = (_start(begins), _start(ends)), (_start(begins - timedelta(days=7)), _start(begins))
    moved = {kind: _moved(lives, window, kind) for kind in LifeEvent}
    standing = [life for life in lives if _open_at(life.events, window[1])]
    passages = sorted(
        (
            Passage(f"{life.finding.repository}/{life.finding.fingerprint}", event.kind, event.cause.at)
            for life in lives
            for event in life.events
            if event.cause.at < window[1]
        ),
        key=lambda passage: (passage.at, passage.fingerprint),
    )
    return Letter(
        project=subject.project,
        title=subject.title,
        begins=begins,
        ends=ends,
        made_at=now,
        verdict=_verdict(verdicts, len(standing)),
        scopes=tuple(_scope(verdict) for verdict in verdicts),
        counts=_counts(lives, window),
        before=_counts(lives, earlier),
        by_spec=_rows(lives, window, lambda life: (life.finding.spec_path or NO_SPEC,)),
        by_owner=_rows(lives, window, lambda life: subject.owners.get(life.finding.spec_path) or (NO_OWNER,)),
        decisions=_items(standing, window, 3),
        new=_items(moved[LifeEvent.OPENED], window),
        regressed=_items([life for life in lives if _within(life.events, window, CAME_BACK)], window),
        resolved=_items(moved[LifeEvent.RESOLVED], window),
        hot_spots=_hot_spots(standing, window),
        trend=trend(passages, window[1] - timedelta(microseconds=1)),
    )


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _within(events: Iterable[FindingEvent], window: Window, kinds: frozenset[LifeEvent]) -> list[FindingEvent]:
    return [event for event in events if event.kind in kinds and window[0] <= event.cause.at < window[1]]


def _moved(lives: Sequence[FindingDetail], window: Window, kind: LifeEvent) -> list[FindingDetail]:
    return [life for life in lives if _within(life.events, window, frozenset({kind}))]


def _open_at(events: Sequence[FindingEvent], moment: datetime) -> bool:
    """Replay a finding's events up to a moment (not included)."""
    past = [event for event in events if event.cause.at < moment]
    return bool(past) and AFTER[past[-1].kind] is LifeState.OPEN


def _counts(lives: Sequence[FindingDetail], window: Window) -> Counts:
    return Counts(
        new=len(_moved(lives, window, LifeEvent.OPENED)),
        resolved=len(_moved(lives, window, LifeEvent.RESOLVED)),
        regressed=sum(bool(_within(life.events, window, CAME_BACK)) for life in lives),
        open=sum(_open_at(life.events, window[1]) for life in lives),
    )


def _rows(lives: Sequence[FindingDetail], window: Window, names: Names) -> tuple[Row, ...]:
    groups: dict[str, list[FindingDetail]] = {}
    for life in lives:
        for name in names(life):
            groups.setdefault(name, []).append(life)
    rows = [Row(name, _counts(group, window)) for name, group in groups.items()]
    return tuple(sorted((row for row in rows if row.counts != Counts()), key=lambda row: (-row.counts.open, row.name)))


def _items(lives: Sequence[FindingDetail], window: Window, most: int = LISTED) -> tuple[Item, ...]:
    """List findings, the gravest and then the newest first."""
    items = [_item(life, window) for life in lives]
    items.sort(key=lambda item: (-WEIGHT.get(item.severity, 0), -item.since.timestamp(), item.fingerprint))
    return tuple(items[:most])


def _item(life: FindingDetail, window: Window) -> Item:
    finding = life.finding
    known = [event for event in life.events if event.cause.at < window[1]]
    cause = known[-1].cause if known else finding.changed
    return Item(
        finding.fingerprint,
        finding.severity,
        finding.message,
        finding.fix,
        finding.spec_path,
        finding.spec_anchor,
        finding.code_path,
        finding.line,
        cause.at,
        cause.actor,
        cause.reference,
    )


def _hot_spots(standing: Sequence[FindingDetail], window: Window) -> tuple[HotSpot, ...]:
    weight: Counter[str] = Counter()
    count: Counter[str] = Counter()
    moves: Counter[str] = Counter()
    for life in standing:
        path = life.finding.code_path
        if not path:
            continue
        count[path] += 1
        weight[path] += WEIGHT.get(life.finding.severity, 1)
        moves[path] += len(_within(life.events, window, frozenset(LifeEvent)))
    spots = [HotSpot(path, count[path], moves[path], weight[path] * (1 + moves[path])) for path in count]
    return tuple(sorted(spots, key=lambda spot: (-spot.score, spot.path))[:HOTTEST])


def _scope(verdict: RepositoryVerdict) -> Scope:
    repository = verdict.repository
    return Scope(
        repository.name,
        repository.branch,
        repository.head,
        repository.synced_at,
        verdict.invariants,
        verdict.broken,
        verdict.problem or repository.problem,
    )


def _verdict(verdicts: Sequence[RepositoryVerdict], standing: int) -> str:
    """Say in one sentence how the code stands against the intent."""
    if not verdicts:
        return "No repository is compared with the specs yet."
    failed = [row.repository.name for row in verdicts if row.verdict is CheckVerdict.ERROR]
    invariants, broken = sum(row.invariants for row in verdicts), sum(row.broken for row in verdicts)
    sentence = (
        f"{broken} of {invariants} invariants {'is' if broken == 1 else 'are'} broken"
        if broken
        else f"All {invariants} invariants hold"
    )
    tail = f"; {standing} {'finding is' if standing == 1 else 'findings are'} open" if standing else ""
    unread = f" Not analysed: {', '.join(failed)}." if failed else ""
    return f"{sentence}{tail}.{unread}"
