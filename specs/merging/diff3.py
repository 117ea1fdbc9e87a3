"""Three-way alignment of sequences: what all three hold, and the regions between. Knows nothing of what items mean.

Two alignments against the base, made alone, are walked together; a region ends only where an item is kept by both
sides, so edits that touch share one region.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from specs.diff import Match, matches
from specs.merging.sliding import reach, slid

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
    return _unambiguous(base, list(aligned(base, ours, theirs, pairs[0], pairs[1])), blank)


def _unambiguous(
    base: Sequence[Item], found: list[Region[Item]], blank: Callable[[Item], bool]
) -> Iterator[Region[Item]]:
    """Join an insertion that repeats what the other side changed with that change: either copy could be the new one."""
    changed = [at for at, region in enumerate(found) if not region.stable]
    spans = [(first, end) for first, end in (_span(base, found, at, changed, blank) for at in changed) if first < end]
    at = 0
    while at < len(found):
        last = at
        for first, end in spans:
            if first <= last and end > last and end > at:
                last = max(last, end)
        yield _joined(found[at : last + 1])
        at = last + 1


def _span(
    base: Sequence[Item], found: Sequence[Region[Item]], at: int, changed: Sequence[int], blank: Callable[[Item], bool]
) -> tuple[int, int]:
    """Give the first and the last region that have to be looked at with one that inserts; itself alone, mostly."""
    region = found[at]
    put = region.theirs if region.ours == region.base else region.ours
    if region.base or region.merged is None or region.ours == region.theirs:
        return at, at
    first, last = reach(base, region.start, put, lambda one, other: one == other)
    mine = region.ours == region.base
    met = [
        other
        for other in changed
        if found[other].start < last
        and first < found[other].start + len(found[other].base)
        and not all(map(blank, found[other].base))
        and (found[other].ours if mine else found[other].theirs) != found[other].base
    ]
    return min([at, *met]), max([at, *met])


def _joined(regions_: Sequence[Region[Item]]) -> Region[Item]:
    if len(regions_) == 1:
        return regions_[0]
    base, ours, theirs = (
        [item for region in regions_ for item in getattr(region, side)] for side in ("base", "ours", "theirs")
    )
    return Region(base, ours, theirs, regions_[0].start)


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
