"""What someone asks for: changes of specs to be proposed, and a review of a proposal. As it comes in, unchecked."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from specs.proposals.comments import Side
from specs.proposals.delta import Operation
from specs.proposals.sections import SectionChange
from specs.proposals.state import Verdict


@dataclass(frozen=True, slots=True)
class SpecChange:
    """A change of one spec. For `CREATE`: `path` and `text`. Otherwise `spec`, and for an edit any of the rest.

    `base` is the revision it was made from, the head where it is not said; `text` the whole text, or `sections` what
    changes in it; `path` where the spec moves to.
    """

    operation: Operation = Operation.EDIT
    spec: UUID | None = None
    base: str | None = None
    path: str | None = None
    text: str | None = None
    sections: tuple[SectionChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A proposal to be opened. With `wait` it waits for a person even where policy would let it through."""

    title: str
    changes: tuple[SpecChange, ...]
    rationale: str = ""
    wait: bool = False


@dataclass(frozen=True, slots=True)
class CommentDraft:
    """A comment to be made: on a line or a section (by anchor) of a spec's text, on the whole, or as an answer."""

    body: str
    spec: UUID | None = None
    side: Side = Side.AFTER
    line: int | None = None
    anchor: str = ""
    reply_to: UUID | None = None


class Rest(StrEnum):
    """What becomes of the hunks that a reviewer does not accept."""

    OPEN = "open"
    DECLINE = "decline"


@dataclass(frozen=True, slots=True)
class ReviewDraft:
    """A review to be posted at once: verdict, words on the whole, comments.

    A verdict is on the delta named by `digest`. With `hunks` only those are approved; `rest` says what of the others.
    """

    verdict: Verdict
    digest: str = ""
    body: str = ""
    comments: tuple[CommentDraft, ...] = ()
    hunks: tuple[str, ...] | None = None
    rest: Rest = Rest.OPEN
