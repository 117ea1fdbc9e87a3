"""The specs move under proposals: what goes together is brought along, what does not is told."""

import pytest

from specs.access import SERVER
from specs.errors import ConflictError
from specs.proposals.draft import Draft, SpecChange
from specs.proposals.proposal import Why
from specs.proposals.state import ProposalState
from tests.specs.service.room import POLICY, TEXT, Room


async def test_an_approval_of_another_delta_counts_for_nothing(room: Room) -> None:
    proposal = await room.propose("30", "14")
    text = TEXT.replace("30", "7")
    draft = Draft("Mend it", (SpecChange(spec=room.spec, text=text),))
    now = await room.world.proposals.revise(room.world.claude, room.project, proposal.id, proposal.digest, draft)
    with pytest.raises(ConflictError) as caught:
        await room.approve(proposal)
    assert caught.value.details["digest"] == now.digest
    assert await room.text() == TEXT
    await room.approve(now)
    assert await room.text() == text


async def test_when_the_base_moves_elsewhere_the_vote_stands(room: Room) -> None:
    policy = POLICY.replace("# Rules\n", "# Rules\n\nBe kind.\n\n## More\n\nBe brief.\n\n## Ours\n")
    made = await room.world.library.create(SERVER, room.project, "rules.md", policy)
    edit = SpecChange(spec=made.spec.id, text=policy.replace("ours", "theirs"))
    proposal = (await room.post(room.world.eve, edit)).proposal
    await room.approve(proposal)
    text = policy.replace("Be kind.", "Be very kind.")
    await room.world.library.save(SERVER, room.project, made.spec.id, base=made.spec.head, text=text)
    await room.world.proposals.rebase_all(SERVER, room.project, made.spec.id)
    now = await room.get(proposal)
    assert (now.digest, now.number, now.state) == (proposal.digest, 2, ProposalState.OPEN)
    landed = await room.approve(now, room.rolf)
    assert landed.proposal.state is ProposalState.ACCEPTED
    found = await room.world.library.read(room.rita, room.project, made.spec.id)
    assert found.text == text.replace("ours", "theirs")


async def test_when_the_base_moves_beside_it_voters_are_put_back(room: Room) -> None:
    made = await room.world.library.create(SERVER, room.project, "rules.md", POLICY)
    edit = SpecChange(spec=made.spec.id, text=POLICY + "\nBe kind.\n")
    proposal = (await room.post(room.world.eve, edit)).proposal
    wanted = (await room.get(proposal)).standing.needs[0].count
    if wanted == 1:
        await room.comment(proposal, room.rita, body="Hm.")
    assert await room.turns(room.rita) == [Why.REVIEW]


async def test_when_the_same_text_moves_the_author_is_told_and_nothing_lands(room: Room) -> None:
    proposal = await room.propose("30 days", "14 days")
    await room.save("30 days", "60 days")
    with pytest.raises(ConflictError):
        await room.approve(proposal)
    now = await room.get(proposal, room.world.claude)
    assert now.state is ProposalState.CONFLICTED
    assert now.turn
    assert now.turn.why is Why.CONFLICT
    (conflict,) = now.conflicts.values()
    assert (conflict["reason"], conflict["regions"][0]["theirs"]) == ("text", "Within 14 days.\n")
    assert await room.turns(room.rita) == []
    text = (await room.text()).replace("60 days", "45 days")
    draft = Draft("Mend it", (SpecChange(spec=room.spec, text=text),))
    mended = await room.world.proposals.revise(room.world.claude, room.project, now.id, now.digest, draft)
    assert (mended.state, mended.conflicts) == (ProposalState.OPEN, None)
    await room.approve(mended)
    assert await room.text() == text


async def test_a_conflict_that_goes_away_opens_the_proposal_again(room: Room) -> None:
    proposal = await room.propose("30 days", "14 days")
    await room.save("30 days", "60 days")
    assert (await room.world.proposals.rebase(room.rita, room.project, proposal.id)).state is ProposalState.CONFLICTED
    await room.save("60 days", "30 days")
    assert (await room.world.proposals.rebase(room.rita, room.project, proposal.id)).state is ProposalState.OPEN


async def test_what_the_spec_says_already_is_no_proposal_any_more(room: Room) -> None:
    proposal = await room.propose("30 days", "14 days")
    await room.save("30 days", "14 days")
    now = await room.world.proposals.rebase(room.world.claude, room.project, proposal.id)
    assert now.state is ProposalState.SUPERSEDED
    assert now.outcome
    assert "already" in now.outcome.reason
