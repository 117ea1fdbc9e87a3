"""A proposal as it is kept and shown: what it would do, who asks for it and why, how it stands, what was said of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from specs.access import Role
from specs.library import MAX_MESSAGE, Spec, check_text
from specs.problem import Problem
from specs.proposals.comments import Comment
from specs.proposals.delta import Delta
from specs.proposals.overlap import Overlap
from specs.proposals.state import ProposalState, Standing, Tally, Verdict, may_decide
from specs.revision import Actor, Provenance

MAX_TITLE = 200
MAX_RATIONALE = 4 * MAX_MESSAGE
MAX_REASON = MAX_MESSAGE


class Why(StrEnum):
    """Why it is someone's turn."""

    REVIEW = "review"  # it waits for a decision
    CHANGED = "changed"  # its delta changed after you approved it
    CONFLICT = "conflict"  # yours does not go together with the text of today
    ANSWER = "answer"  # yours was commented on
    DECLINED = "declined"  # yours was declined


@dataclass(frozen=True, slots=True)
class Turn:
    """Whose move it is: why, and since when."""

    why: Why
    since: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a proposal ended: by whom (nobody, where policy alone decided), when, why, and what took its place."""

    at: datetime
    by: Actor | None = None
    reason: str = ""
    superseded_by: UUID | None = None
    unreviewed: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal without its texts. `number` counts its deltas from 1; `version` every step it took.

    `asked_at` is since when reviewers are wanted; `ruling` what the policy said and why; `origin` the commit that
    brought it, if one did, and `provenance` whether that counts as its author's word; `conflicts` by spec the merge
    that did not come out clean, as stored; `turn` the caller's.
    """

    id: UUID
    project: UUID
    author: Actor
    standing: Standing
    title: str
    rationale: str
    number: int
    version: int
    created_at: datetime
    updated_at: datetime
    asked_at: datetime
    ruling: Mapping[str, Any]
    origin: str = ""
    task: UUID | None = None
    on_behalf_of: UUID | None = None
    credential: UUID | None = None
    author_turn: Turn | None = None
    outcome: Outcome | None = None
    conflicts: Mapping[str, Any] | None = None
    specs: tuple[UUID, ...] = ()
    turn: Turn | None = None
    provenance: Provenance | None = None

    @property
    def state(self) -> ProposalState:
        """Where it stands."""
        return self.standing.state

    @property
    def digest(self) -> str:
        """The digest of its exact delta."""
        return self.standing.digest

    @property
    def policies(self) -> str | None:
        """The name of the policies under which it was judged last."""
        return str(self.ruling.get("policies") or "") or None


@dataclass(frozen=True, slots=True)
class Review:
    """What one person or agent said at once: a verdict on one delta, words on the whole, and comments."""

    id: UUID
    author: Actor
    at: datetime
    verdict: Verdict
    digest: str
    number: int
    body: str = ""
    void: bool = False


@dataclass(frozen=True, slots=True)
class PlacedComment:
    """A comment and the line it stands on now; none when what it was on is gone."""

    comment: Comment
    line: int | None


@dataclass(frozen=True, slots=True)
class Meeting:
    """Another open proposal that meets this one, and where."""

    proposal: UUID
    title: str
    author: Actor
    overlaps: tuple[Overlap, ...]


@dataclass(frozen=True, slots=True)
class ProposalDetail:
    """A proposal with its texts and all that was said of it."""

    proposal: Proposal
    delta: Delta
    tally: Tally
    reviews: tuple[Review, ...]
    comments: tuple[PlacedComment, ...]
    meetings: tuple[Meeting, ...]


@dataclass(frozen=True, slots=True)
class Landed:
    """A proposal and, where it became the truth, the specs as they are then."""

    proposal: Proposal
    specs: tuple[Spec, ...] = ()
    rest: UUID | None = None


def check_words(title: str, rationale: str) -> Problem | None:
    """Say why a title or a rationale cannot be kept, or give None."""
    if not title.strip():
        return Problem("no-title", "The proposal has no title.", 1, 1, "Say in a few words what it is for.")
    if len(title) > MAX_TITLE or any(ord(char) < ord(" ") for char in title):
        message = f"The title is one line of at most {MAX_TITLE} characters."
        return Problem("bad-title", message, 1, 1, "Say the rest in the rationale.")
    if len(rationale) > MAX_RATIONALE:
        message = f"The rationale has {len(rationale)} characters; it may have {MAX_RATIONALE}."
        return Problem("too-long", message, 1, 1, "Say why in a paragraph or two.")
    return check_text(title) or check_text(rationale)


def turn_of(proposal: Proposal, actor: Actor, role: Role | None) -> Turn | None:
    """Say whether it is a member's move, why and since when. Agents are never asked to decide."""
    if actor.id in proposal.standing.authors:
        return proposal.author_turn
    if proposal.state is not ProposalState.OPEN or not may_decide(actor, role, proposal.standing.least):
        return None
    mine = [vote for vote in proposal.standing.votes if vote.voter == actor.id]
    if any(not vote.void and vote.digest == proposal.digest for vote in mine):
        return None
    changed = any(vote.digest != proposal.digest for vote in mine)
    return Turn(Why.CHANGED if changed else Why.REVIEW, proposal.asked_at)
