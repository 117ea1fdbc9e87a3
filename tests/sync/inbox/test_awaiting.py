"""What somebody waits for: their proposals, phases, commits and tasks, with who is to do something now."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from specs.access import Member, Principal, Role, Scope
from specs.proposals.proposal import Proposal
from specs.proposals.state import ProposalState, Standing, Vote
from specs.revision import Actor, ActorKind
from specs.rules.actions import Reviewers
from sync.inbox import awaiting
from sync.tasks.task import Phase, TaskState
from tests.sync.tasks.test_lifecycle import make

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
PROJECT = UUID(int=1)
ADA, BOB, CLAUDE = (
    Actor(UUID(int=10), "Ada", ActorKind.HUMAN),
    Actor(UUID(int=11), "Bob", ActorKind.HUMAN),
    Actor(UUID(int=12), "claude", ActorKind.AGENT),
)
MEMBERS = [Member(ADA, Role.ADMIN), Member(BOB, Role.REVIEWER), Member(CLAUDE, Role.EDITOR)]


def reader(actor: Actor) -> Principal:
    return Principal(actor, frozenset(Scope), {PROJECT: Role.REVIEWER})


def proposal(author: Actor, *voters: Actor, state: ProposalState = ProposalState.OPEN, wanted: int = 1) -> Proposal:
    votes = tuple(Vote(one.id, "d", NOW) for one in voters)
    standing = Standing(state, "d", frozenset({author.id}), (Reviewers(Role.REVIEWER, wanted),), votes)
    return Proposal(UUID(int=5), PROJECT, author, standing, "Mend it", "", 1, 1, NOW, NOW, NOW, {})


def whom(one: Proposal, who: Actor) -> list[str]:
    return [found.whom for found in awaiting.of_proposals([one], MEMBERS, reader(who))]


def test_who_wrote_or_approved_a_proposal_waits_for_those_who_have_not_said_anything() -> None:
    assert whom(proposal(ADA), ADA) == ["Bob"]
    assert whom(proposal(CLAUDE, ADA, wanted=2), ADA) == ["Bob"]
    assert whom(replace(proposal(CLAUDE), on_behalf_of=ADA.id), ADA) == ["Bob"]
    assert whom(proposal(CLAUDE), ADA) == []
    assert whom(proposal(CLAUDE, ADA, state=ProposalState.CONFLICTED), ADA) == ["claude"]
    assert whom(proposal(ADA, state=ProposalState.ACCEPTED), ADA) == []


def test_who_made_a_task_waits_for_whoever_works_on_it_or_answers() -> None:
    open_ = replace(make(Phase.PLAN, Phase.IMPLEMENT), by=ADA)
    held = replace(
        open_, state=TaskState.CLAIMED, holder=CLAUDE, claimed_at=NOW, lease_until=NOW + timedelta(minutes=5)
    )
    waits = replace(open_, waits=True, asker=CLAUDE, needs=(Reviewers(Role.REVIEWER, 1),))
    found = awaiting.of_tasks([open_, held, waits, replace(open_, by=BOB)], reader(ADA), NOW)
    assert [one.whom for one in found] == ["whoever claims it", "claude", "a reviewer"]
    assert not list(awaiting.of_tasks([replace(held, holder=ADA)], reader(ADA), NOW))
