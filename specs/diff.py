"""Differences of two texts for people: changed lines, and the words that differ inside them. Decides no merge.

Patience diff (B. Cohen): lines that occur once in both texts anchor the rest, as the longest chain in order; between
anchors, small blocks are aligned by longest common subsequence. Work is bounded by counts, never by a clock: blocks too
large to align without anchors count as rewritten. The same texts always give the same answer.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

MAX_CELLS = 40_000
MAX_DEPTH = 24
MAX_TOKENS = 4_000
LEAST_ALIKE = 0.3
TOKENS = re.compile(r"\w+|[^\S\n]+|\n|[^\w\s]")
Match: TypeAlias = tuple[int, int]
Ranges: TypeAlias = list[list[tuple[int, int]]]


@dataclass(frozen=True, slots=True)
class Line:
    """A line without its newline. `spans` are the character ranges whose words differ; none: all of it, or too much."""

    text: str
    spans: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """Lines `a` of the first text, from line `a_line`, became lines `b` of the second, from `b_line` (from 1)."""

    a_line: int
    a: tuple[Line, ...]
    b_line: int
    b: tuple[Line, ...]


def line_diff(a: str, b: str) -> tuple[Change, ...]:
    """Give the regions in which two texts differ, in order. Texts that only end in another way differ in that line."""
    old, new = split(a), split(b)
    changes = []
    at_a, at_b = 0, 0
    for end_a, end_b in (*matches(old, new), (len(old), len(new))):
        if end_a > at_a or end_b > at_b:
            left, right = _with_words(old[at_a:end_a], new[at_b:end_b])
            changes.append(Change(at_a + 1, left, at_b + 1, right))
        at_a, at_b = end_a + 1, end_b + 1
    return tuple(changes)


def unified(a: str, b: str, a_name: str = "a", b_name: str = "b", context: int = 3) -> str:
    """Write the difference as `diff -u` does; nothing for equal texts."""
    old, new = split(a), split(b)
    hunks: list[list[Change]] = []
    for change in line_diff(a, b):
        if hunks and change.a_line - _end(hunks[-1][-1]) <= 2 * context:
            hunks[-1].append(change)
        else:
            hunks.append([change])
    parts = [f"--- {a_name}\n+++ {b_name}\n"] if hunks else []
    parts += [_hunk(hunk, old, new, context) for hunk in hunks]
    return "".join(parts)


def split(text: str) -> list[str]:
    """Cut a text into lines that keep their newlines: joined they are the text. Only a newline ends a line."""
    lines = text.split("\n")
    last = lines.pop()
    return [f"{line}\n" for line in lines] + ([last] if last else [])


def matches(a: Sequence[Hashable], b: Sequence[Hashable]) -> Iterator[Match]:
    """Pair equal items of two sequences, in order. Near-linear: what cannot be aligned in bounds is left unpaired."""
    stack: list[tuple[int, int, int, int, int]] = [(0, len(a), 0, len(b), 0)]
    while stack:
        a0, a1, b0, b1, depth = stack.pop()
        while a0 < a1 and b0 < b1 and a[a0] == b[b0]:
            yield a0, b0
            a0, b0 = a0 + 1, b0 + 1
        tail = 0
        while a0 < a1 - tail and b0 < b1 - tail and a[a1 - 1 - tail] == b[b1 - 1 - tail]:
            tail += 1
        if tail:
            stack.append((a1 - tail, a1, b1 - tail, b1, depth))
            stack.append((a0, a1 - tail, b0, b1 - tail, depth))
        elif a0 < a1 and b0 < b1:
            anchors = _anchors(a, b, (a0, a1, b0, b1)) if depth < MAX_DEPTH else []
            if anchors:
                ends = [*anchors, (a1, b1)]
                starts = [(a0, b0), *anchors]
                pairs = zip(starts, ends, strict=True)
                stack.extend((x0, x1, y0, y1, depth + 1) for (x0, y0), (x1, y1) in reversed(list(pairs)))
            else:
                yield from _aligned(a, b, (a0, a1, b0, b1))


def _anchors(a: Sequence[Hashable], b: Sequence[Hashable], block: tuple[int, int, int, int]) -> list[Match]:
    """Give the items that are unique on both sides of a block, as the longest chain in order."""
    a0, a1, b0, b1 = block
    count_a, count_b = Counter(a[a0:a1]), Counter(b[b0:b1])
    place = {b[index]: index for index in range(b0, b1) if count_b[b[index]] == 1}
    pairs = [(index, place[a[index]]) for index in range(a0, a1) if count_a[a[index]] == 1 and a[index] in place]
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for number, (_, there) in enumerate(pairs):
        at = bisect_left(tails, there)
        before.append(ends[at - 1] if at else -1)
        if at == len(tails):
            tails.append(there)
            ends.append(number)
        else:
            tails[at], ends[at] = there, number
    chain: list[Match] = []
    number = ends[-1] if ends else -1
    while number >= 0:
        chain.append(pairs[number])
        number = before[number]
    return chain[::-1]


def _aligned(a: Sequence[Hashable], b: Sequence[Hashable], block: tuple[int, int, int, int]) -> Iterator[Match]:
    """Pair the longest common subsequence of a small block; a large one stays unpaired."""
    a0, a1, b0, b1 = block
    if (a1 - a0) * (b1 - b0) > MAX_CELLS:
        return
    width = b1 - b0
    best = [[0] * (width + 1)]
    for index in range(a1 - 1, a0 - 1, -1):
        below, row = best[-1], [0] * (width + 1)
        for other in range(width - 1, -1, -1):
            same = a[index] == b[b0 + other]
            row[other] = below[other + 1] + 1 if same else max(below[other], row[other + 1])
        best.append(row)
    best.reverse()
    i, j = 0, 0
    while i < a1 - a0 and j < width:
        if a[a0 + i] == b[b0 + j]:
            yield a0 + i, b0 + j
            i, j = i + 1, j + 1
        elif best[i + 1][j] >= best[i][j + 1]:
            i += 1
        else:
            j += 1


def _with_words(old: list[str], new: list[str]) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """Mark the words that differ, where the two sides are alike enough for that to help."""
    left, right = "".join(old), "".join(new)
    a, b = TOKENS.findall(left), TOKENS.findall(right)
    if not a or not b or len(a) > MAX_TOKENS or len(b) > MAX_TOKENS:
        return _plain(old), _plain(new)
    pairs = list(matches(a, b))
    kept = sum(len(a[index]) for index, _ in pairs if not a[index].isspace())
    size = max(sum(not char.isspace() for char in left), sum(not char.isspace() for char in right))
    if kept < LEAST_ALIKE * size:
        return _plain(old), _plain(new)
    return _marked(old, a, {index for index, _ in pairs}), _marked(new, b, {index for _, index in pairs})


def _plain(lines: list[str]) -> tuple[Line, ...]:
    return tuple(Line(line.removesuffix("\n")) for line in lines)


def _marked(lines: list[str], tokens: list[str], kept: set[int]) -> tuple[Line, ...]:
    """Turn tokens that are not kept into ranges of their lines; a blank between two of them joins them."""
    spans: Ranges = [[] for _ in lines]
    row, column, gap = 0, 0, False
    for index, token in enumerate(tokens):
        if token == "\n":  # noqa: S105 (a token of text)
            row, column, gap = row + 1, 0, False
            continue
        end = column + len(token)
        if index not in kept:
            if spans[row] and (spans[row][-1][1] == column or gap):
                spans[row][-1] = (spans[row][-1][0], end)
            else:
                spans[row].append((column, end))
            gap = False
        else:
            gap = token.isspace() and bool(spans[row]) and spans[row][-1][1] == column
        column = end
    return tuple(Line(line.removesuffix("\n"), tuple(found)) for line, found in zip(lines, spans, strict=True))


def _end(change: Change) -> int:
    return change.a_line + len(change.a)


def _hunk(changes: list[Change], old: list[str], new: list[str], context: int) -> str:
    first, last = changes[0], changes[-1]
    lead = min(context, first.a_line - 1)
    trail = min(context, len(old) - (_end(last) - 1))
    start_a, start_b = first.a_line - lead, first.b_line - lead
    size_a = _end(last) + trail - start_a
    size_b = last.b_line + len(last.b) + trail - start_b
    parts = [f"@@ -{_span(start_a, size_a)} +{_span(start_b, size_b)} @@\n"]
    at = start_a
    for change in changes:
        parts += [_written(" ", line) for line in old[at - 1 : change.a_line - 1]]
        parts += [_written("-", line) for line in old[change.a_line - 1 : _end(change) - 1]]
        parts += [_written("+", line) for line in new[change.b_line - 1 : change.b_line - 1 + len(change.b)]]
        at = _end(change)
    parts += [_written(" ", line) for line in old[at - 1 : at - 1 + trail]]
    return "".join(parts)


def _span(start: int, size: int) -> str:
    """Write a range as GNU diff does: one line without its size, an empty one after the line before it."""
    return str(start) if size == 1 else f"{start if size else start - 1},{size}"


def _written(sign: str, line: str) -> str:
    return f"{sign}{line}" if line.endswith("\n") else f"{sign}{line}\n\\ No newline at end of file\n"
