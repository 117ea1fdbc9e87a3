"""Views of a conflict: its regions with who wrote each side, what can be chosen, what was chosen so far."""

from dataclasses import dataclass

from app.web.views.history import Span
from specs.revision import Actor, Revision


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a region: its lines with the words that differ from the base marked, and who wrote it."""

    lines: tuple[tuple[Span, ...], ...]
    by: tuple[Actor, ...] = ()


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that can be chosen; `text` is shown where it is more than one of the sides."""

    take: str
    label: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class RegionView:
    """A place to decide. `take` is what was chosen, empty for nothing; `own` are the words typed for it."""

    key: str
    number: int
    line: int
    anchor: str
    why: str
    base: str
    now: Side
    waiting: Side
    offers: tuple[Offer, ...]
    take: str = ""
    own: str = ""


@dataclass(frozen=True, slots=True)
class ConflictPage:
    """A text that met another head. `mine` says whether the reader wrote it; `text` is it as it was sent.

    `proposal` holds a resolution that waits for review, "" where none does.
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
        return sum(bool(region.take) for region in self.regions)
