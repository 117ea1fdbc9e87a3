"""Views of the board of tasks: columns of cards, and the filters above them."""

from dataclasses import dataclass

from app.web.views.drift import Filter
from sync.tasks.board import Card


@dataclass(frozen=True, slots=True)
class CardView:
    """A card with its words: how long its lease lasts, what it spent of its budget, in numbers and as a share."""

    card: Card
    left: str
    spent: str
    share: int
    level: str = ""


@dataclass(frozen=True, slots=True)
class ColumnView:
    """A column with its title; `more` counts tasks that are not shown."""

    name: str
    title: str
    cards: tuple[CardView, ...]
    total: int

    @property
    def more(self) -> int:
        """How many tasks are not shown."""
        return self.total - len(self.cards)


@dataclass(frozen=True, slots=True)
class BoardPage:
    """The board. `narrowed` says whether filters hide something."""

    columns: tuple[ColumnView, ...]
    filters: tuple[Filter, ...]
    words: str = ""
    narrowed: bool = False
    error: str = ""
    hint: str = ""

    @property
    def shown(self) -> int:
        """How many tasks the columns show."""
        return sum(len(one.cards) for one in self.columns)
