"""Inline code in prose: each span with its exact place in the source. Whether it names code is for others to say."""

from collections.abc import Iterator, Sequence
from typing import Any

from specs.document import Mention
from specs.lines import without_end
from specs.markdown import CodeSpan, Leaf, code_spans
from specs.values import dataclass

PROSE = frozenset({"heading", "paragraph", "item", "row"})


@dataclass(frozen=True, slots=True)
class Source:
    """Where leaves come from: all lines (`markdown.readable`), the one that leaves count as 0, the outline's env."""

    lines: Sequence[str]
    first_line: int
    env: dict[str, Any]


def find_mentions(leaf: Leaf, source: Source, anchor: str, context: str) -> tuple[Mention, ...] | None:
    """Find the mentions of a leaf; None where its brackets nest too deep to look."""
    if leaf.kind not in PROSE:
        return ()
    pieces = leaf.cells if leaf.kind == "row" else (leaf.content,)
    spans: list[tuple[CodeSpan, ...]] = []
    for piece in pieces:
        found = code_spans(piece, source.env)
        if found is None:
            return None
        spans.append(found)
    if not any(spans):
        return ()
    row, lines = leaf.prose + source.first_line, source.lines
    places = _in_row(leaf.cells, spans, lines, row) if leaf.kind == "row" else _in_prose(leaf, spans[0], lines, row)
    return tuple(Mention(span.text, anchor, line + 1, column + 1, context) for span, line, column in places)


def _in_prose(
    leaf: Leaf, spans: Sequence[CodeSpan], lines: Sequence[str], row: int
) -> Iterator[tuple[CodeSpan, int, int]]:
    """Find each span's line by counting line ends before it, its column by where that line's text ends in the source.

    markdown-it takes indentation, quote marks and heading marks off a line's start and blanks (and closing hashes) off
    its end, so the line's text is found in the source from the right. It also takes whole lines of odd blanks (U+2028)
    off a paragraph's start.
    """
    opening = leaf.content.partition("\n")[0].strip()
    while opening not in lines[row] and row + 1 < len(lines):
        row += 1
    start, end, shift = 0, -1, 0
    row -= 1
    for span in spans:
        while end < span.offset:
            start, row = end + 1, row + 1
            end = leaf.content.find("\n", start)
            end = len(leaf.content) if end < 0 else end
            if span.offset < end:
                written = leaf.content[start:end]
                lead = len(written) - len(written.lstrip())
                shift = without_end(lines[row]).rfind(written.strip()) - start - lead
        yield span, row, span.offset + shift


def _in_row(
    cells: Sequence[str], spans: Sequence[Sequence[CodeSpan]], lines: Sequence[str], row: int
) -> Iterator[tuple[CodeSpan, int, int]]:
    r"""Look for the cells one after another; in the source a cell's every `|` is written `\|`."""
    cursor = 0
    for cell, inside in zip(cells, spans, strict=True):
        written = cell.replace("|", r"\|")
        start = max(cursor, lines[row].find(written, cursor))
        cursor = start + len(written)
        for span in inside:
            yield span, row, start + span.offset + cell.count("|", 0, span.offset)
