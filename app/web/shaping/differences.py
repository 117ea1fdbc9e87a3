"""Rows of a side-by-side view out of changed regions: a few equal lines around each, the rest as gaps. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, zip_longest

from app.web.views.history import DiffLine, DiffRow, Span
from specs.diff import TOKENS, Change, Line, line_diff, matches, split

AROUND = 3


def rows_of(before: str, after: str) -> tuple[DiffRow, ...]:
    """Lay two texts out beside each other. Equal texts give no rows."""
    changes = line_diff(before, after)
    if not changes:
        return ()
    old = split(before)
    rows: list[DiffRow] = []
    a, b = 1, 1
    for index, change in enumerate(changes):
        equal = change.a_line - a
        rows.extend(_between(old[a - 1 : a - 1 + equal], (a, b), first=index == 0))
        for offset, (left, right) in enumerate(zip_longest(change.a, change.b)):
            rows.append(
                DiffRow(
                    "changed",
                    DiffLine(change.a_line + offset, spans_of(left)) if left else None,
                    DiffLine(change.b_line + offset, spans_of(right)) if right else None,
                )
            )
        a, b = change.a_line + len(change.a), change.b_line + len(change.b)
    rows.extend(_between(old[a - 1 :], (a, b), last=True))
    return tuple(rows)


def words_of(before: str, after: str) -> tuple[DiffRow, ...]:
    """Lay the later text out with the words in place that went and that came. Equal texts give no rows."""
    rows: list[DiffRow] = []
    for row in rows_of(before, after):
        if row.kind == "changed" and rows and rows[-1].kind == "changed":
            rows[-1] = DiffRow("changed", None, _also(rows[-1].after, row))
        else:
            rows.append(DiffRow("changed", None, _also(None, row)) if row.kind == "changed" else row)
    return tuple(_woven(row) if row.kind == "changed" else row for row in rows)


def _also(found: DiffLine | None, row: DiffRow) -> DiffLine:
    """Gather the lines of a changed region, those that went as gone; they are woven together later."""
    spans = list(found.spans) if found else []
    spans += [Span("".join(one.text for one in row.before.spans) + "\n", gone=True)] if row.before else []
    spans += [Span("".join(one.text for one in row.after.spans) + "\n", changed=True)] if row.after else []
    number = found.number if found and found.number else row.after.number if row.after else 0
    return DiffLine(number, spans)


def _woven(row: DiffRow) -> DiffRow:
    """Weave what went and what came of a region into one run of words."""
    spans = row.after.spans if row.after else ()
    old = TOKENS.findall("".join(span.text for span in spans if span.gone))
    new = TOKENS.findall("".join(span.text for span in spans if span.changed))
    woven: list[Span] = []
    a = b = 0
    for end_a, end_b in (*matches(old, new), (len(old), len(new))):
        woven += [Span("".join(old[a:end_a]), gone=True)] if end_a > a else []
        woven += [Span("".join(new[b:end_b]), changed=True)] if end_b > b else []
        woven += [Span(new[end_b])] if end_b < len(new) else []
        a, b = end_a + 1, end_b + 1
    return DiffRow("changed", None, DiffLine(row.after.number if row.after else 0, tuple(_merged(woven))))


def _merged(spans: Iterable[Span]) -> Iterator[Span]:
    """Join runs that are marked alike."""
    for (changed, gone), run in groupby(spans, key=lambda span: (span.changed, span.gone)):
        yield Span("".join(span.text for span in run), changed=changed, gone=gone)


def lines_of(changes: Sequence[Change], old: tuple[int, Sequence[str]]) -> Iterator[DiffRow]:
    """Give the rows of a hunk: its changes, and the lines between them that stay.

    `old` is the number of the hunk's first line before the change, and its lines then.
    """
    a, removed = old
    at = 0
    for change in changes:
        equal = removed[at : change.a_line - a]
        for offset, text in enumerate(equal):
            number = change.a_line - len(equal) + offset, change.b_line - len(equal) + offset
            spans = (Span(text.rstrip("\r\n")),)
            yield DiffRow("same", DiffLine(number[0], spans), DiffLine(number[1], spans))
        for offset, (left, right) in enumerate(zip_longest(change.a, change.b)):
            yield DiffRow(
                "changed",
                DiffLine(change.a_line + offset, spans_of(left)) if left else None,
                DiffLine(change.b_line + offset, spans_of(right)) if right else None,
            )
        at = change.a_line - a + len(change.a)


def marked_lines(before: str, after: str) -> tuple[tuple[Span, ...], ...]:
    """Give the lines of a text with the words marked in which it differs from another."""
    lines: list[tuple[Span, ...]] = [(Span(line.rstrip("\r\n")),) for line in split(after)]
    for change in line_diff(before, after):
        for offset, line in enumerate(change.b):
            lines[change.b_line - 1 + offset] = spans_of(line) if line.spans else (Span(line.text, changed=True),)
    return tuple(lines)


def _between(equal: list[str], at: tuple[int, int], *, first: bool = False, last: bool = False) -> Iterator[DiffRow]:
    """Give equal lines that begin `at` a line of each text; what is far from a change becomes a gap."""
    count = len(equal)
    head = 0 if first else min(AROUND, count)
    tail = 0 if last else min(AROUND, count - head)
    if count - head - tail <= 1:
        head, tail = count, 0
    for offset in range(head):
        yield _same(equal, at, offset)
    if count > head + tail:
        yield DiffRow("gap", skipped=count - head - tail)
    for offset in range(count - tail, count):
        yield _same(equal, at, offset)


def _same(equal: list[str], at: tuple[int, int], offset: int) -> DiffRow:
    spans = (Span(equal[offset].rstrip("\r\n")),)
    return DiffRow("same", DiffLine(at[0] + offset, spans), DiffLine(at[1] + offset, spans))


def spans_of(line: Line) -> tuple[Span, ...]:
    """Cut a changed line where its words differ."""
    spans: list[Span] = []
    at = 0
    for start, end in line.spans:
        if start > at:
            spans.append(Span(line.text[at:start]))
        spans.append(Span(line.text[start:end], changed=True))
        at = end
    if at < len(line.text) or not spans:
        spans.append(Span(line.text[at:]))
    return tuple(spans)
