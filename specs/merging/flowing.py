"""Merges a stretch of blocks as one run of words, where pairing its blocks came to nothing.

Blocks that one side joined, cut or put elsewhere have no partner; their words do. What comes out has to hold together
as a whole: words, blocks and tables.
"""

from collections import Counter
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from itertools import groupby, pairwise

from specs.diff import split
from specs.merging.bounds import within_bounds
from specs.merging.fields import cells
from specs.merging.moving import Moves
from specs.merging.numbering import renumbered, unnumbered
from specs.merging.scan import Unit, UnitKind, scan
from specs.merging.words import merge_passage

Units = Sequence[Unit]


def flowed(units: Sequence[Units], moves: Moves) -> str | None:
    """Merge three versions (base, ours, theirs) of a stretch by words alone; None where that is not safe."""
    if all(sum(unit.kind is not UnitKind.BLANK for unit in version) == 1 for version in units):
        return None  # one block of each: its words were looked at
    keys, code = _told(units, UnitKind.KEY), _told(units, UnitKind.CODE)
    begun = not keys[0] and not all(keys[1:])  # one side made keys of other blocks
    both = (len(set(keys)) > 1 and not begun) or len(set(code)) > 2  # noqa: PLR2004 (both changed it)
    if both or _repeated(units):
        return None
    found = merge_passage(*([unit.text for unit in version] for version in units))
    if found.text is None:
        return None
    merged = scan(split(found.text))
    torn = _follows(units, 1, _moved(units, 1, moves)) or _follows(units, 2, _moved(units, 0, moves))
    if torn or not _once(units, merged) or not even(units, merged):
        return None
    if not within_bounds(*(unnumbered(version) for version in (*units, merged))):
        return None
    return renumbered(merged, units)


def _told(units: Sequence[Units], kind: UnitKind) -> list[tuple[str, ...]]:
    return [tuple(unit.text for unit in version if unit.kind is kind) for version in units]


def _moved(units: Sequence[Units], side: int, moves: Moves) -> set[str]:
    """Give the blocks that a side took out of a stretch and has elsewhere."""
    here = {unit.text for unit in units[side + 1]}
    return {unit.text for unit in units[0] if unit.text not in here and moves.stands(unit.text, side)}


def _follows(units: Sequence[Units], side: int, moved: AbstractSet[str]) -> bool:
    """Whether a side put a block behind one that the other moved away."""
    known = {unit.text for unit in units[0]}
    telling = [unit.text for unit in units[side] if any(map(str.isalnum, unit.text))]
    return any(before in moved and after not in known for before, after in pairwise(telling))


def _repeated(units: Sequence[Units]) -> bool:
    """Whether one side repeats a block that the other changed or took out: either copy could be the new one."""
    base, ours, theirs = (Counter(unit.text for unit in version) for version in units)
    telling = (text for text in base if any(map(str.isalnum, text)))
    return any((ours[text] - base[text]) * (theirs[text] - base[text]) < 0 for text in telling)


def _once(units: Sequence[Units], merged: Units) -> bool:
    """Whether no block that both sides put in stands more often in what they came to than with either."""
    base, ours, theirs, found = (Counter(unit.text for unit in version) for version in (*units, merged))
    both = (text for text in ours.keys() & theirs.keys() if min(ours[text], theirs[text]) > base[text])
    return all(found[text] <= max(ours[text], theirs[text]) for text in both if any(map(str.isalnum, text)))


def even(units: Sequence[Units], merged: Units) -> bool:
    """Whether the rows of each table have as many cells as each other, if those of both sides do."""
    return not _ragged(merged) or _ragged(units[1]) or _ragged(units[2])


def _ragged(units: Units) -> bool:
    rows = (unit for unit in units if unit.kind is UnitKind.ROW)
    return any(len({len(cells(row.text)) for row in table}) > 1 for _, table in groupby(rows, lambda row: row.group))
