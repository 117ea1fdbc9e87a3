"""Views of the search over specs, and of tags."""

from dataclasses import dataclass
from datetime import datetime

from app.web.views.drift import Choice
from app.web.views.history import Span
from specs.revision import Actor, Revision
from specs.tags import Tag


@dataclass(frozen=True, slots=True)
class FoundLine:
    """A line that answers, with what matches marked, and the section it stands in."""

    anchor: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class FoundSpec:
    """A spec that answers. A past one no longer does: `last` is the last revision that did, `gone` took it out."""

    path: str
    title: str
    lines: tuple[FoundLine, ...]
    last: Revision | None = None
    gone: Revision | None = None
    retired: bool = False


@dataclass(frozen=True, slots=True)
class SearchPage:
    """The search: what was asked, and what was found; `more` when there is more of it."""

    query: str = ""
    past: bool = False
    found: tuple[FoundSpec, ...] = ()
    more: bool = False
    error: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class TagList:
    """The tags, newest first. `next_page` is a cursor, empty at the end."""

    tags: tuple[Tag, ...]
    next_page: str = ""
    name: str = ""
    message: str = ""
    error: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class TagRow:
    """A spec at a tag and what became of it: same, changed, renamed, removed or added.

    `then` and `now` are revisions, "" where the spec was not there; `path` is the one it has now, where it has one.
    """

    path: str
    title: str
    was: str
    state: str
    then: str = ""
    now: str = ""


@dataclass(frozen=True, slots=True)
class TagPage:
    """What specs said at a tag, held against today, or against the later tag `to`."""

    name: str
    message: str
    by: Actor
    at: datetime
    rows: tuple[TagRow, ...]
    others: tuple[Choice, ...]
    to: str = ""
    changed: int = 0
