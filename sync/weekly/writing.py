"""Writes the letter of a week: every number, list and order in it, from the lives of findings and what else is known.

Pure. Knows nothing of mail, of pages or of storage.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from drift.lives.records import CheckVerdict, FindingDetail, RepositoryVerdict
from sync.weekly import evidence
from sync.weekly.evidence import DECISIONS, Checked, Evidence
from sync.weekly.letter import HotSpot, Item, Letter, Point, Scope
from sync.weekly.period import Period
from sync.weekly.tally import (
    Count,
    Lives,
    behind,
    counts_of,
    in_order,
    most_drifting,
    open_at,
    owned,
    rows_of,
    specs_of,
    worsened,
)

LISTED = 10
HOTTEST = 5
TREND = 12
WEIGHT = {"error": 3, "warning": 2, "info": 1}
NONE = Evidence()


@dataclass(frozen=True, slots=True)
class Subject:
    """What a letter is about: the project's short and full name, the owners of each spec by its path.

    `owner` is whose letter it is; "" for the whole project's.
    """

    project: str
    title: str
    owners: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    owner: str = ""


def write(  # noqa: PLR0913, PLR0917 (what about, what is known, when)
    subject: Subject,
    verdicts: Sequence[RepositoryVerdict],
    lives: Sequence[FindingDetail],
    period: Period,
    now: datetime,
    known: Evidence = NONE,
) -> Letter:
    """Write the letter of a week.

    `lives` are all findings that are open or had an event since twelve weeks before, with all their events.
    """
    every = in_order(lives)
    ours = every if not subject.owner else of_owner(every, subject.owners, subject.owner)
    names = {one.repository.id: one.repository.name for one in verdicts}
    weeks = [period.back(back) for back in range(TREND - 1, -1, -1)]
    found = {count: behind(count, ours, period) for count in Count}
    standing = found[Count.OPEN]
    listed = _Lists(subject.owners, names, known.agents, period)
    decisions = evidence.wanted(standing, known.matters, subject.owners, period)
    if subject.owner:
        decisions = [one for one in decisions if subject.owner in one.owners]
    letter = Letter(
        project=subject.project,
        title=subject.title or subject.project,
        begins=period.begins,
        ends=period.ends,
        since=period.since,
        until=period.until,
        zone=period.zone,
        made_at=now,
        verdict=_verdict(verdicts, len(standing)) if not subject.owner else _of_owner(subject.owner, standing),
        counts=counts_of(ours, period),
        before=counts_of(ours, period.back()),
        baseline=sum(open_at(life, weeks[0].since) for life in ours),
        owner=subject.owner,
        decisions=tuple(decisions[:DECISIONS]),
        scopes=tuple(_scope(one, known) for one in verdicts),
        by_spec=rows_of(ours, period, specs_of),
        by_owner=rows_of(ours, period, owned(subject.owners), weeks) if not subject.owner else (),
        new=listed.items(found[Count.NEW]),
        regressed=listed.items(found[Count.REGRESSED]),
        worsened=tuple(listed.item(_newest(group)) for group in worsened(ours, period).values())[:LISTED],
        resolved=listed.items(found[Count.RESOLVED]),
        hot_spots=listed.hot_spots(standing),
        trend=_trend(ours, weeks, () if subject.owner else known.grown),
        edges=evidence.edges(standing),
    )
    letter = replace(letter, drifting=most_drifting(letter.by_spec), oldest=listed.oldest(standing))
    return letter if subject.owner else _with(letter, known, every, period, subject, verdicts)


def _trend(lives: Lives, weeks: Sequence[Period], grown: Sequence[int]) -> tuple[Point, ...]:
    """Count each week, and say how much code there was when it ended, where that is known."""
    sizes = grown or (0,) * len(weeks)
    return tuple(Point(week.begins, counts_of(lives, week), size) for week, size in zip(weeks, sizes, strict=True))


def of_owner(lives: Lives, owners: Mapping[str, tuple[str, ...]], owner: str) -> tuple[FindingDetail, ...]:
    """Give the findings of the specs that someone owns; with `NO_OWNER` those of nobody's."""
    names = owned(owners)
    return tuple(life for life in lives if owner in names(life))


def _with(  # noqa: PLR0913, PLR0917 (all that a project's letter tells besides)
    letter: Letter,
    known: Evidence,
    lives: Lives,
    period: Period,
    subject: Subject,
    verdicts: Sequence[RepositoryVerdict],
) -> Letter:
    """Add what only the letter of a whole project has."""
    standing = behind(Count.OPEN, lives, period)
    waiting = evidence.of_matters(known.matters, subject.owners)
    return replace(
        letter,
        gates=evidence.gated(known.gates, period),
        waivers=evidence.waived(known.claims, known.waivers, period),
        ages=evidence.ages(waiting, period.until),
        waiting=evidence.oldest(waiting),
        health=evidence.health(known, standing, period.until),
        agents=evidence.agents(known, behind(Count.NEW, lives, period)),
        honesty=evidence.honesty(known, lives, verdicts),
        rates=evidence.rates(letter.counts, letter.scopes),
    )


def _newest(group: Sequence[FindingDetail]) -> FindingDetail:
    return max(group, key=lambda life: (life.finding.changed.at, life.finding.fingerprint))


@dataclass(frozen=True, slots=True)
class _Lists:
    """Makes the lists of a letter, the gravest and then the newest first."""

    owners: Mapping[str, tuple[str, ...]]
    names: Mapping[UUID, str]
    agents: frozenset[str]
    period: Period

    def items(self, lives: Lives) -> tuple[Item, ...]:
        items = [self.item(life) for life in lives]
        items.sort(key=lambda item: (-WEIGHT.get(item.severity, 0), -item.since.timestamp(), item.fingerprint))
        return tuple(items[:LISTED])

    def oldest(self, standing: Lives) -> Item | None:
        """Give the finding that has been open longest since it came, or came back."""
        return min(map(self.item, standing), key=lambda one: (one.since, one.fingerprint), default=None)

    def item(self, life: FindingDetail) -> Item:
        finding = life.finding
        past = [event for event in life.events if event.cause.at < self.period.until]
        cause = past[-1].cause if past else finding.changed
        return Item(
            fingerprint=finding.fingerprint,
            repository=self.names.get(finding.repository, ""),
            invariant=finding.invariant,
            severity=finding.severity,
            message=finding.message,
            fix=finding.fix,
            spec=finding.spec_path,
            anchor=finding.spec_anchor,
            path=finding.code_path,
            line=finding.line,
            since=cause.at,
            by=cause.actor,
            reference=cause.reference,
            owners=self.owners.get(finding.spec_path, ()),
            by_agent=cause.actor in self.agents,
        )

    def hot_spots(self, standing: Lives) -> tuple[HotSpot, ...]:
        places: dict[tuple[UUID, str], list[FindingDetail]] = {}
        for life in standing:
            if life.finding.code_path:
                places.setdefault((life.finding.repository, life.finding.code_path), []).append(life)
        spots = []
        for (repository, path), group in places.items():
            moves = sum(self.period.holds(event.cause.at) for life in group for event in life.events)
            weight = sum(WEIGHT.get(life.finding.severity, 1) for life in group)
            first = min(group, key=lambda life: (life.finding.opened.at, life.finding.fingerprint))
            score = weight * (1 + moves)
            spots.append(
                HotSpot(self.names.get(repository, ""), path, len(group), moves, score, self.item(_first(first)))
            )
        return tuple(sorted(spots, key=lambda spot: (-spot.score, spot.repository, spot.path))[:HOTTEST])


def _first(life: FindingDetail) -> FindingDetail:
    """Tell of a finding by the event that brought it first."""
    return replace(life, events=life.events[:1])


def _scope(verdict: RepositoryVerdict, known: Evidence) -> Scope:
    repository = verdict.repository
    checked = known.checks.get(repository.id, Checked())
    return Scope(
        repository.name,
        repository.branch,
        repository.head,
        repository.synced_at,
        verdict.invariants,
        verdict.broken,
        verdict.unmatched,
        verdict.problem or repository.problem,
        checked.count,
        checked.failed,
        checked.first,
        checked.last,
        verdict.waived,
        known.lines.get(repository.id, 0),
        known.revised.get(repository.id, ""),
    )


def _verdict(verdicts: Sequence[RepositoryVerdict], standing: int) -> str:
    """Say in one sentence how the code stands against the intent."""
    if not verdicts:
        return "No repository is compared with the specs yet."
    failed = [row.repository.name for row in verdicts if row.verdict is CheckVerdict.ERROR]
    invariants, broken = sum(row.invariants for row in verdicts), sum(row.broken for row in verdicts)
    waived, unmatched = sum(row.waived for row in verdicts), sum(row.unmatched for row in verdicts)
    sentence = (
        f"{broken} of {invariants} invariants {'is' if broken == 1 else 'are'} broken"
        if broken
        else f"{invariants - waived - unmatched} of {invariants} invariants hold"
        if waived or unmatched
        else f"All {invariants} invariants hold"
    )
    sentence += f", {unmatched} {'matches' if unmatched == 1 else 'match'} nothing" if unmatched else ""
    sentence += f", {waived} {'is' if waived == 1 else 'are'} broken only in what is waived" if waived else ""
    unread = f" Not analysed: {', '.join(failed)}." if failed else ""
    return f"{sentence}{_open(standing)}.{unread}"


def _open(standing: int) -> str:
    return f"; {standing} {'finding is' if standing == 1 else 'findings are'} open" if standing else ""


def _of_owner(owner: str, standing: Lives) -> str:
    broken = len({(life.finding.repository, life.finding.invariant) for life in standing})
    if not standing:
        return f"Nothing that {owner} owns is against its specs."
    invariants = "1 invariant" if broken == 1 else f"{broken} invariants"
    return f"Of what {owner} owns, {invariants} {'is' if broken == 1 else 'are'} broken{_open(len(standing))}."
