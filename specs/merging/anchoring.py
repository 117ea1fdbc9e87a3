"""Says which edits of units are too near each other to be made both, or stand where the other side left nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from specs.merging.pairing import Pairing
from specs.merging.scan import Unit, UnitKind
from specs.merging.weave import Edit, overlap

FIRM = 0.6
ABOUT = frozenset({"id", "kind"})


@dataclass(frozen=True, slots=True)
class Nearness:
    """Judges pairs of edits of one base; made from both sides' units, pairs and edits."""

    base: Sequence[Unit]
    sides: tuple[Sequence[Unit], Sequence[Unit]]
    pairs: tuple[Mapping[int, int], Mapping[int, int]]
    changes: tuple[Sequence[Edit], Sequence[Edit]]
    pairing: Pairing
    put: list[set[str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        for side, found in zip(self.sides, self.changes, strict=True):
            units = (unit for edit in found if not edit.paired for unit in side[edit.first : edit.last])
            self.put.append({unit.text for unit in units if unit.text.strip()})

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
        if other.deletion:
            return self._uproots(other, inserted.start, side)
        return other.last - other.first > other.end - other.start and not self._apart(inserted, other, 1 - side)

    def _redefines(self, ours: Edit, theirs: Edit) -> bool:
        """Whether both touch one block of YAML, and one of them what it is about: its id or its kind."""
        mine, other = self.base[ours.start : ours.end], self.base[theirs.start : theirs.end]
        groups = {unit.group for unit in mine if unit.group >= 0} & {unit.group for unit in other}
        return bool(groups) and any(unit.key in ABOUT and unit.group in groups for unit in (*mine, *other))

    def _uproots(self, deletion: Edit, place: int, side: int) -> bool:
        """Whether a deletion takes away what an insertion beside it belongs to: its heading, or a moved neighbour."""
        taken = self.base[deletion.start : deletion.end]
        if place == deletion.end and any(unit.kind is UnitKind.HEADING for unit in taken):
            return True
        return any(unit.text in self.put[side] for unit in taken if unit.text.strip())

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
