"""Three-way alignment of sequences: what all three hold, and the regions between. Knows nothing of what items mean.

Two alignments against the base, made alone, are walked together; a region ends only where an item is kept by both
sides, so edits that touch share one region.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from specs.diff import Match, matches
from specs.merging.sliding import slid

Item = TypeVar("Item", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Region(Generic[Item]):
    """A stretch of the three sequences, and where it begins in the base. `stable`: all three hold it alike."""

    base: Sequence[Item]
    ours: Sequence[Item]
    theirs: Sequence[Item]
    start: int
    stable: bool = False

    @property
    def merged(self) -> Sequence[Item] | None:
        """Give what the region comes to where at most one side changed it, or both did alike; else None."""
        if self.theirs in (self.ours, self.base):
            return self.ours
        return self.theirs if self.ours == self.base else None


def regions(
    base: Sequence[Item], ours: Sequence[Item], theirs: Sequence[Item], blank: Callable[[Item], bool]
) -> Iterator[Region[Item]]:
    """Cut three sequences into regions, in order: stable ones and changed ones by turns."""
    pairs = [slid(base, side, list(matches(base, side)), blank) for side in (ours, theirs)]
    return aligned(base, ours, theirs, pairs[0], pairs[1])


def aligned(
    base: Sequence[Item], ours: Sequence[Item], theirs: Sequence[Item], to_ours: list[Match], to_theirs: list[Match]
) -> Iterator[Region[Item]]:
    """Cut three sequences into regions by alignments that were made already."""
    mine, other = dict(to_ours), dict(to_theirs)
    anchors = [(at, mine[at], other[at]) for at in range(len(base)) if at in mine and at in other]
    b, o, t = 0, 0, 0
    start = 0
    while start <= len(anchors):
        end = start
        x, y, z = anchors[start] if start < len(anchors) else (len(base), len(ours), len(theirs))
        if x > b or y > o or z > t:
            yield Region(base[b:x], ours[o:y], theirs[t:z], b)
        while end < len(anchors) and anchors[end] == (x + end - start, y + end - start, z + end - start):
            end += 1
        size = end - start
        if size:
            yield Region(base[x : x + size], ours[y : y + size], theirs[z : z + size], x, stable=True)
        b, o, t = x + size, y + size, z + size
        start = end if size else start + 1
