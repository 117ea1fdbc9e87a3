"""Tasks as a board: a column for each phase and one for what ended, with what each spent and whom it meets. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from specs.values import dataclass
from sync.tasks.lifecycle import standing
from sync.tasks.overlaps import Overlap, overlaps
from sync.tasks.task import ENDED, Phase, Task, TaskState

ENDED_COLUMN = "ended"
# What wants somebody comes first.
_ORDER = (
    TaskState.FROZEN,
    TaskState.CLAIMED,
    TaskState.EXPIRED,
    TaskState.OPEN,
    TaskState.FAILED,
    TaskState.DONE,
)


@dataclass(frozen=True, slots=True)
class Budget:
    """What a task spent since a person last let it go on, and how much policies let it; None for no cap."""

    tokens: int = 0
    cost: float = 0.0
    most_tokens: float | None = None
    most_cost: float | None = None

    @property
    def share(self) -> float:
        """Give how much of its budget is used, of whichever cap is nearest: 1 is all of it."""
        pairs = ((self.tokens, self.most_tokens), (self.cost, self.most_cost))
        return max((used / most for used, most in pairs if most), default=0.0)


@dataclass(frozen=True, slots=True)
class Card:
    """A task on the board, as it stands: how long its lease lasts yet, what it spent, whom it meets."""

    task: Task
    state: TaskState
    left: timedelta
    budget: Budget
    meets: tuple[Overlap, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the board: a phase, or what ended. `total` counts also the tasks that are not shown."""

    name: str
    cards: tuple[Card, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Which tasks a board shows: those of a holder, in a state, with words in what is to be done or what it touches."""

    holder: UUID | None = None
    state: TaskState | None = None
    words: str = ""
    waits: bool = False


def board_of(
    tasks: Iterable[Task],
    now: datetime,
    totals: Mapping[str, int],
    budgets: Mapping[UUID, Budget],
    active: Sequence[Task],
) -> tuple[Column, ...]:
    """Put tasks into columns. `active` are those that somebody holds, of which overlaps are told."""
    columns: dict[str, list[Card]] = {name: [] for name in (*(phase.value for phase in Phase), ENDED_COLUMN)}
    for one in tasks:
        state = standing(one, now)
        name = ENDED_COLUMN if state in ENDED else one.phase.value
        met = () if state in ENDED else overlaps(one.area, [other for other in active if other.id != one.id])
        left = one.left(now) if state is TaskState.CLAIMED else timedelta()
        columns[name].append(Card(one, state, left, budgets.get(one.id, Budget()), met))
    return tuple(
        Column(name, tuple(sorted(cards, key=_place)), max(len(cards), totals.get(name, 0)))
        for name, cards in columns.items()
        if cards or name != Phase.FREE.value
    )


def _place(card: Card) -> tuple[bool, int, int]:
    ended = card.state in ENDED
    return not card.task.waits, 0 if ended else _ORDER.index(card.state), -card.task.number
