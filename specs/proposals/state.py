"""How a proposal lives: its states, who may take which step, which votes count. No storage, no clock.

Every step gives the proposal after it, or the same proposal and the problem why not. A vote is bound to the digest of
the exact delta: when that changes, votes on the old one are void for good, and voters are asked again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from specs.access import Role
from specs.policy.quorum import quorum
from specs.problem import Problem
from specs.revision import Actor, ActorKind
from specs.rules.actions import Reviewers


class ProposalState(StrEnum):
    """Where a proposal stands. What is conflicted waits for its author to bring it onto the text of today."""

    OPEN = "open"
    CONFLICTED = "conflicted"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"


PENDING = frozenset({ProposalState.OPEN, ProposalState.CONFLICTED})
REOPENABLE = frozenset({ProposalState.DECLINED, ProposalState.WITHDRAWN, ProposalState.SUPERSEDED})


class Verdict(StrEnum):
    """What a review says of the whole."""

    APPROVE = "approve"
    DECLINE = "decline"
    COMMENT = "comment"


ONE_REVIEWER = (Reviewers(Role.REVIEWER, 1),)


@dataclass(frozen=True, slots=True)
class Vote:
    """An approval of exactly one delta. `void` once that delta was replaced; a void vote never counts again."""

    voter: UUID
    digest: str
    at: datetime
    void: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """All that decides what may become of a proposal. `authors` wrote it; all of `needs` must be met."""

    state: ProposalState
    digest: str
    authors: frozenset[UUID]
    needs: tuple[Reviewers, ...] = ONE_REVIEWER
    votes: tuple[Vote, ...] = ()

    @property
    def least(self) -> Role:
        """The lowest role whose approval counts for anything."""
        return min((one.role for one in self.needs), key=lambda role: role.rank, default=Role.REVIEWER)


@dataclass(frozen=True, slots=True)
class Step:
    """A proposal after a step; with a problem, it is as it was before."""

    standing: Standing
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """How the votes stand. `eligible` may decide, `approved` did and count; `missing` is what is still wanted.

    `unreviewed` when nobody but the author could have decided.
    """

    eligible: frozenset[UUID]
    approved: frozenset[UUID]
    missing: tuple[Reviewers, ...] = ()
    unreviewed: bool = False

    @property
    def enough(self) -> bool:
        """Whether the proposal is approved."""
        return not self.missing


def may_decide(actor: Actor, role: Role | None, least: Role = Role.REVIEWER) -> bool:
    """Say whether an actor may decide on others' proposals at all: a person with the role. Agents never may."""
    return actor.kind is ActorKind.HUMAN and role is not None and role.rank >= least.rank


def tally(standing: Standing, people: Mapping[UUID, Role]) -> Tally:
    """Count the votes of those who may decide now, of all `people` in the project with their roles.

    Where fewer are left than wanted, all of them suffice; where nobody is, only an admin's own goes through.
    """
    eligible = {
        person: role
        for person, role in people.items()
        if person not in standing.authors and role.rank >= standing.least.rank
    }
    live = {vote.voter for vote in standing.votes if _lives(vote, standing.digest)}
    approved = {person: role for person, role in eligible.items() if person in live}
    own = max((people[author] for author in standing.authors & people.keys()), key=lambda r: r.rank, default=None)
    found = quorum(standing.needs, approved, eligible, own)
    return Tally(frozenset(eligible), frozenset(approved), found.missing, unreviewed=found.unreviewed)


def approve(standing: Standing, actor: Actor, role: Role | None, digest: str, at: datetime) -> Step:
    """Add an approval of the delta with a digest. The state moves on by `accept` alone."""
    problem = _undecided(standing, actor, role) or _other_delta(standing, digest)
    if problem is not None:
        return Step(standing, problem)
    kept = tuple(vote for vote in standing.votes if vote.void or vote.voter != actor.id)
    return Step(replace(standing, votes=(*kept, Vote(actor.id, digest, at))))


def decidable(standing: Standing, actor: Actor, role: Role | None) -> Step:
    """Say whether an actor may decide on a proposal that waits: a step that changes nothing, or why not."""
    return Step(standing, _undecided(standing, actor, role, pending=True))


def accept(standing: Standing, people: Mapping[UUID, Role]) -> Step:
    """Say that the proposal is the truth now. It must be open and approved by enough."""
    if standing.state is not ProposalState.OPEN:
        return Step(standing, _closed(standing))
    count = tally(standing, people)
    if not count.enough:
        message = f"The proposal lacks approvals: {', '.join(one.told for one in count.missing)}."
        return Step(standing, Problem("not-approved", message, 1, 1, "Ask those who may decide for a review."))
    return Step(replace(standing, state=ProposalState.ACCEPTED))


def allow(standing: Standing) -> Step:
    """Say that policy lets the proposal through without a person. Only one that nobody looked at yet."""
    if standing.state is not ProposalState.OPEN or standing.votes:
        return Step(standing, _closed(standing))
    return Step(replace(standing, state=ProposalState.ACCEPTED))


def decline(standing: Standing, actor: Actor, role: Role | None, digest: str, reason: str) -> Step:
    """End a proposal without effect, for a reason."""
    problem = _undecided(standing, actor, role, pending=True) or _other_delta(standing, digest)
    if problem is None and not reason.strip():
        message = "A proposal is declined for a reason."
        problem = Problem("no-reason", message, 1, 1, "Say what is wrong with it, so that its author learns.")
    return Step(standing, problem) if problem else Step(replace(standing, state=ProposalState.DECLINED))


def withdraw(standing: Standing, actor: Actor) -> Step:
    """Take one's own proposal back."""
    if standing.state not in PENDING:
        return Step(standing, _closed(standing))
    if actor.id not in standing.authors:
        message = "Only its author withdraws a proposal."
        return Step(standing, Problem("not-yours", message, 1, 1, "A reviewer declines it, with a reason."))
    return Step(replace(standing, state=ProposalState.WITHDRAWN))


def supersede(standing: Standing, actor: Actor, role: Role | None) -> Step:
    """Put another proposal in this one's place: by its author, or by who may decide."""
    if standing.state not in PENDING:
        return Step(standing, _closed(standing))
    if actor.id not in standing.authors and not may_decide(actor, role):
        message = "Only its author or a reviewer may put another proposal in the place of this one."
        return Step(standing, Problem("not-yours", message, 1, 1, "Comment on it, and name yours."))
    return Step(replace(standing, state=ProposalState.SUPERSEDED))


def reopen(standing: Standing, actor: Actor, role: Role | None) -> Step:
    """Take up again what was declined, withdrawn or superseded. Earlier votes stay void.

    What a reviewer declined, only who may decide reopens: an author who disagrees proposes anew or asks.
    """
    if standing.state not in REOPENABLE:
        message = f"The proposal is {standing.state}: there is nothing to reopen."
        return Step(standing, Problem("not-closed", message, 1, 1, "Only what ended without effect is reopened."))
    mine = actor.id in standing.authors and standing.state is not ProposalState.DECLINED
    if not mine and not may_decide(actor, role):
        message = "You may not reopen this proposal."
        hint = "A reviewer reopens what was declined; its author what was withdrawn or superseded."
        return Step(standing, Problem("not-yours", message, 1, 1, hint))
    return Step(replace(_voided(standing), state=ProposalState.OPEN))


def unapprove(standing: Standing, actor: Actor) -> Step:
    """Take back one's own approval of the delta there is, as long as nothing came of it."""
    if standing.state is not ProposalState.OPEN:
        return Step(standing, _closed(standing))
    mine = [one for one in standing.votes if _lives(one, standing.digest) and one.voter == actor.id]
    if not mine:
        message = "You have no approval here that could be taken back."
        return Step(standing, Problem("nothing-said", message, 1, 1, "One of an earlier delta is void already."))
    votes = tuple(replace(one, void=True) if one in mine else one for one in standing.votes)
    return Step(replace(standing, votes=votes))


def undecline(standing: Standing, actor: Actor, decider: UUID | None) -> Step:
    """Take back a decline, which must be one's own: it waits again, and the approvals it had count again."""
    if standing.state is not ProposalState.DECLINED:
        return Step(standing, _closed(standing))
    if actor.id != decider:
        message = "Only who declined a proposal takes that back."
        return Step(standing, Problem("not-yours", message, 1, 1, "A reviewer reopens it; earlier approvals are void."))
    return Step(replace(standing, state=ProposalState.OPEN))


def rebased(standing: Standing, digest: str) -> Step:
    """Stand on the text of today: votes stay where the delta is exactly the same, and are void otherwise."""
    if standing.state not in PENDING:
        return Step(standing, _closed(standing))
    kept = standing if digest == standing.digest else _voided(standing)
    return Step(replace(kept, state=ProposalState.OPEN, digest=digest))


def conflicted(standing: Standing) -> Step:
    """Say that the delta does not go together with the text of today. No vote outlives that."""
    if standing.state not in PENDING:
        return Step(standing, _closed(standing))
    return Step(replace(_voided(standing), state=ProposalState.CONFLICTED))


def revised(standing: Standing, actor: Actor, digest: str) -> Step:
    """Give the proposal another delta, by its author."""
    if standing.state not in PENDING:
        return Step(standing, _closed(standing))
    if actor.id not in standing.authors:
        hint = "Propose your own, and let it supersede this one."
        return Step(standing, Problem("not-yours", "Only its author changes a proposal.", 1, 1, hint))
    return rebased(standing, digest)


def narrowed(standing: Standing, actor: Actor, role: Role | None, digest: str) -> Step:
    """Leave a part of the delta in the proposal, by who may decide: the rest is no longer asked for here."""
    problem = _undecided(standing, actor, role)
    return Step(standing, problem) if problem else rebased(standing, digest)


def _undecided(standing: Standing, actor: Actor, role: Role | None, *, pending: bool = False) -> Problem | None:
    """Say why an actor may not decide on a proposal now, or give None."""
    if not may_decide(actor, role, standing.least):
        hint = "Agents propose, people decide." if actor.kind is not ActorKind.HUMAN else "Ask an admin of the project."
        message = f"Deciding on this proposal needs a person with the role {standing.least}."
        return Problem("may-not-decide", message, 1, 1, hint)
    if actor.id in standing.authors:
        return Problem(
            "own", "Nobody decides on a proposal of their own.", 1, 1, "Ask another reviewer, or withdraw it."
        )
    if standing.state is ProposalState.OPEN or (pending and standing.state in PENDING):
        return None
    return _closed(standing)


def _other_delta(standing: Standing, digest: str) -> Problem | None:
    if digest == standing.digest:
        return None
    message = "The proposal is not what you read: its delta changed."
    return Problem("changed", message, 1, 1, "Read it again, and decide on what it says now.")


def _closed(standing: Standing) -> Problem:
    if standing.state is ProposalState.CONFLICTED:
        message = "The proposal does not go together with the text of today."
        return Problem("conflicted", message, 1, 1, "Its author must bring it onto that text first.")
    return Problem("closed", f"The proposal is {standing.state}.", 1, 1, "Reopen it, or propose anew.")


def _lives(vote: Vote, digest: str) -> bool:
    return not vote.void and vote.digest == digest


def _voided(standing: Standing) -> Standing:
    return replace(standing, votes=tuple(replace(vote, void=True) for vote in standing.votes))


def put_back(before: Standing, after: Standing) -> frozenset[UUID]:
    """Give those whose approval was void by a step: it is their turn again."""
    live: Mapping[UUID, bool] = {vote.voter: vote.void for vote in before.votes if not vote.void}
    return frozenset(live) & frozenset(vote.voter for vote in after.votes if vote.void)
