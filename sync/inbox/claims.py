"""Claims of a repository's lock as the server knows them: what they say, who brought them, what was decided."""

from datetime import datetime
from uuid import UUID

from drift.debt.claims import ClaimState, Standing
from drift.debt.lock import Entry
from specs.revision import Actor
from specs.values import dataclass


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person said of a claim, when and why."""

    actor: Actor
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class LockClaim:
    """A waiver or confirmation in a lock. `author` is what the commit that brought it claims.

    `present` says whether the line is still there. Approved without a decision: the trusted branch vouches for it.
    """

    id: str
    repository: UUID
    entry: Entry
    commit: str
    author: str
    at: datetime
    present: bool
    state: ClaimState
    decision: Decision | None = None


def standing_of(claims: dict[str, LockClaim], *, trusted: bool) -> Standing:
    """Say which claims count; with `trusted`, a line that nobody saw before does."""
    approved = frozenset(name for name, claim in claims.items() if claim.state is ClaimState.APPROVED)
    return Standing(approved, frozenset(claims), trusted=trusted)


def decided(claims: dict[str, LockClaim]) -> tuple[str, ...]:
    """Name all that people decided, for the digest of what a check was held against."""
    return tuple(sorted(f"{name} {claim.state}" for name, claim in claims.items() if claim.decision))


def latest(claims: dict[str, LockClaim]) -> tuple[str, Decision] | None:
    """Give the claim that was decided on last, and the decision."""
    made = [(name, claim.decision) for name, claim in claims.items() if claim.decision]
    return max(made, key=lambda one: (one[1].at, one[0]), default=None)
