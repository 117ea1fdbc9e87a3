"""The board of tasks as it travels: columns of cards, lean."""

from uuid import UUID

from app.api._tasks import OverlapOut
from app.api._wire import ActorOut, Out
from sync.service.tasks.boards import Board
from sync.tasks.board import Card, Column
from sync.tasks.task import Phase, Size, TaskState


class BudgetOut(Out):
    """What a task spent since a person last let it go on, and the caps of the policies, where there are any."""

    tokens: int = 0
    cost: float = 0.0
    most_tokens: float | None = None
    most_cost: float | None = None


class CardOut(Out):
    """A task on the board. `lease_left` counts seconds; `wanted` says for whose approval a finished phase waits."""

    id: UUID
    number: int
    title: str
    phase: Phase
    state: TaskState
    budget: BudgetOut
    size: Size = Size.UNSAID
    holder: ActorOut | None = None
    lease_left: int = 0
    waits: bool = False
    wanted: tuple[str, ...] = ()
    reason: str = ""
    overlaps: tuple[OverlapOut, ...] = ()

    @classmethod
    def of(cls, card: Card) -> "CardOut":
        """Make it from the core's value."""
        task, held = card.task, card.state is TaskState.CLAIMED
        budget = card.budget
        return cls(
            id=task.id,
            number=task.number,
            title=task.title,
            phase=task.phase,
            state=card.state,
            budget=BudgetOut(
                tokens=budget.tokens, cost=budget.cost, most_tokens=budget.most_tokens, most_cost=budget.most_cost
            ),
            size=task.size,
            holder=ActorOut.of(task.holder) if held and task.holder else None,
            lease_left=int(card.left.total_seconds()),
            waits=task.waits,
            wanted=tuple(one.told for one in task.needs),
            reason=task.reason,
            overlaps=tuple(map(OverlapOut.of, card.meets)),
        )


class ColumnOut(Out):
    """A phase, or `ended`. `total` counts also the tasks that are not given."""

    name: str
    total: int
    cards: tuple[CardOut, ...]

    @classmethod
    def of(cls, column: Column) -> "ColumnOut":
        """Make it from the core's value."""
        return cls(name=column.name, total=column.total, cards=tuple(map(CardOut.of, column.cards)))


class BoardOut(Out):
    """Tasks by phase: at most 200 that are to be done, and the 20 that ended last."""

    columns: tuple[ColumnOut, ...]

    @classmethod
    def of(cls, board: Board) -> "BoardOut":
        """Make it from the service's value."""
        return cls(columns=tuple(map(ColumnOut.of, board.columns)))
