"""Waivers that stand, those of locks and those given here alike; which of them end soon, and when that is told.

It is told once two weeks before, a week before, and on the last day but one. Pure.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import groupby
from uuid import UUID

from drift.debt.claims import ClaimState
from specs.values import dataclass
from sync.inbox.claims import LockClaim
from sync.inbox.decisions import FindingDecision

DAYS_BEFORE = (14, 7, 1)


@dataclass(frozen=True, slots=True)
class StandingWaiver:
    """A waiver that counts: a line of a lock, or what a person waived here at once. `what` it is of, in words.

    `ids` are those of the claim or of the decisions, `findings` the fingerprints where they are known.
    """

    ids: tuple[str, ...]
    repository: UUID
    invariant: str
    what: tuple[str, ...]
    until: date
    by: str
    because: str
    at: datetime
    findings: tuple[str, ...] = ()


def of_lock(claims: Iterable[LockClaim]) -> Iterator[StandingWaiver]:
    """Give the waivers of locks that count."""
    for one in claims:
        entry, until = one.entry, day_of(one.entry.until)
        if one.present and one.state is ClaimState.APPROVED and entry.state == "waived" and until is not None:
            yield StandingWaiver(
                (one.id,), one.repository, entry.invariant, (entry.subject,), until, entry.by, entry.because, one.at
            )


def of_decisions(decisions: Iterable[FindingDecision]) -> Iterator[StandingWaiver]:
    """Give the waivers given here that stand: what one person waived at once is one."""

    def together(one: FindingDecision) -> tuple[str, ...]:
        return (str(one.repository), one.invariant, str(one.until), str(one.actor.id), one.at.isoformat(), one.because)

    for _, same in groupby(sorted(decisions, key=lambda one: (together(one), str(one.id))), key=together):
        found = [one for one in same if one.until is not None and one.ended_at is None]
        if found and (until := found[0].until) is not None:
            first = found[0]
            yield StandingWaiver(
                tuple(str(one.id) for one in found),
                first.repository,
                first.invariant,
                tuple(dict.fromkeys(one.message for one in found)),
                until,
                first.actor.name,
                first.because,
                first.at,
                tuple(one.fingerprint for one in found),
            )


def ending(waivers: Iterable[tuple[StandingWaiver, int | None]], today: date) -> Iterator[tuple[StandingWaiver, int]]:
    """Give the waivers of which it is to be told now that they end, and how many days before it is told.

    With each comes how many days before it was told last, if ever. What is over is told no more: it counts as drift
    again.
    """
    for waiver, told in waivers:
        if waiver.until < today:
            continue
        due = min((days for days in DAYS_BEFORE if (waiver.until - today).days <= days), default=None)
        if due is not None and (told is None or due < told):
            yield waiver, due


def day_of(text: str) -> date | None:
    """Read a day; None for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
