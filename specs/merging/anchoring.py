"""Says which edits of units are too near each other to be made both, or stand where the other side left nothing."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from specs.merging.pairing import Pairing
from specs.merging.scan import Unit, UnitKind
from specs.merging.weave import Edit, overlap

FIRM = 0.6
ABOUT = frozenset({"id", "kind"})


@dataclass(frozen=True, slots=True)
class Nearness:
    """Judges pairs of edits of one base; made from both sides' units and pairs.

    `counts` says how often all of the base, ours and theirs hold a unit.
    """

    base: Sequence[Unit]
    sides: tuple[Sequence[Unit], Sequence[Unit]]
    pairs: tuple[Mapping[int, int], Mapping[int, int]]
    pairing: Pairing
    counts: Sequence[Counter[str]]

    def meet(self, ours: Edit, theirs: Edit) -> bool:
        """Whether an edit of ours and one of theirs have to be looked at together."""
        if overlap(ours, theirs) or self._redefines(ours, theirs):
            return True
        if ours.insertion == theirs.insertion:
            return False
        inserted, other, side = (ours, theirs, 1) if ours.insertion else (theirs, ours, 0)
        if self._adrift(inserted.start, other, side):
            return True
        if other.paired or inserted.start not in {other.start, other.end}:
            return False
        grows = other.last - other.first > other.end - other.start
        return self._uproots(other, inserted.start, side) or (grows and not self._apart(inserted, other, 1 - side))

    def _redefines(self, ours: Edit, theirs: Edit) -> bool:
        """Whether both touch one block of YAML, and one of them what it is about: its id or its kind."""
        mine, other = self.base[ours.start : ours.end], self.base[theirs.start : theirs.end]
        groups = {unit.group for unit in mine if unit.group >= 0} & {unit.group for unit in other}
        return bool(groups) and any(unit.key in ABOUT and unit.group in groups for unit in (*mine, *other))

    def _uproots(self, edit: Edit, place: int, side: int) -> bool:
        """Whether an edit takes away what an insertion beside it belongs to: its heading, or a neighbour it moves."""
        taken = self.base[edit.start : edit.end]
        if edit.deletion and place == edit.end and any(unit.kind is UnitKind.HEADING for unit in taken):
            return True
        near = taken[-1:] if place == edit.end else taken[:1]
        left, known = self.counts[side + 1], self.counts[0]
        return any(left[unit.text] >= known[unit.text] for unit in near if any(map(str.isalnum, unit.text)))

    def _apart(self, inserted: Edit, other: Edit, side: int) -> bool:
        """Whether an insertion brings the blank line that parts it from a rewritten neighbour."""
        units = self.sides[side]
        edge = units[inserted.first] if inserted.start == other.end else units[inserted.last - 1]
        return edge.kind is UnitKind.BLANK

    def _adrift(self, place: int, other: Edit, side: int) -> bool:
        """Whether an edit touches a neighbour of an insertion, and its side left neither neighbour as it was."""
        before, after = place - 1, place
        while before >= 0 and self.base[before].kind is UnitKind.BLANK:
            before -= 1
        while after < len(self.base) and self.base[after].kind is UnitKind.BLANK:
            after += 1
        if before < 0 or after >= len(self.base):
            return False
        touched = other.start <= before < other.end or other.start <= after < other.end
        return touched and not self._firm(before, side) and not self._firm(after, side)

    def _firm(self, place: int, side: int) -> bool:
        there = self.pairs[side].get(place)
        return there is not None and self.pairing.likeness(self.base[place], self.sides[side][there]) >= FIRM
