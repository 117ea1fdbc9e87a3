"""Views of tasks: rows of the list, and one with who holds it, who else is at work there, and what people may do."""

from dataclasses import dataclass
from datetime import datetime

from app.web.views.drift import Filter
from specs.policy.explaining import Explained
from sync.service.tasks.tasks import LookedAt
from sync.store.usage import Spent
from sync.tasks.lifecycle import standing
from sync.tasks.task import Task, TaskState


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task as it stands now. `left` says how long its lease lasts yet."""

    task: Task
    state: TaskState
    left: str = ""

    @classmethod
    def of(cls, task: Task, now: datetime) -> "TaskRow":
        """Make it from the core's value."""
        state = standing(task, now)
        return cls(task, state, span(int(task.left(now).total_seconds())) if state is TaskState.CLAIMED else "")


@dataclass(frozen=True, slots=True)
class TaskList:
    """The list. `next_page` is an encoded query, empty at the end; `sections` are those that cost most."""

    rows: tuple[TaskRow, ...]
    filters: tuple[Filter, ...]
    next_page: str = ""
    sections: tuple[Spent, ...] = ()
    intent: str = ""
    paths: str = ""
    error: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class TaskPage:
    """One task. `may_answer`, `may_freeze`, `may_cancel`: what the reader may do."""

    row: TaskRow
    looked: LookedAt
    tokens: int
    cost: float
    may_answer: bool = False
    may_freeze: bool = False
    may_cancel: bool = False
    explained: Explained | None = None
    body: str = ""
    error: str = ""
    hint: str = ""


def span(seconds: int) -> str:
    """Write a time that is left for a person."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
