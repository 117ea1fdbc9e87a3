"""Reviews of proposals: their comments placed and kept, and approvals of some hunks only."""

import asyncio

from specs.errors import ConflictError, UserError
from specs.parser import parse, section_at
from specs.proposals import state
from specs.proposals.comments import MAX_BATCH, MAX_BODY, Comment, Side, line_of
from specs.proposals.delta import Delta
from specs.proposals.draft import CommentDraft, ReviewDraft
from specs.proposals.hunks import placed
from specs.proposals.pieces import choose, pieces
from specs.proposals.proposal import Proposal, Review
from specs.proposals.state import Verdict
from specs.service import writing
from specs.service.hygiene import refuse_secrets
from specs.service.proposals.drafting import check_said
from specs.service.proposals.proposing import Work, raise_for
from specs.store.conflicts import ConflictStore


def check_review(draft: ReviewDraft) -> None:
    """Refuse a review that says nothing, or cannot be kept."""
    if len(draft.comments) > MAX_BATCH:
        raise UserError(f"A review has at most {MAX_BATCH} comments.", "Post the rest as another one.")
    for body in (draft.body, *(comment.body for comment in draft.comments)):
        if len(body) > MAX_BODY:
            raise UserError(f"A comment has at most {MAX_BODY} characters.", "Cut it in parts, each where it belongs.")
        check_said(body)
    if any(not comment.body.strip() for comment in draft.comments):
        raise UserError("A comment says nothing.", "Write something, or leave it out.")
    if draft.verdict is Verdict.COMMENT and not draft.body.strip() and not draft.comments:
        raise UserError("The review says nothing.", "Write something on the whole, or comment on a line.")
    if draft.verdict is not Verdict.COMMENT and not writing.is_digest(draft.digest):
        raise UserError("A verdict is on exactly one delta.", "Send the `digest` of the proposal as you read it.")
    if draft.hunks is not None and (draft.verdict is not Verdict.APPROVE or not draft.hunks):
        raise UserError("Hunks are named to approve some of them.", "Name at least one, or leave `hunks` out.")
    if draft.verdict is Verdict.DECLINE and not draft.body.strip():
        raise UserError("A proposal is declined for a reason.", "Say in `body` what is wrong with it.")


async def write_review(work: Work, proposal: Proposal, draft: ReviewDraft) -> Review:
    """Keep a review and its comments, each with the line it stands on. Gives the review."""
    review = Review(
        id=work.new_id(),
        author=work.principal.actor,
        at=work.at,
        verdict=draft.verdict,
        digest=proposal.digest,
        number=proposal.number,
        body=draft.body,
    )
    bodies = (draft.body, *(comment.body for comment in draft.comments))
    await refuse_secrets(work.connection, work.project, *bodies)
    delta: Delta = ()
    if draft.comments:
        delta = await work.store.delta(proposal.id, proposal.number)
    comments = [await _comment(work, proposal, review, delta, comment) for comment in draft.comments]
    await work.reviews.add(proposal.id, review, comments)
    if comments:
        work.say("review", proposal, review=str(review.id), comments=len(comments))
    return review


async def _comment(work: Work, proposal: Proposal, review: Review, delta: Delta, draft: CommentDraft) -> Comment:
    if draft.reply_to is not None and await work.reviews.comment(proposal.id, draft.reply_to) is None:
        raise UserError("The comment that this answers is not there.", "Read the proposal for its comments.")
    line, anchor, quote = draft.line, draft.anchor, ""
    if draft.spec is None and (line is not None or anchor):
        raise UserError("The comment names a line or a section of no spec.", "Send the spec's id with it.")
    if draft.spec is not None:
        line, anchor, quote = await asyncio.to_thread(_place, delta, draft)
    return Comment(
        id=work.new_id(),
        review=review.id,
        author=review.author,
        at=work.at,
        body=draft.body,
        number=proposal.number,
        spec=draft.spec,
        side=draft.side,
        line=line,
        anchor=anchor,
        quote=quote,
        reply_to=draft.reply_to,
    )


def _place(delta: Delta, draft: CommentDraft) -> tuple[int, str, str]:
    """Give the line, the section and the quote of a comment on a spec's text."""
    part = next((part for part in delta if part.spec == draft.spec), None)
    if part is None:
        raise UserError("The comment is on a spec that is not in the proposal.", "Name one of its specs.")
    text = part.before if draft.side is Side.BEFORE else part.after
    document = parse(text)
    line = draft.line
    if line is None:
        section = section_at(document, draft.anchor)
        if draft.anchor and section is None:
            raise UserError(f"There is no section #{draft.anchor}.", "Name a section of the text on that side.")
        line = section.line if section is not None else 1
    quote = line_of(text, line)
    if quote is None:
        raise UserError(f"There is no line {line}.", "Count from 1 in the text of the side you name.")
    anchor = next((block.anchor for block, lines in placed(document) if line in lines), "")
    return line, anchor, quote


async def narrow(work: Work, before: Proposal, draft: ReviewDraft) -> tuple[Proposal, Delta, Delta]:
    """Leave the chosen hunks in a proposal, as a delta of its own with its own digest; give the whole and the rest."""
    whole = await work.store.delta(before.id, before.number)
    known = {piece.id for piece in await asyncio.to_thread(pieces, whole)}
    chosen = frozenset(draft.hunks or ())
    if chosen - known:
        raise ConflictError("The proposal has no such hunk.", "Read it again: its hunks changed.")
    if chosen == known:
        return before, whole, ()
    raise_for(state.narrowed(before.standing, work.principal.actor, await work.role(), before.digest))
    taken, left = await asyncio.to_thread(choose, whole, chosen)
    await ConflictStore(work.connection, before.project).release(before.id)
    return await work.changed(before, taken, "narrow"), whole, left
