"""The life of findings on one branch: what a check opens, resolves and brings back, as events. Pure.

A finding is known by its fingerprint. A check is one look at one commit with one set of specs, and something caused
it: a commit, or a change of the specs. Folding `step` over the checks of a branch, oldest first, gives every finding
its history; folding `replay` over the events gives the same states again, so the events are the whole truth.

An invariant that could not be evaluated says nothing about its findings: they stay as they were. Silence is not health.
Knows nothing of storage, of git or of who reads the result.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from drift.findings import FindingState
from drift.report import CheckReport


class LifeState(StrEnum):
    """How a finding stands on its branch now."""

    OPEN = "open"
    RESOLVED = "resolved"
    WAIVED = "waived"


class LifeEvent(StrEnum):
    """What can happen to a finding. `LAPSED`: a waiver ended and the finding counts again."""

    OPENED = "opened"
    REGRESSED = "regressed"
    RESOLVED = "resolved"
    WAIVED = "waived"
    LAPSED = "lapsed"


AFTER: Mapping[LifeEvent, LifeState] = {
    LifeEvent.OPENED: LifeState.OPEN,
    LifeEvent.REGRESSED: LifeState.OPEN,
    LifeEvent.LAPSED: LifeState.OPEN,
    LifeEvent.RESOLVED: LifeState.RESOLVED,
    LifeEvent.WAIVED: LifeState.WAIVED,
}


class CauseKind(StrEnum):
    """What made the check necessary, and so what its events are put down to; `CLAIM`: what a person said of one."""

    COMMIT = "commit"
    SPEC = "spec"
    CLAIM = "claim"


class Reason(StrEnum):
    """Why a finding was resolved: the code follows again, the intent no longer asks for it, or a person looked."""

    FIXED = "fixed"
    INTENT_CHANGED = "intent-changed"
    INVARIANT_REMOVED = "invariant-removed"
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True)
class Cause:
    """What caused a check: a commit id or a revision digest, the name its author claims there, and its time."""

    kind: CauseKind
    reference: str
    actor: str
    at: datetime


NO_CAUSES: Mapping[str, Cause] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Known:
    """What is remembered of one finding between two checks."""

    fingerprint: str
    invariant: str
    state: LifeState
    regressed: int = 0


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to one finding. `reason` is set where it was resolved."""

    fingerprint: str
    invariant: str
    kind: LifeEvent
    cause: Cause
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """What one check saw, as far as lives go: the findings there (to invariant, and whether waived).

    `asked` are the invariants that the specs hold, `undecided` those of them that could not be evaluated. Findings of
    no invariant (a file that cannot be parsed) are there too, under names that nobody asked for.
    """

    found: Mapping[str, tuple[str, bool]]
    asked: frozenset[str]
    undecided: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Step:
    """What one check came to: its events, the findings as they now stand, and the fingerprints nothing happened to.

    `held` are those of `unchanged` that stay only because their invariant could not be evaluated.
    """

    events: tuple[Event, ...]
    known: Mapping[str, Known]
    unchanged: frozenset[str]
    held: frozenset[str]


def look(report: CheckReport) -> Look:
    """Reduce a report to what lives are made of; of two findings with one fingerprint the first counts."""
    found: dict[str, tuple[str, bool]] = {}
    for finding in report.findings:
        if finding.state is not FindingState.FIXED:
            found.setdefault(finding.fingerprint, (finding.invariant, finding.state is FindingState.WAIVED))
    return Look(
        found,
        frozenset(result.id for result in report.invariants),
        frozenset(result.id for result in report.invariants if result.verdict == "error"),
    )


def step(
    previous: Mapping[str, Known],
    seen: Look,
    cause: Cause,
    causes: Mapping[str, Cause] = NO_CAUSES,
    asked_before: frozenset[str] = frozenset(),
) -> Step:
    """Compare what was known with what a check saw. Deterministic: events come sorted by fingerprint.

    `causes` has the cause for some fingerprints, where several specs changed at once; `cause` is that of all others.
    `asked_before` are the invariants that the specs held at the check before this one.
    """
    events: list[Event] = []
    held: set[str] = set()
    for fingerprint in sorted(previous.keys() | seen.found.keys()):
        before, sighting = previous.get(fingerprint), seen.found.get(fingerprint)
        if sighting is not None:
            invariant, waived = sighting
            kind = arrival(before, waived=waived)
            if kind is not None:
                events.append(Event(fingerprint, invariant, kind, causes.get(fingerprint, cause)))
        elif before is not None and before.state is not LifeState.RESOLVED:
            if before.invariant in seen.undecided:
                held.add(fingerprint)
            else:
                by = causes.get(fingerprint, cause)
                why = departure(by, removed=before.invariant in asked_before - seen.asked)
                events.append(Event(fingerprint, before.invariant, LifeEvent.RESOLVED, by, why))
    touched = {event.fingerprint for event in events}
    return Step(tuple(events), replay(previous, events), frozenset(previous.keys() - touched), frozenset(held))


def arrival(before: Known | None, *, waived: bool) -> LifeEvent | None:
    """Name what happens to a finding that is in the code now; None: it was there, and as it is."""
    if waived:
        return None if before is not None and before.state is LifeState.WAIVED else LifeEvent.WAIVED
    if before is None:
        return LifeEvent.OPENED
    if before.state is LifeState.RESOLVED:
        return LifeEvent.REGRESSED
    return LifeEvent.LAPSED if before.state is LifeState.WAIVED else None


def departure(cause: Cause, *, removed: bool) -> Reason:
    """Say why a finding is gone. A commit under an unchanged invariant fixed it; else the intent moved."""
    if removed:
        return Reason.INVARIANT_REMOVED
    reasons = {CauseKind.COMMIT: Reason.FIXED, CauseKind.CLAIM: Reason.CONFIRMED}
    return reasons.get(cause.kind, Reason.INTENT_CHANGED)


def replay(previous: Mapping[str, Known], events: Iterable[Event]) -> dict[str, Known]:
    """Apply events to what was known. Findings that no event names stay as they were."""
    known = dict(previous)
    for event in events:
        before = known.get(event.fingerprint)
        count = (before.regressed if before else 0) + (event.kind is LifeEvent.REGRESSED)
        known[event.fingerprint] = Known(event.fingerprint, event.invariant, AFTER[event.kind], count)
    return known
