"""Pairs equal items of two short sequences by a longest common subsequence, with bits for cells.

After H. Hyyro, *Bit-parallel LCS-length computation revisited* (2004): a row of the table is one integer, so that a
sentence costs microseconds and a page milliseconds. Sequences too large for that are aligned by what is unique in them.
"""

from collections.abc import Hashable, Sequence

from specs.diff import Match, matches

MAX_CELLS = 4_000_000


def aligned(a: Sequence[Hashable], b: Sequence[Hashable]) -> list[Match]:
    """Give pairs of places of equal items, rising in both. The same sequences always give the same pairs."""
    start = 0
    least = min(len(a), len(b))
    while start < least and a[start] == b[start]:
        start += 1
    tail = 0
    while tail < least - start and a[-1 - tail] == b[-1 - tail]:
        tail += 1
    middle_a, middle_b = a[start : len(a) - tail], b[start : len(b) - tail]
    small = len(middle_a) * len(middle_b) <= MAX_CELLS
    middle = _longest(middle_a, middle_b) if small else list(matches(middle_a, middle_b))
    return [
        *((at, at) for at in range(start)),
        *((x + start, y + start) for x, y in middle),
        *((len(a) - at, len(b) - at) for at in range(tail, 0, -1)),
    ]


def _longest(a: Sequence[Hashable], b: Sequence[Hashable]) -> list[Match]:
    """Walk back through the rows. A bit is 0 where the subsequence grows with that item of `b`."""
    places: dict[Hashable, int] = {}
    for at, item in enumerate(b):
        places[item] = places.get(item, 0) | 1 << at
    every = (1 << len(b)) - 1
    row = every
    rows = [row]
    for item in a:
        both = row & places.get(item, 0)
        row = ((row + both) | (row - both)) & every
        rows.append(row)
    pairs: list[Match] = []
    i, j = len(a), len(b)
    while i and j:
        if a[i - 1] == b[j - 1]:
            i, j = i - 1, j - 1
            pairs.append((i, j))
        elif rows[i] >> (j - 1) & 1:
            j -= 1
        else:
            i -= 1
    return pairs[::-1]
