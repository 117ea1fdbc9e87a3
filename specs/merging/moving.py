"""Knows which blocks a side took from one place and has in another."""

from collections import Counter
from collections.abc import Sequence

from specs.merging.pairing import Pairing
from specs.merging.scan import Unit, UnitKind

FIRM = 0.6
MOST_NEW = 200


class Moves:
    """Looks blocks up in all of ours (side 0) and theirs (side 1); made from the units of base, ours and theirs."""

    def __init__(self, scans: Sequence[Sequence[Unit]], pairing: Pairing) -> None:
        self._pairing = pairing
        self._base, *self._sides = (Counter(unit.text for unit in units) for units in scans)
        self._new = [
            [unit for unit in units if unit.text not in self._base and unit.kind is not UnitKind.BLANK]
            for units in scans[1:]
        ]

    def stands(self, text: str, side: int) -> bool:
        """Whether a side has a block as often as the base, so that it stands elsewhere if it is gone from its place."""
        return self._sides[side][text] >= self._base[text]

    def moved(self, unit: Unit, side: int) -> bool:
        """Whether a block that is gone from its place stands elsewhere, as it was or nearly so."""
        if self.stands(unit.text, side):
            return True
        new = self._new[side]
        return len(new) <= MOST_NEW and any(self._pairing.likeness(unit, other) >= FIRM for other in new)
