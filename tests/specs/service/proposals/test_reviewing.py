"""Reviews: some hunks only, comments in one batch that stay with their text, and what cannot be said."""

import pytest

from specs.errors import ConflictError, DeniedError, UserError
from specs.proposals.comments import Side
from specs.proposals.draft import CommentDraft, Rest, ReviewDraft, SpecChange
from specs.proposals.pieces import pieces
from specs.proposals.proposal import Why
from specs.proposals.state import ProposalState, Verdict
from tests.specs.service.room import NOBODY, TEXT, Room


async def test_some_hunks_are_accepted_and_the_rest_stays_open(room: Room) -> None:
    text = TEXT.replace("30 days", "14 days").replace("Ten", "Nine")
    proposal = (await room.post(room.world.claude, SpecChange(spec=room.spec, text=text))).proposal
    detail = await room.world.proposals.get(room.rita, room.project, proposal.id)
    first, second = pieces(detail.delta)
    landed = await room.approve(proposal, hunks=(first.id,))
    assert landed.proposal.state is ProposalState.ACCEPTED
    assert landed.proposal.digest != proposal.digest
    assert await room.text() == TEXT.replace("30 days", "14 days")
    assert landed.rest is not None
    rest = await room.world.proposals.get(room.rita, room.project, landed.rest)
    assert rest.proposal.author.name == "claude"
    assert [piece.id for piece in pieces(rest.delta)] == [second.id]
    await room.approve(rest.proposal)
    assert await room.text() == text


async def test_the_rest_may_be_declined_and_unknown_hunks_are_refused(room: Room) -> None:
    text = TEXT.replace("30 days", "14 days").replace("Ten", "Nine")
    proposal = (await room.post(room.world.claude, SpecChange(spec=room.spec, text=text))).proposal
    with pytest.raises(ConflictError):
        await room.approve(proposal, hunks=("nothing",))
    detail = await room.world.proposals.get(room.rita, room.project, proposal.id)
    landed = await room.approve(proposal, hunks=(pieces(detail.delta)[1].id,), rest=Rest.DECLINE)
    assert landed.rest is None
    assert await room.text() == TEXT.replace("Ten", "Nine")
    assert (await room.world.proposals.list(room.rita, room.project, mine=True)).items == ()


async def test_comments_come_in_one_batch_and_stay_with_their_text(room: Room) -> None:
    proposal = await room.propose("30 days", "14 days")
    line = TEXT.split("\n").index("Within 30 days.") + 1
    comments = (
        CommentDraft("Why 14?", room.spec, line=line),
        CommentDraft("Is this so?", room.spec, Side.BEFORE, anchor="limits"),
        CommentDraft("Good in all."),
    )
    await room.comment(proposal, room.rita, *comments, body="Three things.")
    await room.save("A charge is made once.", "A charge is made once.\n\nIt is logged.")
    await room.world.proposals.rebase(room.rita, room.project, proposal.id)
    detail = await room.world.proposals.get(room.rita, room.project, proposal.id)
    placed = [(one.comment.quote, one.comment.anchor, one.line) for one in detail.comments]
    assert placed == [("Within 14 days.", "refunds", line + 2), ("## Limits", "limits", 13), ("", "", None)]
    assert [review.body for review in detail.reviews] == ["Three things."]
    assert await room.turns(room.world.claude) == [Why.ANSWER]
    answer = CommentDraft("The law says so.", reply_to=detail.comments[0].comment.id)
    await room.comment(proposal, room.world.claude, answer)
    assert await room.turns(room.world.claude) == []
    target = detail.comments[0].comment.id
    with pytest.raises(DeniedError, match="an agent does not settle"):
        await room.world.proposals.resolve(room.world.claude, room.project, proposal.id, target, resolved=True)
    await room.world.proposals.resolve(room.rita, room.project, proposal.id, target, resolved=True)
    again = await room.world.proposals.get(room.rita, room.project, proposal.id)
    assert again.comments[0].comment.resolved_by == room.rita.actor.id
    await room.world.proposals.resolve(room.rita, room.project, proposal.id, target, resolved=False)


@pytest.mark.parametrize(
    "draft",
    [
        ReviewDraft(Verdict.COMMENT),
        ReviewDraft(Verdict.APPROVE),
        ReviewDraft(Verdict.APPROVE, "x"),
        ReviewDraft(Verdict.APPROVE, "0" * 64, hunks=()),
        ReviewDraft(Verdict.DECLINE, "0" * 64),
        ReviewDraft(Verdict.COMMENT, body="a\0"),
        ReviewDraft(Verdict.COMMENT, comments=(CommentDraft(" "),)),
        ReviewDraft(Verdict.COMMENT, comments=(CommentDraft("x", NOBODY),)),
        ReviewDraft(Verdict.COMMENT, comments=(CommentDraft("x", line=3),)),
        ReviewDraft(Verdict.COMMENT, comments=(CommentDraft("x", reply_to=NOBODY),)),
    ],
)
async def test_what_cannot_be_said_is_refused(room: Room, draft: ReviewDraft) -> None:
    proposal = await room.propose("30", "14")
    with pytest.raises((UserError, ConflictError)) as caught:
        await room.world.proposals.review(room.rita, room.project, proposal.id, draft)
    assert caught.value.hint


async def test_a_comment_on_a_line_that_is_not_there(room: Room) -> None:
    proposal = await room.propose("30", "14")
    for comment in (CommentDraft("x", room.spec, line=999), CommentDraft("x", room.spec, anchor="nowhere")):
        with pytest.raises(UserError):
            await room.comment(proposal, room.rita, comment)
