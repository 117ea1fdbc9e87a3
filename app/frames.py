"""Code frames for people: the offending line with a mark under what it is about. Pure."""

import re
from collections.abc import Iterator

from app.wording import clean
from drift.findings import Finding

TAB = "    "
SEPARATOR = re.compile(r"\.|/|::|\\")


def frame(line: str, number: int, column: int, names: tuple[str, ...], width: int) -> list[str]:
    """Draw a line of code under its number, with carets under the first of the names it holds, else at the column."""
    start, end = span(line, column, names)
    before, marked = shown(line[:start]), shown(line[start:end])
    text = before + marked + shown(line[end:])
    gutter = f"{number} │ "
    room = max(width - len(gutter), 20)
    margin = len(text) - len(text.lstrip())
    text, offset = text[margin:].rstrip(), len(before) - margin
    if offset < 0 or offset >= room or not text:
        return [gutter + cut(text, room)]
    carets = "^" * max(min(len(marked), room - offset), 1)
    return [gutter + cut(text, room), f"{' ' * len(str(number))} │ {' ' * offset}{carets}"]


def span(line: str, column: int, names: tuple[str, ...]) -> tuple[int, int]:
    """Find what to mark: the longest tail of a name that stands in the line as a word, else one place."""
    start = min(max(column - 1, 0), len(line))
    for name in names:
        for tail in tails(name):
            found = re.search(rf"(?<!\w){re.escape(tail)}(?!\w)", line[start:])
            if found:
                return start + found.start(), start + found.end()
    return start, start + 1


def tails(name: str) -> Iterator[str]:
    """Give a name, then without its first segment, and so on."""
    yield name
    for separator in SEPARATOR.finditer(name):
        if tail := name[separator.end() :]:
            yield tail


def marked_names(item: Finding) -> tuple[str, ...]:
    """Give the names that a finding is about, the likeliest to stand in the line first."""
    symbol = (item.reference or "").rpartition(":")[2].rpartition("#")[2]
    found = item.identity[0] if item.kind == "pattern" and len(item.identity) > 1 else ""
    return tuple(name for name in (item.imported or "", found, symbol) if name)


def is_of_the_whole(item: Finding) -> bool:
    """Say whether a finding is about a file as a whole: its first line would say nothing of it."""
    return item.code is not None and item.code == (item.reference, 1, 1)


def shown(text: str) -> str:
    """Write a piece of a line so that nothing in it moves the cursor."""
    return clean(text.replace("\t", TAB))


def cut(text: str, room: int) -> str:
    """Cut a line that does not fit."""
    return text if len(text) <= room else text[: room - 1] + "…"
