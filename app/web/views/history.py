"""Views of a spec's past: its revisions, and the difference of two."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.web.views.drift import Choice
from specs.revision import Revision


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """A revision in the history; `side` when it never was the head."""

    revision: Revision
    side: bool = False
    head: bool = False
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class History:
    """The revisions of a spec, newest first. `next_page` is the address of earlier ones, empty at the end.

    `actor`, `kind` and `said` are the filter; `tags` hold the spec, `read` is what the reader last read of it.
    """

    path: str
    title: str
    rows: tuple[HistoryRow, ...]
    next_page: str = ""
    head: str = ""
    actors: tuple[Choice, ...] = ()
    tags: tuple[str, ...] = ()
    actor: str = ""
    kind: str = ""
    said: str = ""
    read: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text in a line; `changed` where the words differ; `gone` where only the text before had them."""

    text: str
    changed: bool = False
    gone: bool = False


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One side of a row: the line's number and its words."""

    number: int
    spans: Sequence[Span]


@dataclass(frozen=True, slots=True)
class DiffRow:
    """A row of the side-by-side view. `kind` is same, changed, or gap (`skipped` equal lines left out)."""

    kind: str
    before: DiffLine | None = None
    after: DiffLine | None = None
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class DiffPage:
    """What changed from one revision to another. `layout` is split, unified or words.

    `restores` says which of the two may be brought back: neither, where the reader may not write or it counts already.
    """

    path: str
    title: str
    before: Revision
    after: Revision
    rows: tuple[DiffRow, ...]
    added: int
    removed: int
    layout: str = "split"
    older: str = ""
    newer: str = ""
    head: str = ""
    restores: tuple[str, ...] = ()
