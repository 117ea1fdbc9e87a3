"""What a person decided on a proposal is taken back by them alone, while nothing came of it, and is on record."""

import pytest

from specs.errors import ConflictError, DeniedError
from specs.proposals.delta import Operation
from specs.proposals.draft import SpecChange
from specs.proposals.proposal import Why
from specs.proposals.state import ProposalState
from tests.specs.service.room import POLICY, Room

TWO = SpecChange(Operation.CREATE, path="rules.md", text=POLICY.replace("review 1", "review 2"))


async def test_an_approval_is_taken_back_while_others_are_wanted(room: Room) -> None:
    proposals, project = room.world.proposals, room.project
    await room.approve((await room.post(room.world.ada, TWO)).proposal)
    await room.approve((await proposals.list(room.rolf, project)).items[0], room.rolf)
    proposal = await room.propose("30 days", "14 days")
    await room.approve(proposal)
    for who, error in ((room.rolf, ConflictError), (room.world.claude, DeniedError)):
        with pytest.raises(error):
            await proposals.take_back(who, project, proposal.id)
    assert await room.turns(room.rita) == []
    now = await proposals.take_back(room.rita, project, proposal.id)
    assert (now.state, await room.turns(room.rita)) == (ProposalState.OPEN, [Why.REVIEW])
    landed = await room.approve(proposal, room.rolf)
    assert landed.proposal.state is ProposalState.OPEN
    assert "proposal.unapprove" in await room.world.actions()
    assert (await room.approve(proposal)).proposal.state is ProposalState.ACCEPTED
    with pytest.raises(ConflictError, match="truth already"):
        await proposals.take_back(room.rita, project, proposal.id)
    assert not await room.world.verify_audit()


async def test_a_decline_is_taken_back_by_who_declined_and_it_meets_others_again(room: Room) -> None:
    proposals, project = room.world.proposals, room.project
    proposal, other = await room.propose("30 days", "14 days"), await room.propose("30 days", "60 days")
    await room.decline(proposal)
    with pytest.raises(DeniedError, match="who declined"):
        await proposals.take_back(room.rolf, project, proposal.id)
    now = await proposals.take_back(room.rita, project, proposal.id)
    assert (now.state, now.outcome, now.author_turn) == (ProposalState.OPEN, None, None)
    [met] = (await proposals.get(room.rita, project, other.id)).meetings
    assert met.proposal == proposal.id
    assert (await room.approve(proposal)).proposal.state is ProposalState.ACCEPTED
