"""Weaves two sets of edits of one base: which stand alone, and which meet and have to be looked at together.

Knows edits only as ranges: whether two of them meet is asked of the caller.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from specs.diff import Match


@dataclass(frozen=True, slots=True)
class Edit:
    """Base items [start, end) became the side's items [first, last). `paired`: one item that changed in itself."""

    start: int
    end: int
    first: int
    last: int
    paired: bool = False

    @property
    def insertion(self) -> bool:
        """Whether it takes nothing away."""
        return self.start == self.end

    @property
    def deletion(self) -> bool:
        """Whether it puts nothing in place of what it takes away."""
        return self.first == self.last


@dataclass(frozen=True, slots=True)
class Meeting:
    """Edits of both sides over base items [start, end) that stand together; one side's may be none."""

    start: int
    end: int
    ours: tuple[Edit, ...]
    theirs: tuple[Edit, ...]


REACH = 4
Meets: TypeAlias = Callable[[Edit, Edit], bool]


def edits(
    pairs: Sequence[Match], size: int, side: int, changed: Callable[[int, int], bool] | None = None
) -> list[Edit]:
    """Turn an alignment into edits, in order. Pairs that `changed` finds unequal are edits of one item each."""
    found: list[Edit] = []
    at, first = 0, 0
    for start, there in (*pairs, (size, side)):
        if start > at or there > first:
            found.append(Edit(at, start, first, there))
        if start < size and changed is not None and changed(start, there):
            found.append(Edit(start, start + 1, there, there + 1, paired=True))
        at, first = start + 1, there + 1
    return found


def overlap(a: Edit, b: Edit) -> bool:
    """Whether two edits take away, or reach into, the same items. Ends that only touch do not count."""
    if a.insertion and b.insertion:
        return a.start == b.start
    return a.start < b.end and b.start < a.end


def weave(ours: Sequence[Edit], theirs: Sequence[Edit], meets: Meets) -> list[Meeting]:
    """Gather edits that meet, across sides and through each other, in order of the base. `meets` takes ours, theirs."""
    order = sorted(
        [(edit.start, edit.end, 0, edit) for edit in ours] + [(e.start, e.end, 1, e) for e in theirs], key=_key
    )
    groups: list[list[tuple[int, Edit]]] = []
    ends: list[int] = []
    for _, _, side, edit in order:
        near = range(max(0, len(groups) - REACH), len(groups))
        first = next((n for n in near if edit.start < ends[n] or _touches(groups[n], side, edit, meets)), len(groups))
        group = groups[first] if first < len(groups) else []
        for later in groups[first + 1 :]:
            group += later
        group.append((side, edit))
        groups[first:] = [group]
        ends[first:] = [max(edit.end, *ends[first:])] if ends[first:] else [edit.end]
    return [_meeting(group) for group in groups]


def _key(entry: tuple[int, int, int, Edit]) -> tuple[int, int, int]:
    return entry[:3]


def _touches(group: Sequence[tuple[int, Edit]], side: int, edit: Edit, meets: Meets) -> bool:
    """Whether an edit meets one of the last of a group: those before them lie further away."""
    near = (other for there, other in group[-REACH:] if there != side)
    return any(meets(edit, other) if side == 0 else meets(other, edit) for other in near)


def _meeting(group: Sequence[tuple[int, Edit]]) -> Meeting:
    start, end = min(edit.start for _, edit in group), max(edit.end for _, edit in group)
    ours = tuple(edit for side, edit in group if side == 0)
    theirs = tuple(edit for side, edit in group if side == 1)
    return Meeting(start, end, ours, theirs)
