"""Shapes of proposals on the wire: what is answered, and how core values become it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

from app.api._wire import ActorOut, Out, SpecOut
from app.api.revisions import ChangeOut
from specs.access import Role
from specs.diff import split
from specs.proposals.comments import Side
from specs.proposals.delta import Operation, SpecDelta
from specs.proposals.overlap import Closeness
from specs.proposals.pieces import Piece, pieces
from specs.proposals.proposal import (
    Landed,
    Meeting,
    PlacedComment,
    Proposal,
    ProposalDetail,
    Review,
    Why,
)
from specs.proposals.state import ProposalState, Verdict


class TurnOut(Out):
    """Whose move it is: yours, why, and since when."""

    why: Why
    since: datetime


class NeedOut(Out):
    """So many approvals of people with this role or a higher one."""

    role: Role
    count: int


class OutcomeOut(Out):
    """How a proposal ended. Without `by` policy alone decided; `unreviewed` when nobody else could have."""

    at: datetime
    by: ActorOut | None = None
    reason: str = ""
    superseded_by: UUID | None = None
    unreviewed: bool = False


class PieceOut(Out):
    """A piece that can be approved alone: a hunk of a text, or (without lines) a change of path or status."""

    id: str
    anchor: str = ""
    line: int | None = None
    after_line: int | None = None
    changes: tuple[ChangeOut, ...] = ()

    @classmethod
    def of(cls, piece: Piece) -> "PieceOut":
        """Make it from the core's value."""
        hunk = piece.hunk
        if hunk is None:
            return cls(id=piece.id)
        changes = tuple(ChangeOut.of(change) for change in hunk.changes)
        return cls(id=piece.id, anchor=hunk.anchor, line=hunk.line, after_line=hunk.after_line, changes=changes)


class PartOut(Out):
    """What the proposal would do to one spec. `before` and `after` only with `include=text`."""

    spec: UUID
    operation: Operation
    path: str
    to_path: str
    base: str | None = None
    added: int = 0
    removed: int = 0
    pieces: tuple[PieceOut, ...] = ()
    before: str | None = None
    after: str | None = None


class ReviewOut(Out):
    """What one actor said at once. `void` when the approval was of a delta that is not there any more."""

    id: UUID
    author: ActorOut
    at: datetime
    verdict: Verdict
    digest: str
    body: str = ""
    void: bool = False

    @classmethod
    def of(cls, review: Review) -> "ReviewOut":
        """Make it from the core's value."""
        return cls(
            id=review.id,
            author=ActorOut.of(review.author),
            at=review.at,
            verdict=review.verdict,
            digest=review.digest,
            body=review.body,
            void=review.void,
        )


class CommentOut(Out):
    """A comment; `line` is where its text stands now, none when that is gone (`quote` has it as it was)."""

    id: UUID
    review: UUID
    author: ActorOut
    at: datetime
    body: str
    spec: UUID | None = None
    side: Side | None = None
    line: int | None = None
    anchor: str = ""
    quote: str = ""
    reply_to: UUID | None = None
    resolved_at: datetime | None = None
    resolved_by: UUID | None = None

    @classmethod
    def of(cls, placed: PlacedComment) -> "CommentOut":
        """Make it from the core's value."""
        comment = placed.comment
        return cls(
            id=comment.id,
            review=comment.review,
            author=ActorOut.of(comment.author),
            at=comment.at,
            body=comment.body,
            spec=comment.spec,
            side=comment.side if comment.spec else None,
            line=placed.line,
            anchor=comment.anchor,
            quote=comment.quote,
            reply_to=comment.reply_to,
            resolved_at=comment.resolved_at,
            resolved_by=comment.resolved_by,
        )


class OverlapOut(Out):
    """Where another proposal meets this one: a statement, a section, a path (in `anchor`), or all of a spec."""

    closeness: Closeness
    spec: UUID | None = None
    anchor: str = ""


class MeetingOut(Out):
    """Another open proposal that meets this one."""

    proposal: UUID
    title: str
    author: ActorOut
    overlaps: tuple[OverlapOut, ...]

    @classmethod
    def of(cls, met: Meeting) -> "MeetingOut":
        """Make it from the core's value."""
        overlaps = tuple(OverlapOut(closeness=o.closeness, spec=o.spec, anchor=o.anchor) for o in met.overlaps)
        return cls(proposal=met.proposal, title=met.title, author=ActorOut.of(met.author), overlaps=overlaps)


class TallyOut(Out):
    """How approvals stand: who approved, how many could, what is missing."""

    approved: tuple[UUID, ...]
    eligible: int
    missing: tuple[NeedOut, ...] = ()


class ProposalOut(Out):
    """A proposal. `digest` names its exact delta: approvals are of that and no other. `turn` where it is your move.

    The rest is there where one proposal is read: what it would do, reviews, comments, overlaps, conflicts.
    """

    id: UUID
    title: str
    state: ProposalState
    digest: str
    number: int
    author: ActorOut
    created_at: datetime
    updated_at: datetime
    specs: tuple[UUID, ...]
    needs: tuple[NeedOut, ...]
    turn: TurnOut | None = None
    outcome: OutcomeOut | None = None
    task: UUID | None = None
    on_behalf_of: UUID | None = None
    origin: str = ""
    rationale: str | None = None
    ruling: Mapping[str, Any] | None = None
    changes: tuple[PartOut, ...] | None = None
    tally: TallyOut | None = None
    reviews: tuple[ReviewOut, ...] | None = None
    comments: tuple[CommentOut, ...] | None = None
    meetings: tuple[MeetingOut, ...] | None = None
    conflicts: Mapping[str, Any] | None = None

    @classmethod
    def of(cls, proposal: Proposal) -> "ProposalOut":
        """Make it from the core's value."""
        ended, turn, outcome = proposal.outcome, proposal.turn, None
        if ended is not None:
            by = None if ended.by is None else ActorOut.of(ended.by)
            outcome = OutcomeOut(
                at=ended.at,
                by=by,
                reason=ended.reason,
                superseded_by=ended.superseded_by,
                unreviewed=ended.unreviewed,
            )
        return cls(
            id=proposal.id,
            title=proposal.title,
            state=proposal.state,
            digest=proposal.digest,
            number=proposal.number,
            author=ActorOut.of(proposal.author),
            created_at=proposal.created_at,
            updated_at=proposal.updated_at,
            specs=proposal.specs,
            needs=tuple(NeedOut(role=one.role, count=one.count) for one in proposal.standing.needs),
            turn=None if turn is None else TurnOut(why=turn.why, since=turn.since),
            outcome=outcome,
            task=proposal.task,
            on_behalf_of=proposal.on_behalf_of,
            origin=proposal.origin,
        )

    @classmethod
    def of_detail(cls, detail: ProposalDetail, *, with_text: bool) -> "ProposalOut":
        """Make it from a proposal with all that belongs to it."""
        made = cls.of(detail.proposal)
        made.rationale = detail.proposal.rationale
        made.ruling = detail.proposal.ruling
        found = pieces(detail.delta)
        made.changes = tuple(_part(part, found, with_text=with_text) for part in detail.delta)
        made.tally = TallyOut(
            approved=tuple(sorted(detail.tally.approved)),
            eligible=len(detail.tally.eligible),
            missing=tuple(NeedOut(role=one.role, count=one.count) for one in detail.tally.missing),
        )
        made.reviews = tuple(map(ReviewOut.of, detail.reviews))
        made.comments = tuple(map(CommentOut.of, detail.comments))
        made.meetings = tuple(map(MeetingOut.of, detail.meetings))
        made.conflicts = detail.proposal.conflicts
        return made


def _part(part: SpecDelta, found: tuple[Piece, ...], *, with_text: bool) -> PartOut:
    mine = [piece for piece in found if piece.spec == part.spec]
    created = part.operation is Operation.CREATE
    return PartOut(
        spec=part.spec,
        operation=part.operation,
        path=part.path,
        to_path=part.to_path,
        base=part.base,
        added=len(split(part.after)) if created else sum(len(one.hunk.added) for one in mine if one.hunk),
        removed=sum(len(one.hunk.removed) for one in mine if one.hunk),
        pieces=tuple(map(PieceOut.of, mine)),
        before=part.before if with_text else None,
        after=part.after if with_text else None,
    )


class LandedOut(Out):
    """What a step came to: the proposal, the specs where it is the truth now, the one that holds what was left out."""

    proposal: ProposalOut
    specs: tuple[SpecOut, ...] = ()
    rest: UUID | None = None

    @classmethod
    def of(cls, landed: Landed) -> "LandedOut":
        """Make it from the core's value."""
        specs = tuple(SpecOut.of(spec) for spec in landed.specs)
        return cls(proposal=ProposalOut.of(landed.proposal), specs=specs, rest=landed.rest)


def proposal_url(project: str, proposal: UUID) -> str:
    """Give a proposal's address."""
    return f"/api/v1/projects/{quote(project, safe='')}/proposals/{proposal}"
