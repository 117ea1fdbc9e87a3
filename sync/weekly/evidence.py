"""What a letter tells besides findings, from what services know: gates, waivers, decisions, agents, specs. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from drift.debt.claims import ClaimState
from drift.lives.life import LifeState
from drift.lives.records import FindingDetail, RepositoryVerdict
from specs.revision import ActorKind
from sync.gates.gate import Answer, Gate, GateState
from sync.inbox.claims import LockClaim
from sync.inbox.decisions import FindingDecision
from sync.inbox.ending import StandingWaiver, of_decisions, of_lock
from sync.inbox.matters import NOTICE, Matter
from sync.weekly.letter import (
    Age,
    Agents,
    Decision,
    Edge,
    Gated,
    Health,
    Honesty,
    Override,
    Rate,
    Scope,
    Waiver,
    Waivers,
)
from sync.weekly.period import Period
from sync.weekly.tally import Counts, Owners

STALE = timedelta(days=90)
DAY = timedelta(days=1)
AGES = ((1, "under a day"), (3, "1 to 3 days"), (7, "3 to 7 days"), (14, "1 to 2 weeks"))
LONGEST = "over 2 weeks"
OLDEST = 5
DECISIONS = 3
EXPIRING = 5
EDGES = 8
MODULE_PARTS = 2
LINES = 1000


@dataclass(frozen=True, slots=True)
class Checked:
    """The checks of a repository in a week: how many, how many came to nothing, and the first and last commit."""

    count: int = 0
    failed: int = 0
    first: str = ""
    last: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """The specs: when each head was written, and how many revisions the week brought, by the kind of who wrote."""

    heads: Mapping[str, datetime] = field(default_factory=dict)
    changed: int = 0
    revisions: Mapping[str, int] = field(default_factory=dict)
    inferred: int = 0


@dataclass(frozen=True, slots=True)
class Evidence:
    """What services know about a week. `told` are the findings about whose places somebody had been told before.

    `waivers` are those given here, beside the claims of locks. `agents` are the names of agents; `coverage` is how many
    requirements there are, with a check, and named in code. `lines` of code each repository had when the week
    ended, `grown` are those of all at the end of each week of the trend (0: not known), `revised` names the revisions
    of the specs a repository was last held against. `decided` findings were waived here, and given to be mended.
    """

    checks: Mapping[UUID, Checked] = field(default_factory=dict)
    gates: tuple[Gate, ...] = ()
    claims: tuple[LockClaim, ...] = ()
    waivers: tuple[FindingDecision, ...] = ()
    matters: tuple[Matter, ...] = ()
    written: Written = field(default_factory=Written)
    coverage: tuple[int, int, int] = (0, 0, 0)
    unparsed: int = 0
    tasks: tuple[int, int] = (0, 0)
    bundles: int = 0
    told: frozenset[str] = frozenset()
    agents: frozenset[str] = frozenset()
    lines: Mapping[UUID, int] = field(default_factory=dict)
    revised: Mapping[UUID, str] = field(default_factory=dict)
    decided: tuple[int, int] = (0, 0)
    grown: tuple[int, ...] = ()


def rates(counts: Counts, scopes: Sequence[Scope]) -> tuple[Rate, ...]:
    """Set counts against how much code there is and how much is asked of it, so that growth does not read as decay."""
    found = []
    for unit, size, each in (
        ("lines of code", sum(one.lines for one in scopes), LINES),
        ("invariants", sum(one.invariants for one in scopes), 1),
    ):
        if size:
            numbers = {name: round(value * each / size, 2) for name, value in asdict(counts).items()}
            found.append(Rate(unit, size, each, **numbers))
    return tuple(found)


def gated(gates: Iterable[Gate], period: Period) -> Gated:
    """Say how gates of the week ended; one that passed although policy wanted people was overridden by them."""
    ours = [gate for gate in gates if period.holds(gate.created_at)]
    states = Counter(gate.state for gate in ours)
    overridden = []
    for gate in ours:
        yes = [one for one in gate.reviews if one.answer is Answer.APPROVE]
        if gate.state is GateState.PASSED and gate.verdict == "broken" and yes:
            by = ", ".join(dict.fromkeys(one.actor.name for one in yes))
            why = " ".join((yes[-1].body or "; ".join(gate.reasons)).split())
            overridden.append(Override(str(gate.id), gate.repository, gate.commit, by, why))
    blocked = states[GateState.FAILED] + states[GateState.FROZEN]
    return Gated(
        len(ours),
        states[GateState.PASSED],
        blocked,
        states[GateState.NEEDS_APPROVAL],
        tuple(overridden[:OLDEST]),
        len(overridden),
    )


def waived(claims: Iterable[LockClaim], given: Iterable[FindingDecision], period: Period) -> Waivers:
    """Say how waivers stand at the end of a week, those of locks and those given here."""
    ours = sorted((*of_lock(claims), *of_decisions(given)), key=lambda one: (one.until, one.ids))
    soon = [one for one in ours if period.ends <= one.until <= period.ends + NOTICE]
    oldest = min(ours, key=lambda one: (one.at, one.ids), default=None)
    return Waivers(
        standing=sum(one.until >= period.ends for one in ours),
        expired=sum(one.until < period.ends for one in ours),
        added=sum(period.holds(one.at) for one in ours),
        expiring=tuple(_waiver(one) for one in soon[:EXPIRING]),
        oldest=None if oldest is None else _waiver(oldest),
        ending=len(soon),
    )


def _waiver(one: StandingWaiver) -> Waiver:
    more = f" and {len(one.what) - 1} more" if one.what[1:] else ""
    return Waiver(one.invariant, one.what[0] + more, one.until.isoformat(), one.by, one.because, one.at)


def wanted(
    standing: Sequence[FindingDetail], matters: Iterable[Matter], owners: Owners, period: Period
) -> list[Decision]:
    """Give what people have to decide, the most pressing first.

    Broken invariants that moved this week come first, then what waits for people, then what has been open for longer.
    """
    fresh: list[Decision] = []
    older: list[Decision] = []
    for decision, moved in _broken(standing, owners, period):
        (fresh if moved else older).append(decision)
    return [*_oldest(fresh), *_oldest(of_matters(matters, owners)), *_oldest(older)]


def of_matters(matters: Iterable[Matter], owners: Owners) -> list[Decision]:
    """Give matters of an inbox as decisions."""
    return [
        Decision(one.kind.value, one.subject, one.question, one.why, one.since, owners.get(one.path, ()), one.path)
        for one in matters
    ]


def _broken(standing: Sequence[FindingDetail], owners: Owners, period: Period) -> Iterable[tuple[Decision, bool]]:
    groups: dict[tuple[UUID, str], list[FindingDetail]] = {}
    for life in standing:
        if life.finding.severity == "error":
            groups.setdefault((life.finding.repository, life.finding.invariant or life.finding.kind), []).append(life)
    for (_, invariant), group in sorted(groups.items()):
        first = min(group, key=lambda life: (life.finding.opened.at, life.finding.fingerprint))
        places = "in one place" if len(group) == 1 else f"in {len(group)} places"
        path = first.finding.spec_path
        yield (
            Decision(
                "finding",
                first.finding.fingerprint,
                f"{invariant} is broken {places}: mend the code, change the spec, or waive it until a date?",
                first.finding.message,
                first.finding.opened.at,
                owners.get(path, ()),
                path,
            ),
            any(period.holds(event.cause.at) for life in group for event in life.events),
        )


def _oldest(decisions: Iterable[Decision]) -> list[Decision]:
    return sorted(decisions, key=lambda one: (one.since, one.kind, one.subject))


def oldest(decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    """Give those that wait longest."""
    return tuple(_oldest(decisions)[:OLDEST])


def ages(decisions: Sequence[Decision], until: datetime) -> tuple[Age, ...]:
    """Count decisions by how long they wait at a moment; nothing where none does."""
    if not decisions:
        return ()
    found = Counter(next((name for days, name in AGES if until - one.since < DAY * days), LONGEST) for one in decisions)
    return tuple(Age(name, found[name]) for name in (*(name for _, name in AGES), LONGEST))


def health(known: Evidence, standing: Sequence[FindingDetail], until: datetime) -> Health:
    """Say how the specs are."""
    written, coverage = known.written, known.coverage
    return Health(
        specs=len(written.heads),
        changed=written.changed,
        revisions=sum(written.revisions.values()),
        revisions_by_agents=written.revisions.get(ActorKind.AGENT.value, 0),
        requirements=coverage[0],
        with_check=coverage[1],
        with_code=coverage[2],
        inferred=written.inferred,
        stale=sum(until - at > STALE for at in written.heads.values()),
        orphans=sum(life.finding.kind == "mentions" for life in standing),
    )


def agents(known: Evidence, new: Sequence[FindingDetail]) -> Agents:
    """Say what agents fetched, and how much of what is new came where nobody had been told."""
    told = sum(life.finding.fingerprint in known.told for life in new)
    by_agents = sum(life.finding.opened.actor in known.agents for life in new)
    return Agents(known.tasks[0], known.tasks[1], known.bundles, len(new), told, by_agents)


def honesty(known: Evidence, lives: Sequence[FindingDetail], verdicts: Sequence[RepositoryVerdict]) -> Honesty:
    """Say what is not known."""
    return Honesty(
        failed_checks=sum(one.failed for one in known.checks.values()),
        unmatched=sum(one.unmatched for one in verdicts),
        unparsed=known.unparsed,
        waived=sum(life.finding.state is LifeState.WAIVED for life in lives),
        refused=sum(one.present and one.state is ClaimState.REFUSED for one in known.claims),
        muted=sum(one.waived for one in verdicts),
        decided=sum(known.decided),
        dismissed=known.decided[0],
    )


def edges(standing: Iterable[FindingDetail]) -> tuple[Edge, ...]:
    """Give the imports that break something, by the packages they lead from and to, the most frequent first."""
    found: Counter[tuple[str, str]] = Counter()
    for life in standing:
        importer, imported = life.finding.data.get("importer"), life.finding.data.get("imported")
        if isinstance(importer, str) and isinstance(imported, str) and importer and imported:
            found[_package(importer), _package(imported)] += 1
    rows = sorted(found.items(), key=lambda row: (-row[1], row[0]))
    return tuple(Edge(source, target, count) for (source, target), count in rows[:EDGES])


def _package(module: str) -> str:
    return ".".join(module.split(".")[:MODULE_PARTS])
