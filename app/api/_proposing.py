"""What is asked of proposals on the wire: changes, reviews, reasons. They become the core's drafts."""

from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from app.api._wire import NO_NUL, Digest, In, Message, Text
from specs.proposals.comments import MAX_BATCH, MAX_BODY, Side
from specs.proposals.delta import MAX_SPECS, Operation
from specs.proposals.draft import CommentDraft, Draft, Rest, ReviewDraft, SpecChange
from specs.proposals.proposal import MAX_RATIONALE, MAX_TITLE
from specs.proposals.sections import SectionChange, SectionOperation
from specs.proposals.state import Verdict

Title = Annotated[str, Meta(min_length=1, max_length=MAX_TITLE, pattern=r"^[^\x00-\x1f\x7f]*$")]
Rationale = Annotated[str, Meta(max_length=MAX_RATIONALE, pattern=NO_NUL)]
Body = Annotated[str, Meta(max_length=MAX_BODY, pattern=NO_NUL)]
Anchor = Annotated[str, Meta(max_length=500, pattern=NO_NUL)]
SpecPath = Annotated[str, Meta(min_length=1, max_length=1000, pattern=NO_NUL)]
HunkId = Annotated[str, Meta(max_length=100, pattern=r"^[\x21-\x7e]*$")]
MAX_HUNKS = 10_000


class SectionIn(In):
    """A change of one section: `text` is what comes, or for `rename` the new title."""

    anchor: Anchor
    operation: SectionOperation = SectionOperation.REPLACE
    text: Text = ""


class SpecChangeIn(In):
    """A change of one spec. `create` takes `path` and `text`; all others take `spec`.

    An edit takes the whole `text` or `sections`, and `path` where the spec is to move. `base` is the revision that the
    change was made from, the head where it is not given.
    """

    operation: Operation = Operation.EDIT
    spec: UUID | None = None
    base: Digest | None = None
    path: SpecPath | None = None
    text: Text | None = None
    sections: Annotated[tuple[SectionIn, ...], Meta(max_length=200)] = ()

    def change(self) -> SpecChange:
        """Make the core's value."""
        sections = tuple(SectionChange(one.operation, one.anchor, one.text) for one in self.sections)
        return SpecChange(self.operation, self.spec, self.base, self.path, self.text, sections)


class ProposalIn(In):
    """A proposal: what it is for, why, and the specs it would change. With `wait` it waits for a person in any case."""

    title: Title
    changes: Annotated[tuple[SpecChangeIn, ...], Meta(min_length=1, max_length=MAX_SPECS)]
    rationale: Rationale = ""
    wait: bool = False

    def draft(self) -> Draft:
        """Make the core's value."""
        return Draft(self.title, tuple(change.change() for change in self.changes), self.rationale, self.wait)


class CommentIn(In):
    """A comment: on a line or a section of a spec's text on one side, on the whole, or as an answer to another."""

    body: Annotated[str, Meta(min_length=1, max_length=MAX_BODY, pattern=NO_NUL)]
    spec: UUID | None = None
    side: Side = Side.AFTER
    line: Annotated[int, Meta(ge=1, le=10_000_000)] | None = None
    anchor: Anchor = ""
    reply_to: UUID | None = None


class ReviewIn(In):
    """A review, posted at once. A verdict names the `digest` that was read; `hunks` approves those alone."""

    verdict: Verdict
    digest: Digest | None = None
    body: Body = ""
    comments: Annotated[tuple[CommentIn, ...], Meta(max_length=MAX_BATCH)] = ()
    hunks: Annotated[tuple[HunkId, ...], Meta(min_length=1, max_length=MAX_HUNKS)] | None = None
    rest: Rest = Rest.OPEN

    def draft(self) -> ReviewDraft:
        """Make the core's value."""
        comments = tuple(
            CommentDraft(one.body, one.spec, one.side, one.line, one.anchor, one.reply_to) for one in self.comments
        )
        return ReviewDraft(self.verdict, self.digest or "", self.body, comments, self.hunks, self.rest)


class ReasonIn(In):
    """Why."""

    reason: Message = ""


class SupersedeIn(In):
    """Which proposal takes this one's place, and why."""

    by: UUID
    reason: Message = ""


class ResolvedIn(In):
    """Whether a comment is settled."""

    resolved: bool


StateFilter = Literal["open", "conflicted", "accepted", "declined", "withdrawn", "superseded", "pending"]
