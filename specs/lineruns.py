"""A text written as runs of lines of another: what copies of a text are sent instead of it, where that is shorter.

A run is a pair `[start, count]` (copy so many lines of the base from this one on, counted from 0) or a text that stands
as it is. Only a newline ends a line. Whoever joins runs holds the digest of the result against what was announced.
"""

from collections.abc import Sequence
from typing import TypeAlias

from specs.diff import matches, split
from specs.errors import UserError

Run: TypeAlias = tuple[int, int] | str
COPY_COST = 12


def runs(base: str, text: str) -> tuple[Run, ...] | None:
    """Write a text as runs over a base; None where that is no shorter than the text itself."""
    old, new = split(base), split(text)
    found: list[Run] = []
    at, start, end = 0, 0, 0
    for here, there in matches(old, new):
        if there == at and here == end and end > start:
            end, at = here + 1, at + 1
            continue
        _close(found, start, end)
        _insert(found, new[at:there])
        start, end, at = here, here + 1, there + 1
    _close(found, start, end)
    _insert(found, new[at:])
    cost = sum(len(run) if isinstance(run, str) else COPY_COST for run in found)
    return tuple(found) if cost < len(text) else None


def join(base: str, given: Sequence[Run], limit: int) -> str:
    """Give the text that runs over a base stand for.

    Raises `UserError` for a run outside the base, and for a text of more characters than the limit.
    """
    lines = split(base)
    parts: list[str] = []
    size = 0
    for run in given:
        part = run if isinstance(run, str) else _copied(lines, *run)
        size += len(part)
        if size > limit:
            raise UserError("The runs stand for more text than a spec may have.", "Send the text itself.")
        parts.append(part)
    return "".join(parts)


def _copied(lines: Sequence[str], start: int, count: int) -> str:
    if start < 0 or count < 0 or start + count > len(lines):
        raise UserError(
            f"A run copies lines {start} to {start + count} of {len(lines)}.", "Make it from the base that you name."
        )
    return "".join(lines[start : start + count])


def _close(found: list[Run], start: int, end: int) -> None:
    if end > start:
        found.append((start, end - start))


def _insert(found: list[Run], lines: Sequence[str]) -> None:
    if lines:
        found.append("".join(lines))
