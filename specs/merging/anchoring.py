"""Says which edits of units are too near each other to be made both, or stand where the other side left nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from specs.merging.moving import FIRM, Moves
from specs.merging.pairing import Pairing
from specs.merging.scan import Unit, UnitKind
from specs.merging.sliding import reach
from specs.merging.weave import Edit, overlap

ABOUT = frozenset({"id", "kind"})


@dataclass(frozen=True, slots=True)
class Nearness:
    """Judges pairs of edits of one base; made from both sides' units and pairs."""

    base: Sequence[Unit]
    sides: tuple[Sequence[Unit], Sequence[Unit]]
    pairs: tuple[Mapping[int, int], Mapping[int, int]]
    pairing: Pairing
    moves: Moves

    def meet(self, ours: Edit, theirs: Edit) -> bool:
        """Whether an edit of ours and one of theirs have to be looked at together."""
        if overlap(ours, theirs) or self._redefines(ours, theirs):
            return True
        if ours.insertion and theirs.insertion:
            return self._rivals(ours, theirs)
        if not ours.insertion and not theirs.insertion:
            return False
        inserted, other, side = (ours, theirs, 1) if ours.insertion else (theirs, ours, 0)
        if self._adrift(inserted.start, other, side) or self._copies(inserted, other, 1 - side):
            return True
        if other.paired or inserted.start not in {other.start, other.end}:
            return False
        grows = other.last - other.first > other.end - other.start
        return self._uproots(other, inserted.start, side) or (grows and not self._apart(inserted, other, 1 - side))

    def _copies(self, inserted: Edit, other: Edit, side: int) -> bool:
        """Whether an insertion repeats what the other side touched, so that either of the two could be the new one."""
        units = self.sides[side][inserted.first : inserted.last]
        first, last = reach(self.base, inserted.start, units, _alike)
        touched = self.base[max(first, other.start) : min(last, other.end)]
        return any(any(map(str.isalnum, unit.text)) for unit in touched)

    def _rivals(self, ours: Edit, theirs: Edit) -> bool:
        """Whether two insertions could as well stand at one place: then which comes first is anybody's guess."""
        near = sorted((ours.start, theirs.start))
        if not any(any(map(str.isalnum, unit.text)) for unit in self.base[slice(*near)]):
            return False
        first, last = reach(self.base, ours.start, self.sides[0][ours.first : ours.last], _alike)
        start, end = reach(self.base, theirs.start, self.sides[1][theirs.first : theirs.last], _alike)
        return first <= end and start <= last

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
        return any(self.moves.moved(unit, side) for unit in near if any(map(str.isalnum, unit.text)))

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
        if not (other.start <= before < other.end or other.start <= after < other.end):
            return False
        firm = self._firm(before, side), self._firm(after, side)
        if all(firm):
            return False
        return not any(firm) or (self._pushed(before, 1, side) if firm[0] else self._pushed(after, -1, side))

    def _pushed(self, place: int, step: int, side: int) -> bool:
        """Whether a side put something new, and not in place of something, right beside a unit that it kept."""
        units, back = self.sides[side], {there: here for here, there in self.pairs[side].items()}
        there, new = self.pairs[side][place] + step, False
        while 0 <= there < len(units) and (there not in back or (not new and units[there].kind is UnitKind.BLANK)):
            new = new or (there not in back and units[there].kind is not UnitKind.BLANK)
            there += step
        here = back[there] if 0 <= there < len(units) else -1 if step < 0 else len(self.base)
        first, last = sorted((here, place))
        return new and all(unit.kind is UnitKind.BLANK for unit in self.base[first + 1 : last])

    def _firm(self, place: int, side: int) -> bool:
        there = self.pairs[side].get(place)
        return there is not None and self.pairing.likeness(self.base[place], self.sides[side][there]) >= FIRM


def _alike(one: Unit, other: Unit) -> bool:
    return one.text == other.text
