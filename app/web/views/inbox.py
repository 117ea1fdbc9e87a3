"""Views of the inbox: what waits for the reader, what can be answered at once, what was just done, what others do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.web.views.drift import Filter
from app.web.views.proposals import PartView
from sync.inbox.awaiting import Awaited
from sync.inbox.matters import Item, Matter


@dataclass(frozen=True, slots=True)
class MatterRow:
    """A matter and where it is decided. `parts` are what a proposal would do, where it can be answered in the list.

    `form` names the questions that are answered in the row ("" for none) about its `items`; what was typed is `held`.
    Rows of the same `sort` can be decided together ("": with no other). `repository` is named where there are several.
    """

    matter: Matter
    word: str
    href: str
    action: str
    until: datetime | None = None
    answer: str = ""
    parts: Sequence[PartView] = ()
    form: str = ""
    items: tuple[Item, ...] = ()
    edit: str = ""
    sort: str = ""
    repository: str = ""


@dataclass(frozen=True, slots=True)
class AwaitedRow:
    """Something that waits for others, and where it stands."""

    awaited: Awaited
    word: str
    href: str


@dataclass(frozen=True, slots=True)
class Done:
    """What the reader did last, in words, and how it is taken back: an address and the fields of its form."""

    told: str
    title: str = ""
    href: str = ""
    undo: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Tab:
    """One of the lists of the inbox, with how much is in it."""

    word: str
    href: str
    count: int
    here: bool


@dataclass(frozen=True, slots=True)
class InboxPage:
    """The inbox. `shown` says which list: `turn`, `others` or `snoozed`. `more` counts rows that are not shown.

    `held` are words of a form that was refused, by the names of its fields; `about` is the matter that it was about.
    """

    rows: tuple[MatterRow, ...]
    tabs: tuple[Tab, ...]
    shown: str
    filters: tuple[Filter, ...]
    mornings: tuple[tuple[str, str], ...]
    today: str
    soon: str
    awaited: tuple[AwaitedRow, ...] = ()
    total: int = 0
    next_page: str = ""
    done: Done | None = None
    about: str = ""
    held: tuple[tuple[str, str], ...] = ()
    error: str = ""
    hint: str = ""

    def said(self, matter: str, name: str) -> str:
        """Give what was typed into a field of a matter's form that was refused."""
        return dict(self.held).get(name, "") if matter == self.about else ""
