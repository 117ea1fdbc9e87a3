"""Proposals become the truth only as people decide, all of one or nothing, and each step is on record."""

import asyncio
from dataclasses import replace
from uuid import UUID

import pytest

from app import sources
from specs.access import SERVER, Principal, Role, Scope
from specs.errors import ConflictError, DeniedError, HoldfastError, MissingError, UserError
from specs.library import SpecStatus
from specs.proposals.delta import Operation
from specs.proposals.draft import Draft, ReviewDraft, SpecChange
from specs.proposals.proposal import Landed, Why
from specs.proposals.sections import SectionChange, SectionOperation
from specs.proposals.state import ProposalState, Verdict
from specs.revision import Provenance
from specs.service.revisions.authorship import Authorship
from tests.factories import World, together
from tests.specs.service.room import NOBODY, POLICY, RULES_TOO, TEXT, Room


async def test_an_approved_proposal_is_the_truth_and_its_authors(room: Room) -> None:
    proposal = await room.propose("30 days", "14 days")
    assert (proposal.state, await room.text()) == (ProposalState.OPEN, TEXT)
    landed = await room.approve(proposal)
    assert landed.proposal.state is ProposalState.ACCEPTED
    found = await room.world.library.read(room.rita, room.project, room.spec)
    assert found.text == TEXT.replace("30 days", "14 days")
    assert found.revision.actor.name == "claude"
    assert found.revision.provenance is Provenance.INFERRED
    assert found.revision.message.startswith("Mend it")
    assert [spec.head for spec in landed.specs] == [found.spec.head]
    done = (await room.world.actions())[-4:]
    assert done == ["proposal.open", "proposal.approve", "proposal.accept", "spec.save"]
    assert not await room.world.verify_audit()


async def test_who_approves_the_exact_delta_confirms_what_it_says(room: Room) -> None:
    authorship = Authorship(room.world.database, room.world.clock, sources.new_id)
    await room.approve(await room.propose("Ten at most.", "Twenty at most."))
    standing = await authorship.read(room.world.rob, room.project, room.spec)
    changed = next(one for one in standing.statements if one.doubts)
    assert changed.confirmed is not None
    assert (changed.provenance, changed.confirmed.actor.name) == (Provenance.EXPLICIT, "Rita")
    assert not await authorship.unconfirmed(room.world.rob, room.project, {room.spec: standing.revision.digest})


async def test_all_specs_of_a_proposal_land_or_none(room: Room) -> None:
    changes = (
        SpecChange(Operation.CREATE, path="new.md", text="# New\n\nIt must.\n"),
        SpecChange(spec=room.spec, sections=(SectionChange(SectionOperation.DELETE, "limits"),), path="charges.md"),
    )
    proposal = (await room.post(room.world.eve, *changes)).proposal
    await room.world.library.create(room.world.ada, room.project, "new.md", "# Taken\n")
    with pytest.raises(ConflictError):
        await room.approve(proposal)
    now = await room.get(proposal)
    assert now.state is ProposalState.CONFLICTED
    assert [entry["reason"] for entry in now.conflicts.values()] == ["path"]
    assert await room.text() == TEXT
    other = (replace(changes[0], path="newer.md"), changes[1])
    draft = Draft("Mend it", other)
    again = await room.world.proposals.revise(room.world.eve, room.project, proposal.id, now.digest, draft)
    landed = await room.approve(again)
    assert sorted(spec.path for spec in landed.specs) == ["charges.md", "newer.md"]
    assert "Limits" not in await room.text()


async def test_retire_and_restore(room: Room) -> None:
    for operation, status in ((Operation.RETIRE, SpecStatus.RETIRED), (Operation.RESTORE, SpecStatus.ACTIVE)):
        proposal = (await room.post(room.world.eve, SpecChange(operation, spec=room.spec))).proposal
        assert (await room.approve(proposal)).specs[0].status is status


async def test_policy_lets_people_and_small_wording_through_at_once(room: Room) -> None:
    edit = SpecChange(spec=room.spec, text=TEXT.replace("Ten at most", "Ten, at most"))
    landed = await room.post(room.world.claude, edit, wait=False)
    assert landed.proposal.state is ProposalState.ACCEPTED
    assert landed.proposal.outcome
    assert landed.proposal.outcome.by is None
    normative = SpecChange(spec=room.spec, text=(await room.text()).replace("In full.", "It MUST be in full."))
    assert (await room.post(room.world.claude, normative, wait=False)).proposal.state is ProposalState.OPEN
    assert (await room.post(room.world.eve, normative, wait=False)).proposal.state is ProposalState.ACCEPTED


async def test_nobody_decides_on_their_own(room: Room) -> None:
    proposal = await room.propose("30", "14", by=room.rita)
    with pytest.raises(DeniedError, match="own"):
        await room.approve(proposal)
    with pytest.raises(DeniedError, match="own"):
        await room.decline(proposal)
    assert (await room.approve(proposal, room.rolf)).proposal.state is ProposalState.ACCEPTED


async def test_agents_and_editors_comment_and_never_decide(room: Room) -> None:
    proposal = await room.propose("30", "14", by=room.world.ada)
    for nobody in (room.world.claude, room.world.eve):
        with pytest.raises(DeniedError):
            await room.approve(proposal, nobody)
        with pytest.raises(DeniedError):
            await room.decline(proposal, nobody)
        await room.comment(proposal, nobody, body="Why?")
    for nobody in (room.world.claude, SERVER):
        with pytest.raises(DeniedError):
            await room.world.proposals.accept(nobody, room.project, proposal.id)
    assert (await room.get(proposal)).state is ProposalState.OPEN


async def test_an_agent_with_a_persons_role_still_decides_nothing(room: Room) -> None:
    """The kind of the credential decides, whatever a role in the database says."""
    proposal = await room.propose("30", "14", by=room.world.ada)
    lifted = replace(room.world.claude, roles={room.project: Role.ADMIN})
    with pytest.raises(DeniedError):
        await room.approve(proposal, lifted)


async def test_a_reviewer_whose_role_was_taken_away_no_longer_counts(room: Room) -> None:
    policy = await room.post(room.world.eve, SpecChange(Operation.CREATE, path="rules.md", text=POLICY))
    first = await room.approve(policy.proposal)
    assert first.proposal.state is ProposalState.OPEN
    await room.world.members.set_role(room.world.ada, room.project, "rita", Role.READER)
    second = await room.approve(policy.proposal, room.rolf)
    assert second.proposal.state is ProposalState.OPEN
    third = await room.approve(policy.proposal, room.world.ada)
    assert third.proposal.state is ProposalState.ACCEPTED
    assert third.proposal.ruling["verdict"] == "review"


async def test_the_role_of_the_hour_counts_and_not_that_of_the_login(room: Room) -> None:
    proposal = await room.propose("30", "14")
    await room.world.members.set_role(room.world.ada, room.project, "rita", Role.EDITOR)
    with pytest.raises(DeniedError):
        await room.approve(proposal)


async def test_one_vote_never_counts_twice(room: Room) -> None:
    policy = await room.post(room.world.eve, SpecChange(Operation.CREATE, path="rules.md", text=POLICY))
    await room.approve(policy.proposal)
    again = await room.approve(policy.proposal)
    assert again.proposal.state is ProposalState.OPEN
    results = await together(*(room.approve(policy.proposal) for _ in range(4)))
    assert all(isinstance(result, Landed) for result in results)
    assert (await room.get(policy.proposal)).state is ProposalState.OPEN


async def test_a_lone_admins_own_is_recorded_as_unreviewed(world: World) -> None:
    draft = Draft("Rules", (SpecChange(Operation.CREATE, path="rules.md", text=POLICY),))
    landed = await world.proposals.propose(world.ada, world.project.id, draft)
    assert landed.proposal.state is ProposalState.ACCEPTED
    assert landed.proposal.outcome
    assert landed.proposal.outcome.unreviewed
    waits = await world.proposals.propose(world.eve, world.project.id, replace(draft, changes=(RULES_TOO,)))
    assert waits.proposal.state is ProposalState.OPEN


async def test_overlapping_proposals_are_told_of_each_other(room: Room) -> None:
    first = await room.propose("30 days", "14 days")
    second = await room.propose("Within 30 days", "In 30 days", by=room.world.eve)
    apart = await room.propose("Ten", "Nine", by=room.world.eve)
    for mine, other in ((first, second), (second, first)):
        detail = await room.world.proposals.get(room.rita, room.project, mine.id)
        assert [(met.proposal, met.overlaps[0].anchor) for met in detail.meetings] == [(other.id, "refunds")]
    assert not (await room.world.proposals.get(room.rita, room.project, apart.id)).meetings
    await room.decline(second)
    assert not (await room.world.proposals.get(room.rita, room.project, first.id)).meetings


async def test_decline_withdraw_supersede_reopen(room: Room) -> None:
    proposals = room.world.proposals
    declined = await room.propose("30", "14")
    await room.decline(declined, body="The law says 30.")
    assert (await room.get(declined)).outcome.reason == "The law says 30."
    assert await room.turns(room.world.claude) == [Why.DECLINED]
    with pytest.raises(DeniedError):
        await proposals.reopen(room.world.claude, room.project, declined.id)
    assert (await proposals.reopen(room.rita, room.project, declined.id)).state is ProposalState.OPEN
    withdrawn = await room.propose("Ten", "Nine")
    with pytest.raises(DeniedError):
        await proposals.withdraw(room.rita, room.project, withdrawn.id)
    await proposals.withdraw(room.world.claude, room.project, withdrawn.id, "Not now.")
    await proposals.reopen(room.world.claude, room.project, withdrawn.id)
    now = await proposals.supersede(room.world.claude, room.project, withdrawn.id, declined.id)
    assert now.outcome
    assert now.outcome.superseded_by == declined.id
    with pytest.raises(ConflictError):
        await room.approve(withdrawn)
    for by in (withdrawn.id, NOBODY):
        with pytest.raises(HoldfastError):
            await proposals.supersede(room.world.claude, room.project, withdrawn.id, by)


async def test_accepted_is_final(room: Room) -> None:
    proposal = await room.propose("30", "14")
    await room.approve(proposal)
    for step in (
        room.approve(proposal, room.rolf),
        room.decline(proposal, room.rolf),
        room.world.proposals.withdraw(room.world.claude, room.project, proposal.id),
        room.world.proposals.reopen(room.rita, room.project, proposal.id),
        room.world.proposals.rebase(room.rita, room.project, proposal.id),
    ):
        with pytest.raises(ConflictError):
            await step


async def test_two_who_approve_at_once_land_it_once(room: Room) -> None:
    proposal = await room.propose("30 days", "14 days")
    results = await together(room.approve(proposal), room.approve(proposal, room.rolf))
    assert sorted(type(result).__name__ for result in results) == ["ConflictError", "Landed"]
    history = await room.world.library.history(room.rita, room.project, room.spec)
    assert len(history.items) == 2
    assert not await room.world.verify_audit()


async def test_proposals_on_one_spec_land_at_once_and_nothing_is_lost(room: Room) -> None:
    pairs = [("once", "only once"), ("30 days", "14 days"), ("Ten", "Nine")]
    made = [await room.propose(*pair) for pair in pairs]
    results = await together(*(room.approve(proposal) for proposal in made))
    text = await room.text()
    for (old, new), result in zip(pairs, results, strict=True):
        assert isinstance(result, Landed), result
        assert result.proposal.state is ProposalState.ACCEPTED
        assert new in text, old


async def test_lists_filter_and_turn_pages(room: Room) -> None:
    made = [await room.propose("30", str(number)) for number in range(5)]
    await room.decline(made[0])
    own = await room.propose("Ten", "Nine", by=room.rita)
    proposals = room.world.proposals

    async def ids(by: Principal = room.rita, **filters: object) -> list[UUID]:
        page = await proposals.list(by, room.project, **filters)  # type: ignore[arg-type]
        return [item.id for item in page.items]

    assert await ids(states=frozenset({ProposalState.DECLINED})) == [made[0].id]
    assert await ids(author=room.rita.actor.id) == [own.id]
    assert len(await ids(spec=room.spec)) == 6
    assert await ids(spec=NOBODY) == []
    assert await ids(mine=True) == [one.id for one in reversed(made[1:])]
    assert await ids(room.world.eve, mine=True) == []
    first = await proposals.list(room.rita, room.project, limit=4)
    rest = await proposals.list(room.rita, room.project, limit=4, cursor=first.next)
    assert [item.id for item in (*first.items, *rest.items)] == [own.id, *(one.id for one in reversed(made))]
    assert rest.next is None
    with pytest.raises(UserError):
        await proposals.list(room.rita, room.project, cursor="x")


async def test_strangers_and_readers(room: Room) -> None:
    proposal = await room.propose("30", "14")
    other = await room.world.projects.create(SERVER, "other", "Other")
    await room.world.members.set_role(SERVER, other.id, "rita", Role.ADMIN)
    rita = await room.world.access.principal_of(room.rita.actor.id)
    with pytest.raises(MissingError):
        await room.world.proposals.get(rita, other.id, proposal.id)
    with pytest.raises(MissingError):
        await room.world.proposals.review(rita, other.id, proposal.id, ReviewDraft(Verdict.APPROVE, proposal.digest))
    edit = SpecChange(spec=room.spec, text="# Mine\n")
    with pytest.raises(MissingError):
        await room.world.proposals.propose(rita, other.id, Draft("Mine", (edit,)))
    assert (await room.get(proposal, room.world.rob)).id == proposal.id
    with pytest.raises(DeniedError):
        await room.propose("30", "14", by=room.world.rob)
    with pytest.raises(DeniedError):
        await room.propose("30", "14", by=replace(room.world.eve, scopes=frozenset({Scope.READ})))


async def test_reading_and_deciding_at_once_never_deadlocks(room: Room) -> None:
    made = [await room.propose("Ten", f"Ten or {number}") for number in range(4)]
    await asyncio.wait_for(
        together(
            *(room.approve(one) for one in made),
            *(room.world.proposals.rebase(room.rolf, room.project, one.id) for one in made),
            *(room.save("once", f"once, {number}") for number in range(3)),
        ),
        timeout=60,
    )
    assert not await room.world.verify_audit()
