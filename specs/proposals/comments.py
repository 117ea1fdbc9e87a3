"""Comments on lines and sections of a proposal, and where they stand once its texts have changed.

A comment was made on a line of one text; in a later text it stands where that line is now, if it still is. Otherwise
it is outdated and shown with what it quoted.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from specs.diff import matches, split
from specs.revision import Actor

MAX_BODY = 10_000
MAX_QUOTE = 300
MAX_BATCH = 100


class Side(StrEnum):
    """Which text a comment is on: the one that is, or the one proposed."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment: on a line of a spec's text, on a section (the line of its heading), or on the whole (no spec).

    `number` is the delta it was made on, counted from 1; `quote` the line as it was; `reply_to` the comment it answers.
    """

    id: UUID
    review: UUID
    author: Actor
    at: datetime
    body: str
    number: int
    spec: UUID | None = None
    side: Side = Side.AFTER
    line: int | None = None
    anchor: str = ""
    quote: str = ""
    reply_to: UUID | None = None
    resolved_at: datetime | None = None
    resolved_by: UUID | None = None


def line_of(text: str, line: int) -> str | None:
    """Give a line of a text for quoting, or nothing where the text has no such line."""
    lines = split(text)
    return lines[line - 1].strip()[:MAX_QUOTE] if 0 < line <= len(lines) else None


def follow(line: int, then: str, now: str) -> int | None:
    """Give where a line of one text stands in a later one, or nothing when it is gone.

    A line that the comparison takes for rewritten, yet that stands in the later text once and word for word, has moved.
    """
    if then == now:
        return line
    old, new = split(then), split(now)
    if not 0 < line <= len(old):
        return None
    for before, after in matches(old, new):
        if before == line - 1:
            return after + 1
    wanted = old[line - 1].strip()
    same = [index for index, text in enumerate(new, 1) if text.strip() == wanted]
    once = wanted and sum(text.strip() == wanted for text in old) == 1
    return same[0] if once and len(same) == 1 else None
