"""Moves insertions and deletions whose place is ambiguous to where a writer would say they are.

`a, blank, b` and `a, blank, c, blank, b` differ by `blank, c` or by `c, blank`: the second is what a writer did. Edits
that do not touch must not seem to because an aligner chose the first.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from specs.diff import Match

Item = TypeVar("Item")


def slid(a: Sequence[Item], b: Sequence[Item], pairs: Sequence[Match], blank: Callable[[Item], bool]) -> list[Match]:
    """Give the alignment with each edit that only inserts or only deletes at its best place."""
    done = list(pairs)
    x, y = 0, 0
    for index in range(len(done) + 1):
        i, j = done[index] if index < len(done) else (len(a), len(b))
        if i > x and j == y:
            _slide(done, index, 0, _Gap(a, x, i, blank))
        elif j > y and i == x:
            _slide(done, index, 1, _Gap(b, y, j, blank))
        x, y = (done[index][0] + 1, done[index][1] + 1) if index < len(done) else (x, y)
    return done


def reach(base: Sequence[Item], at: int, put: Sequence[Item], same: Callable[[Item, Item], bool]) -> tuple[int, int]:
    """Give the first and the last place in a base at which an insertion could stand with the same outcome."""
    size, first, last = len(put), at, at
    while first > 0 and same(base[first - 1], put[(first - 1 - at) % size]):
        first -= 1
    while last < len(base) and same(base[last], put[(last - at) % size]):
        last += 1
    return first, last


@dataclass(frozen=True, slots=True)
class _Gap(Generic[Item]):
    """Items [first, last) of one side, which the other side does not have."""

    items: Sequence[Item]
    first: int
    last: int
    blank: Callable[[Item], bool]

    def fit(self, shift: int) -> bool:
        """Say whether it begins well, moved by so many items: at what is no blank, after one that is."""
        first = self.first + shift
        return not self.blank(self.items[first]) and (first == 0 or self.blank(self.items[first - 1]))


def _slide(done: list[Match], index: int, side: int, gap: _Gap[Item]) -> None:
    """Slide the gap that lies before pair `index`, on one side."""
    items, first, last = gap.items, gap.first, gap.last
    up = 0
    while up < index and items[first - up - 1] == items[last - up - 1]:
        up += 1
        if up < index and not _consecutive(done[index - up - 1], done[index - up]):
            break
    down = 0
    while index + down < len(done) and items[first + down] == items[last + down]:
        if down and not _consecutive(done[index + down - 1], done[index + down]):
            break
        down += 1
    shift = max(range(-up, down + 1), key=lambda n: (gap.fit(n), n))
    size = last - first if shift < 0 else first - last
    for at in range(index + min(shift, 0), index + max(shift, 0)):
        done[at] = (done[at][0] + size, done[at][1]) if side == 0 else (done[at][0], done[at][1] + size)


def _consecutive(one: Match, other: Match) -> bool:
    return other[0] == one[0] + 1 and other[1] == one[1] + 1
