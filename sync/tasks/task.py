"""A task: one unit of work that an agent or a person takes on, with what it is about and how it stands. Values only."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from specs.revision import Actor
from specs.rules.actions import Reviewers

LONGEST_INTENT = 20_000
MOST_NAMED = 200
LONGEST_NAME = 1_000
DEFAULT_LEASE = timedelta(minutes=15)
LEAST_LEASE, MOST_LEASE = timedelta(seconds=1), timedelta(days=1)
TITLE = 120
# Below it each task has a folder of its number for the specs that it is to bring.
FOLDER = "tasks"


class TaskState(StrEnum):
    """How a task stands. One that is `EXPIRED` was claimed, and its lease ran out: whoever comes next may claim it."""

    OPEN = "open"
    CLAIMED = "claimed"
    DONE = "done"
    FAILED = "failed"
    EXPIRED = "expired"
    FROZEN = "frozen"


ENDED = frozenset({TaskState.DONE, TaskState.FAILED})


class Phase(StrEnum):
    """What is being done. The first three follow on each other; `FREE` stands alone."""

    RESEARCH = "research"
    PLAN = "plan"
    IMPLEMENT = "implement"
    FREE = "free"


class Size(StrEnum):
    """How large a task is thought to be; `UNSAID` where nobody said."""

    UNSAID = ""
    XS = "xs"
    S = "s"
    M = "m"
    L = "l"
    XL = "xl"


@dataclass(frozen=True, slots=True)
class Area:
    """What a task will touch: files or folders, symbols (`module:Name.member`), sections of specs (`path#anchor`)."""

    paths: tuple[str, ...] = ()
    symbols: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether it names anything."""
        return bool(self.paths or self.symbols or self.sections)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants done. `phase` is where it begins and `last` where it ends; None for the phase that follows.

    A task that begins with research or a plan ends with the implementation, unless `last` says otherwise.
    """

    intent: str
    area: Area = Area()
    size: Size = Size.UNSAID
    phase: Phase = Phase.FREE
    last: Phase | None = None

    @property
    def until(self) -> Phase:
        """Give the phase in which it ends."""
        if self.last is not None:
            return self.last
        return Phase.FREE if self.phase is Phase.FREE else Phase.IMPLEMENT


@dataclass(frozen=True, slots=True)
class Task:
    """A task as it is kept. `fencing` counts its claims: of all tokens ever given out, only the last one holds.

    `holder`, `claimed_at` and `lease_until` are there while it is claimed. `waits` says that its phase is finished and
    waits for people: `needs` whom, `reasons` why, `asker` who finished it. `reason` says why it failed or is frozen.
    `spent_from` is the number of the usage from which on its budget is counted.
    """

    id: UUID
    project: UUID
    number: int
    intent: str
    area: Area
    size: Size
    phase: Phase
    last: Phase
    state: TaskState
    by: Actor
    created_at: datetime
    updated_at: datetime
    fencing: int = 0
    holder: Actor | None = None
    claimed_at: datetime | None = None
    lease_until: datetime | None = None
    waits: bool = False
    asker: Actor | None = None
    needs: tuple[Reviewers, ...] = ()
    reasons: tuple[str, ...] = ()
    reason: str = ""
    spent_from: int = 0
    ended_at: datetime | None = None

    @property
    def title(self) -> str:
        """Give the first line of its intent, short."""
        first = self.intent.strip().partition("\n")[0].strip()
        return first if len(first) <= TITLE else first[: TITLE - 1] + "…"

    def left(self, now: datetime) -> timedelta:
        """Give how long its lease lasts yet."""
        return max(timedelta(), self.lease_until - now) if self.lease_until is not None else timedelta()
