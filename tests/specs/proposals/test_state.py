"""The life of a proposal, driven at random: whatever people do, it lands only as enough others approved it."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from specs.access import Role
from specs.proposals import state
from specs.proposals.state import PENDING, ProposalState, Standing, tally
from specs.revision import Actor, ActorKind
from specs.rules.actions import Reviewers

AT = datetime(2026, 3, 2, tzinfo=UTC)
PEOPLE = [Actor(UUID(int=n), f"p{n}", ActorKind.HUMAN) for n in range(1, 5)]
AGENT = Actor(UUID(int=9), "claude", ActorKind.AGENT)
SERVER = Actor(UUID(int=10), "holdfast", ActorKind.SYSTEM)
ACTORS = [*PEOPLE, AGENT, SERVER]
TWO = (Reviewers(Role.REVIEWER, 2),)
DIGESTS = ["a" * 64, "b" * 64, "c" * 64]


class Life(RuleBasedStateMachine):
    """A model that remembers only who really said yes to what, and since when no other delta lay between."""

    def __init__(self) -> None:
        super().__init__()
        self.roles = dict.fromkeys((actor.id for actor in PEOPLE), Role.REVIEWER)
        self.roles[AGENT.id] = Role.EDITOR
        self.standing = Standing(ProposalState.OPEN, DIGESTS[0], frozenset({PEOPLE[0].id}), TWO)
        self.said: set[UUID] = set()
        self.landed: str | None = None

    def people(self) -> dict[UUID, Role]:
        return {actor.id: self.roles[actor.id] for actor in PEOPLE if actor.id in self.roles}

    def deciders(self) -> set[UUID]:
        return {person for person, role in self.people().items() if role in {Role.REVIEWER, Role.ADMIN}}

    def step(self, step: state.Step) -> bool:
        if step.problem is not None:
            assert step.standing == self.standing
            assert step.problem.hint
            return False
        if step.standing.digest != self.standing.digest:
            self.said.clear()
        if {self.standing.state, step.standing.state} & {ProposalState.CONFLICTED, *state.REOPENABLE}:
            self.said.clear()
        self.standing = step.standing
        return True

    @rule(actor=st.sampled_from(ACTORS), digest=st.sampled_from(DIGESTS))
    def approve(self, actor: Actor, digest: str) -> None:
        if self.step(state.approve(self.standing, actor, self.roles.get(actor.id), digest, AT)):
            assert actor.kind is ActorKind.HUMAN
            assert actor.id not in self.standing.authors
            assert digest == self.standing.digest
            self.said.add(actor.id)

    @rule()
    def accept(self) -> None:
        others = self.deciders() - self.standing.authors
        if self.step(state.accept(self.standing, self.people())):
            alone = not others and self.roles.get(PEOPLE[0].id) is Role.ADMIN
            assert alone or len(self.said & others) >= min(2, len(others)) > 0
            self.landed = self.standing.digest

    @rule(actor=st.sampled_from(ACTORS), reason=st.sampled_from(["", " ", "no"]))
    def decline(self, actor: Actor, reason: str) -> None:
        if self.step(state.decline(self.standing, actor, self.roles.get(actor.id), self.standing.digest, reason)):
            assert actor.kind is ActorKind.HUMAN
            assert reason.strip()

    @rule(actor=st.sampled_from(ACTORS))
    def withdraw(self, actor: Actor) -> None:
        if self.step(state.withdraw(self.standing, actor)):
            assert actor.id in self.standing.authors

    @rule(actor=st.sampled_from(ACTORS))
    def supersede(self, actor: Actor) -> None:
        self.step(state.supersede(self.standing, actor, self.roles.get(actor.id)))

    @rule(actor=st.sampled_from(ACTORS))
    def reopen(self, actor: Actor) -> None:
        self.step(state.reopen(self.standing, actor, self.roles.get(actor.id)))

    @rule(digest=st.sampled_from(DIGESTS))
    def rebase(self, digest: str) -> None:
        self.step(state.rebased(self.standing, digest))

    @rule()
    def conflict(self) -> None:
        self.step(state.conflicted(self.standing))

    @rule(actor=st.sampled_from(ACTORS), digest=st.sampled_from(DIGESTS))
    def revise(self, actor: Actor, digest: str) -> None:
        if self.step(state.revised(self.standing, actor, digest)):
            assert actor.id in self.standing.authors

    @rule(actor=st.sampled_from(ACTORS), digest=st.sampled_from(DIGESTS))
    def narrow(self, actor: Actor, digest: str) -> None:
        if self.step(state.narrowed(self.standing, actor, self.roles.get(actor.id), digest)):
            assert actor.kind is ActorKind.HUMAN

    @rule(actor=st.sampled_from(PEOPLE), role=st.sampled_from(Role))
    def change_role(self, actor: Actor, role: Role) -> None:
        self.roles[actor.id] = role

    @rule(actor=st.sampled_from(PEOPLE))
    def leave(self, actor: Actor) -> None:
        self.roles.pop(actor.id, None)

    @invariant()
    def only_those_count_who_said_yes_to_this_and_may_decide_now(self) -> None:
        count = tally(self.standing, self.people())
        if self.standing.state in PENDING:
            assert count.approved == (self.said & self.deciders()) - self.standing.authors

    @invariant()
    def nobody_counts_twice(self) -> None:
        live = [vote.voter for vote in self.standing.votes if not vote.void]
        assert len(live) == len(set(live))

    @precondition(lambda self: self.landed is not None)
    @invariant()
    def what_landed_stays(self) -> None:
        assert self.standing.state is ProposalState.ACCEPTED
        assert self.standing.digest == self.landed


TestLife = Life.TestCase


def standing(**more: object) -> Standing:
    return Standing(ProposalState.OPEN, DIGESTS[0], frozenset({PEOPLE[0].id}), **more)  # type: ignore[arg-type]


def test_a_vote_is_void_for_good_once_the_delta_was_another() -> None:
    voted = state.approve(standing(), PEOPLE[1], Role.REVIEWER, DIGESTS[0], AT).standing
    changed = state.rebased(voted, DIGESTS[1]).standing
    assert state.put_back(voted, changed) == {PEOPLE[1].id}
    back = state.rebased(changed, DIGESTS[0]).standing
    assert tally(back, dict.fromkeys((person.id for person in PEOPLE), Role.REVIEWER)).approved == frozenset()


def test_a_rebase_that_changes_nothing_keeps_votes() -> None:
    voted = state.approve(standing(), PEOPLE[1], Role.REVIEWER, DIGESTS[0], AT).standing
    again = state.rebased(voted, DIGESTS[0]).standing
    assert state.put_back(voted, again) == frozenset()
    assert state.accept(again, {PEOPLE[1].id: Role.REVIEWER}).problem is None


def test_where_fewer_are_left_than_wanted_all_of_them_suffice() -> None:
    voted = state.approve(
        standing(needs=(Reviewers(Role.REVIEWER, 3),)), PEOPLE[1], Role.REVIEWER, DIGESTS[0], AT
    ).standing
    assert tally(voted, {PEOPLE[1].id: Role.REVIEWER}).enough
    assert not tally(voted, {PEOPLE[1].id: Role.REVIEWER, PEOPLE[2].id: Role.ADMIN}).enough


def test_a_lone_admins_own_is_unreviewed_and_another_author_waits() -> None:
    alone = tally(standing(), {PEOPLE[0].id: Role.ADMIN})
    assert (alone.enough, alone.unreviewed) == (True, True)
    nobody = tally(standing(), {PEOPLE[0].id: Role.REVIEWER})
    assert (nobody.enough, nobody.unreviewed) == (False, False)


@pytest.mark.parametrize("actor", [AGENT, SERVER])
@pytest.mark.parametrize("role", [None, *Role])
def test_no_agent_decides_whatever_its_role(actor: Actor, role: Role | None) -> None:
    steps = [
        state.approve(standing(), actor, role, DIGESTS[0], AT),
        state.decline(standing(), actor, role, DIGESTS[0], "no"),
        state.narrowed(standing(), actor, role, DIGESTS[1]),
    ]
    assert [step.problem.code for step in steps if step.problem] == ["may-not-decide"] * 3


def test_a_policy_can_ask_for_admins() -> None:
    wanted = standing(needs=(Reviewers(Role.ADMIN, 1),))
    assert state.approve(wanted, PEOPLE[1], Role.REVIEWER, DIGESTS[0], AT).problem
    assert not state.approve(wanted, PEOPLE[1], Role.ADMIN, DIGESTS[0], AT).problem


def test_what_was_voted_on_is_not_let_through_by_policy() -> None:
    assert state.allow(standing()).standing.state is ProposalState.ACCEPTED
    voted = state.approve(standing(), PEOPLE[1], Role.REVIEWER, DIGESTS[0], AT).standing
    assert state.allow(voted).problem
