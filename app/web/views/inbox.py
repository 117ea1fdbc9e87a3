"""Views of the inbox: what waits for the reader, what can be answered at once, what was just done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.web.views.drift import Filter
from app.web.views.proposals import PartView
from sync.inbox import Matter


@dataclass(frozen=True, slots=True)
class MatterRow:
    """A matter and where it is decided. `parts` are what a proposal would do, where it can be answered in the list."""

    matter: Matter
    word: str
    href: str
    action: str
    until: datetime | None = None
    answer: str = ""
    parts: Sequence[PartView] = ()


@dataclass(frozen=True, slots=True)
class Done:
    """What the reader did last: a proposal, how it stands now, and where that is taken back ("" where it cannot be)."""

    title: str
    href: str
    state: str
    undo: str = ""


@dataclass(frozen=True, slots=True)
class InboxPage:
    """The inbox. `put_off` counts what is hidden for a while; with `snoozed` that is what is shown."""

    rows: tuple[MatterRow, ...]
    filters: tuple[Filter, ...]
    put_off: int
    snoozed: bool
    tomorrow: str
    next_week: str
    done: Done | None = None
    error: str = ""
    hint: str = ""
