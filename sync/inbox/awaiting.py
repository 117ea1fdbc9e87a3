"""What somebody waits for and others have to do: what, whom, since when. Pure: made of what services list."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from drift.debt.claims import ClaimState
from specs.access import Member, Principal, Role
from specs.proposals.proposal import Proposal
from specs.proposals.state import ProposalState, tally
from specs.revision import ActorKind
from specs.rules.actions import Reviewers
from specs.values import dataclass
from sync.gates.gate import Gate
from sync.inbox.claims import LockClaim
from sync.inbox.matters import MatterKind, folded
from sync.tasks.lifecycle import standing
from sync.tasks.task import Task, TaskState

MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Awaited:
    """One thing that waits for others. `whom` says who could do it, in names or as a role."""

    kind: MatterKind
    subject: str
    what: str
    whom: str
    since: datetime


def of_proposals(proposals: Iterable[Proposal], members: Sequence[Member], who: Principal) -> Iterable[Awaited]:
    """Give the proposals that the reader wrote or approved and that others are still to look at."""
    people = {one.actor.id: one.role for one in members if not one.disabled and one.actor.kind is ActorKind.HUMAN}
    names = {one.actor.id: one.actor.name for one in members}
    me = who.actor.id
    for one in proposals:
        mine = me in one.standing.authors or one.on_behalf_of == me
        approved = any(not vote.void and vote.voter == me and vote.digest == one.digest for vote in one.standing.votes)
        if not (mine or approved) or one.state not in {ProposalState.OPEN, ProposalState.CONFLICTED}:
            continue
        if one.state is ProposalState.CONFLICTED:
            if me not in one.standing.authors:
                what = f"“{one.title}” no longer fits the spec"
                yield Awaited(MatterKind.PROPOSAL, str(one.id), what, one.author.name, one.updated_at)
            continue
        count = tally(one.standing, people)
        left = [names[ref] for ref in sorted(count.eligible - count.approved) if ref != me]
        if not left and me in count.eligible - count.approved:
            continue
        whom = _few(sorted(left)) or _wanted(count.missing)
        yield Awaited(MatterKind.PROPOSAL, str(one.id), f"“{one.title}” waits for a review", whom, one.asked_at)


def of_gates(gates: Iterable[Gate], who: Principal) -> Iterable[Awaited]:
    """Give the commits that the reader told of and on which others decide."""
    for one in gates:
        if one.actor.id == who.actor.id:
            what = f"{one.commit[:12]} of {one.repository} waits to pass"
            yield Awaited(MatterKind.GATE, str(one.id), what, _wanted(one.needs), one.created_at)


def of_tasks(tasks: Iterable[Task], who: Principal, now: datetime) -> Iterable[Awaited]:
    """Give the tasks that the reader made, and phases that they finished: who works on them, who is to answer."""
    me = who.actor.id
    for one in tasks:
        asked = one.waits and one.asker is not None and one.asker.id == me
        if not asked and (one.by.id != me or (one.holder is not None and one.holder.id == me)):
            continue
        since = one.updated_at
        if one.waits:
            what, whom = f"The {one.phase} of “{one.title}” waits for an answer", _wanted(one.needs)
        elif standing(one, now) is TaskState.CLAIMED and one.holder is not None:
            what, whom, since = f"“{one.title}” is being worked on", one.holder.name, one.claimed_at or since
        elif one.state is TaskState.FROZEN:
            what, whom = f"“{one.title}” is frozen", "a reviewer"
        else:
            what, whom = f"“{one.title}” waits to be taken on", "whoever claims it"
        yield Awaited(MatterKind.TASK, str(one.id), what, whom, since)


def of_claims(claims: Iterable[LockClaim], who: Principal) -> Iterable[Awaited]:
    """Give what locks say in the reader's name and no reviewer has approved."""
    for one in claims:
        if one.present and one.state is ClaimState.PENDING and folded(one.entry.by) == folded(who.actor.name):
            what = f"What the lock says of {one.entry.subject} in your name waits to be approved"
            yield Awaited(MatterKind.CLAIM, one.id, what, "a reviewer", one.at)


def in_order(awaited: Iterable[Awaited]) -> tuple[Awaited, ...]:
    """Put what has waited longest first."""
    return tuple(sorted(awaited, key=lambda one: (one.since, one.kind, one.subject)))


def _wanted(needs: Sequence[Reviewers]) -> str:
    told = " and ".join(one.people for one in needs)
    return told or f"a {Role.REVIEWER}"


def _few(names: Sequence[str]) -> str:
    shown = ", ".join(names[:MOST_NAMED])
    return f"{shown} or {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else " or ".join(names)
