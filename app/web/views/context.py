"""Views of context: what an agent would get for a task and why, and what was served before."""

from dataclasses import dataclass, field

from sync.contexts.aftermath import Followed
from sync.contexts.bundle import DEFAULT_BUDGET, Bundle, Served
from sync.contexts.informed import Informed


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a score, in words; `share` is how much of all that speaks for the passage it is, of a hundred."""

    name: str
    score: float
    share: int


@dataclass(frozen=True, slots=True)
class PieceRow:
    """A passage of the bundle, or one that was left out, with the parts of its score."""

    served: Served
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class ContextPage:
    """What was typed, the bundle as an agent would get it, its pieces, and receipts with what followed.

    `informed` are the tasks of the last `lately` days, whether they fetched anything or not.
    """

    task: str = ""
    paths: str = ""
    budget: int = DEFAULT_BUDGET
    bundle: Bundle | None = None
    pieces: tuple[PieceRow, ...] = ()
    omitted: tuple[PieceRow, ...] = ()
    receipts: tuple[Followed, ...] = ()
    agents: tuple[tuple[str, str], ...] = ()
    agent: str = ""
    days: int = 0
    following: str = ""
    error: str = ""
    hint: str = ""
    used: int = field(default=0)
    under: str = ""
    path: str = ""
    informed: tuple[Informed, ...] = ()
    lately: int = 0

    @property
    def bare(self) -> tuple[Informed, ...]:
        """The tasks that fetched nothing."""
        return tuple(one for one in self.informed if one.fetched is None)
