"""Views of proposals: rows of the list, and one with its hunks, what was said of it and what may be done."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.web.views.conflicts import RegionView as Place
from app.web.views.drift import Filter
from app.web.views.history import DiffRow
from specs.policy.explaining import Explained
from specs.proposals.proposal import Meeting, Outcome, Proposal, Review
from specs.revision import Actor

# So many lines of a hunk can be chosen to comment on.
MOST_LINES = 200


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """A proposal in the list; `turn` says in words why it is the reader's, `since` when it became so."""

    proposal: Proposal
    paths: tuple[str, ...] = ()
    turn: str = ""
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class ProposalList:
    """The list. `next_page` is an encoded query, empty at the end; `mine` how many wait for the reader."""

    rows: tuple[ProposalRow, ...]
    filters: tuple[Filter, ...]
    next_page: str = ""
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """A comment as it stands on the page. `place` says on what; an outdated one is on nothing any more."""

    id: str
    author: Actor
    at: datetime
    body: str
    place: str
    quote: str = ""
    resolved: bool = False
    outdated: bool = False
    answer: bool = False


@dataclass(frozen=True, slots=True)
class HunkView:
    """A piece that can be approved alone: its rows, or words for what is no change of text. `line` takes comments."""

    id: str
    anchor: str
    rows: Sequence[DiffRow]
    words: str = ""
    line: int = 0
    side: str = "after"
    said: tuple[Said, ...] = ()

    @property
    def changed(self) -> Iterator[tuple[str, int, str]]:
        """Give the side, number and text of each line that is removed or added: what can be commented on."""
        rows = [row for row in self.rows if row.kind == "changed"]
        for side, lines in (("after", [row.after for row in rows]), ("before", [row.before for row in rows])):
            for line in lines[:MOST_LINES]:
                if line is not None:
                    yield side, line.number, "".join(span.text for span in line.spans)


@dataclass(frozen=True, slots=True)
class PartView:
    """What the proposal would do to one spec."""

    spec: str
    path: str
    to_path: str
    operation: str
    hunks: tuple[HunkView, ...]
    added: int
    removed: int
    is_there: bool = True


@dataclass(frozen=True, slots=True)
class RegionView:
    """Where the proposal and the spec of today disagree."""

    base: str
    ours: str
    theirs: str


@dataclass(frozen=True, slots=True)
class ConflictView:
    """Why one spec of the proposal does not go together with what it says today."""

    path: str
    message: str
    regions: tuple[RegionView, ...]


@dataclass(frozen=True, slots=True)
class MendView:
    """What its author is asked of a part that no longer fits: the `ways` to mend it, and what was answered so far.

    `earlier` are words that were typed for places that read otherwise by now.
    """

    spec: str
    path: str
    message: str
    ways: tuple[str, ...]
    way: str
    regions: tuple[Place, ...]
    text: str
    to_path: str
    earlier: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProposalPage:
    """One proposal. `may_decide` the reader may approve or decline it; `mine` they wrote it.

    `mine_to_undo` names what the reader said and may take back: an approval or a decline. `held` are the fields of a
    form that was refused.
    """

    proposal: Proposal
    parts: tuple[PartView, ...]
    reviews: tuple[Review, ...]
    said: tuple[Said, ...]
    meetings: tuple[Meeting, ...]
    conflicts: tuple[ConflictView, ...]
    approved: tuple[str, ...]
    wanted: str
    reasons: tuple[str, ...]
    outcome: Outcome | None
    pending: bool
    may_decide: bool
    may_reopen: bool
    mine: bool
    turn: str = ""
    mine_to_undo: str = ""
    explained: Explained | None = None
    mends: tuple[MendView, ...] = ()
    body: str = ""
    held: tuple[tuple[str, str], ...] = ()
    error: str = ""
    hint: str = ""

    def typed(self, name: str) -> str:
        """Give what a field of a form that was refused held: nobody writes a thing twice."""
        return dict(self.held).get(name, "")

    def ticked(self, hunk: str) -> bool:
        """Say whether a hunk is ticked: all are, until a form said otherwise."""
        return not self.typed(f"known-{hunk}") or bool(self.typed(f"hunk-{hunk}"))
