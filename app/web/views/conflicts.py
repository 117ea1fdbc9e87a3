"""Views of a conflict: its regions with who wrote each side, what can be chosen, what was chosen so far."""

from dataclasses import dataclass

from app.web.views.history import Span
from specs.revision import Actor, Revision

UNDECIDED = frozenset({"", "open"})


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a region: its lines with the words that differ from the base marked, who wrote it, and its text.

    `inferred`: nobody vouched for it.
    """

    lines: tuple[tuple[Span, ...], ...]
    by: tuple[Actor, ...] = ()
    text: str = ""
    inferred: bool = False


@dataclass(frozen=True, slots=True)
class StretchLine:
    """A settled line. `by`: which side brought it (now, waiting, both), "" for none; `gone`: it was taken out."""

    text: str
    by: str = ""
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Stretch:
    """Text between two places to decide: `lines` shown of `count`, how many each side brought or took."""

    lines: tuple[StretchLine, ...] = ()
    count: int = 0
    now: int = 0
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that can be chosen; `text` is shown where it is more than one of the sides."""

    take: str
    label: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class RegionView:
    """A place to decide. `take` is what was chosen, empty for nothing; `own` are the words typed for it.

    `before` is the base with the words marked that a side took away.
    """

    key: str
    number: int
    line: int
    anchor: str
    why: str
    base: str
    now: Side
    waiting: Side
    offers: tuple[Offer, ...]
    before: tuple[tuple[Span, ...], ...] = ()
    take: str = ""
    own: str = ""


@dataclass(frozen=True, slots=True)
class ConflictPage:
    """A text that met another head. `mine` says whether the reader wrote it; `text` is it as it was sent.

    `proposal` holds a resolution that waits for review, "" where none does. `stretches` stand before each region and
    after the last.
    """

    id: str
    path: str
    title: str
    state: str
    writer: Actor
    head: Revision
    waiting: Revision
    text: str
    regions: tuple[RegionView, ...]
    stretches: tuple[Stretch, ...] = ()
    mine: bool = False
    may_withdraw: bool = False
    message: str = ""
    earlier: tuple[str, ...] = ()
    proposal: str = ""
    error: str = ""
    hint: str = ""

    @property
    def decided(self) -> int:
        """How many regions have a choice."""
        return sum(region.take not in UNDECIDED for region in self.regions)
