"""A text as numbered lines with their offsets, and which of them are structure: fences, comments, front matter are not.

The fence is the one all these tools agree on: it opens with three or more of one mark, closes with as many and nothing
after; one that never closes hides the rest.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from specs.frontmatter import read_front_matter
from specs.lines import split_lines, without_end

_OPENS = re.compile(r"\s*(`{3,}|~{3,})")
_CLOSES = re.compile(r"\s*(`{3,}|~{3,})\s*$")
_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*))?$")
_CLOSING = re.compile(r"(?:^|[ \t]+)#+[ \t]*$")


@dataclass(frozen=True, slots=True)
class Line:
    """A line without its end. `start` and `end` are offsets into the text, the line's end included.

    `hidden`: it is no structure. `level` is that of a heading, else 0, and `title` its text.
    """

    number: int
    start: int
    end: int
    text: str
    hidden: bool
    level: int = 0
    title: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """The lines from `first` up to, not including, `last`, counted from 0."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Source:
    """A text cut into lines. `heads` are the indices of the headings, `ends` where the section of each one ends."""

    text: str
    lines: tuple[Line, ...]
    heads: tuple[int, ...]
    ends: Mapping[int, int]

    def slice(self, span: Span) -> str:
        """Give the source of some lines."""
        return self.text[self.start(span) : self.end(span)]

    def start(self, span: Span) -> int:
        """Give the offset at which a span begins."""
        return self.lines[span.first].start if span.first < len(self.lines) else len(self.text)

    def end(self, span: Span) -> int:
        """Give the offset at which a span ends."""
        return self.lines[span.last - 1].end if span.last > span.first else self.start(span)

    def trimmed(self, span: Span) -> Span:
        """Drop blank lines at the end of a span."""
        last = span.last
        while last > span.first and not self.lines[last - 1].text.strip():
            last -= 1
        return Span(span.first, last)

    def headings(self, span: Span | None = None) -> Iterator[int]:
        """Give the indices of the headings within a span, or in all of the text."""
        if span is None:
            return iter(self.heads)
        return iter(self.heads[bisect_left(self.heads, span.first) : bisect_left(self.heads, span.last)])

    def section(self, index: int) -> Span:
        """Give the lines from a heading up to the next of its level or higher."""
        return Span(index, self.ends[index])

    def own(self, index: int) -> Span:
        """Give the lines from a heading up to the next of any level."""
        after = bisect_right(self.heads, index)
        return Span(index, self.heads[after] if after < len(self.heads) else len(self.lines))


def read_source(text: str, *, comments: bool = True) -> Source:
    """Cut a text into lines. With `comments`, what stands in an HTML comment is hidden as well."""
    raw = split_lines(text)
    hidden = fence_mask([without_end(line) for line in raw])
    front = read_front_matter(raw).lines
    if comments:
        _hide_comments(raw, hidden)
    lines: list[Line] = []
    at = 0
    for index, line in enumerate(raw):
        plain = without_end(line)
        plain = plain.removeprefix("\ufeff") if index == 0 else plain
        off = hidden[index] or index < front
        found = None if off else _HEADING.match(plain)
        level, title = (len(found[1]), _CLOSING.sub("", found[2] or "").strip()) if found else (0, "")
        lines.append(Line(index + 1, at, at + len(line), plain, off, level, title))
        at += len(line)
    heads = tuple(index for index, line in enumerate(lines) if line.level)
    return Source(text, tuple(lines), heads, _ends(lines, heads))


def _ends(lines: Sequence[Line], heads: Sequence[int]) -> dict[int, int]:
    """Find where the section of each heading ends."""
    ends = dict.fromkeys(heads, len(lines))
    above: list[int] = []
    for index in heads:
        while above and lines[above[-1]].level >= lines[index].level:
            ends[above.pop()] = index
        above.append(index)
    return ends


def fence_mask(lines: Sequence[str]) -> list[bool]:
    """Say of each line whether it belongs to a fenced block, its fences included."""
    mask = [False] * len(lines)
    mark, length = "", 0
    for index, line in enumerate(lines):
        if not mark:
            opens = _OPENS.match(line)
            if opens:
                mark, length, mask[index] = opens[1][0], len(opens[1]), True
            continue
        mask[index] = True
        closes = _CLOSES.match(line)
        if closes and closes[1][0] == mark and len(closes[1]) >= length:
            mark = ""
    return mask


def _hide_comments(raw: Sequence[str], hidden: list[bool]) -> None:
    """Hide lines that begin inside a comment, or that are nothing but one; text before a comment stays structure."""
    inside = False
    for index, line in enumerate(raw):
        if hidden[index] and not inside:
            continue
        rest = line
        if inside:
            hidden[index] = True
            closed, _, rest = line.partition("-->")
            inside = closed == line
            if inside:
                continue
        elif line.lstrip().startswith("<!--"):
            hidden[index] = True
        inside = _opens_comment(rest)


def _opens_comment(text: str) -> bool:
    """Say whether a comment that begins in a line goes on below it."""
    opened = text.rfind("<!--")
    return opened >= 0 and "-->" not in text[opened + 4 :]
