"""Items of lists as spans of lines: an item runs to the next item that is not nested in it, a heading or a gap."""

import re
from collections.abc import Iterator

from specs.requirements.source import Source, Span

ITEM = re.compile(r"(\s*)(?:[-*+]|(\d{1,9})[.)])(?:\s+|$)(.*)")


def items(source: Source, span: Span) -> Iterator[tuple[Span, str, str]]:
    """Give the items of the outermost lists within some lines: the lines, the number ("" for a bullet), the text."""
    first, indent, number, text = -1, 0, "", ""
    blank = False
    for index in range(span.first, span.last):
        line = source.lines[index]
        found = None if line.hidden else ITEM.match(line.text)
        width = len(line.text) - len(line.text.lstrip())
        stop = bool(line.level) or (blank and line.text.strip() and not found and width <= indent and not line.hidden)
        if first >= 0 and (stop or (found and len(found[1]) <= indent)):
            yield source.trimmed(Span(first, index)), number, text
            first = -1
        if found and first < 0:
            first, indent, number, text = index, len(found[1]), found[2] or "", found[3]
        blank = not line.text.strip()
    if first >= 0:
        yield source.trimmed(Span(first, span.last)), number, text
