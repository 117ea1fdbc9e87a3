"""Merges an open stretch unit by unit: paired, woven, and where both edited one unit, by what that unit is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from specs.diff import Match, split
from specs.merging.anchoring import Nearness
from specs.merging.bounds import within_bounds
from specs.merging.choices import blanks_rank, choose
from specs.merging.columns import fit_row, merge_columns
from specs.merging.fields import MERGERS, cells
from specs.merging.inserting import merge_insertions
from specs.merging.moving import Moves
from specs.merging.numbering import unnumbered
from specs.merging.pairing import Pairing
from specs.merging.scan import Unit, UnitKind, scan
from specs.merging.sliding import slid
from specs.merging.values import Reason
from specs.merging.weave import Edit, Meeting, edits, weave
from specs.merging.words import Words, merge_passage, merge_words

Units: TypeAlias = Sequence[Unit]
HEAD = 2  # what a table names its columns by, and the line below
FLOWING = frozenset({UnitKind.HEADING, UnitKind.PARAGRAPH, UnitKind.ITEM, UnitKind.BLANK})


@dataclass(frozen=True, slots=True)
class Around:
    """Where a stretch lies: all units of the base, the number of its first, what moved, and the heads of all tables.

    A head is found by the version (base, ours, theirs) and the group of its table.
    """

    base: Units
    first: int
    moves: Moves
    heads: Sequence[Mapping[int, str]]


@dataclass(frozen=True, slots=True)
class Part:
    """A bit of a merge: units of base, ours and theirs, and what they come to (`text`), if that is clear.

    `stable`: all three hold it alike. Where it is not clear, `note` may say why in words, and `offered` be an answer.
    """

    base: Units
    ours: Units
    theirs: Units
    text: str | None
    reason: Reason = Reason.EDITED
    stable: bool = False
    note: str = ""
    offered: str = ""


def merge_units(base: Units, ours: Units, theirs: Units, pairing: Pairing, around: Around) -> list[Part]:
    """Merge three lists of units that stand for the same stretch of what lies `around`."""
    pairs = [aligned(base, side, pairing) for side in (ours, theirs)]
    changes = [
        edits(found, len(base), len(side), lambda i, j, side=side: base[i].text != side[j].text)  # type: ignore[misc]  # the type of a lambda with defaults is not inferred
        for found, side in zip(pairs, (ours, theirs), strict=True)
    ]
    nearness = Nearness(base, (ours, theirs), (dict(pairs[0]), dict(pairs[1])), pairing, around.moves)
    parts: list[Part] = []
    at = 0
    for meeting in (*weave(changes[0], changes[1], nearness.meet), Meeting(len(base), len(base), (), ())):
        if meeting.start > at:
            same = base[at : meeting.start]
            parts.append(Part(same, same, same, text_of(same), stable=True))
        at = meeting.end
        if meeting.ours or meeting.theirs:
            fitted = _fitted((base, ours, theirs), meeting, pairs, around.heads)
            parts += [fitted] if fitted else _settled((base, ours, theirs), meeting, around)
    return parts


def _fitted(
    sides: Sequence[Units], meeting: Meeting, pairs: Sequence[Sequence[Match]], heads: Sequence[Mapping[int, str]]
) -> Part | None:
    """Give rows that one side put into a table the columns that the other put in; None for all else."""
    base, every = sides[0], (*meeting.ours, *meeting.theirs)
    if len(every) != 1 or not every[0].insertion:
        return None
    side = 1 if meeting.ours else 2
    rows = sides[side][every[0].first : every[0].last]
    place = next((at for at in (meeting.start - 1, meeting.start) if 0 <= at < len(base)), -1)
    there = dict(pairs[2 - side]).get(place)
    if there is None or base[place].kind is not UnitKind.ROW:
        return None
    before = heads[0].get(base[place].group, "")
    after = heads[3 - side].get(sides[3 - side][there].group, "")
    if not all(unit.kind is UnitKind.ROW and heads[side].get(unit.group) == before for unit in rows):
        return None
    table = sides[3 - side][there].group
    others = [unit.text for unit in sides[3 - side] if unit.kind is UnitKind.ROW and unit.group == table][HEAD:]
    fitted = [row for unit in rows if (row := fit_row((before, after), unit.text, others)) is not None]
    if len(fitted) < len(rows):
        return None
    text, empty = "".join(row.text for row in fitted), fitted[0].empty
    mine, other = (rows if side == one else [] for one in (1, 2))
    if not empty:
        return Part((), mine, other, text)
    told = "columns " if len(empty) > 1 else "column "
    note = f"The new row says nothing in the {told}{', '.join(empty)}, where every other row does."
    return Part((), mine, other, None, Reason.STRUCTURE, note=note, offered=text)


def aligned(base: Units, side: Units, pairing: Pairing) -> list[tuple[int, int]]:
    """Pair units, with edits of ambiguous place where a writer would see them."""
    texts = [[unit.text for unit in units] for units in (base, side)]
    return slid(texts[0], texts[1], pairing.pairs(base, side), lambda text: not text.strip())


def text_of(units: Iterable[Unit]) -> str:
    """Join the texts of units."""
    return "".join(unit.text for unit in units)


def _version(base: Units, side: Units, meeting: Meeting, changes: Sequence[Edit]) -> list[Unit]:
    """Give a side's units of the base range of a meeting."""
    found: list[Unit] = []
    at = meeting.start
    for edit in changes:
        found += [*base[at : edit.start], *side[edit.first : edit.last]]
        at = edit.end
    return [*found, *base[at : meeting.end]]


def _settled(sides: tuple[Units, Units, Units], meeting: Meeting, around: Around) -> list[Part]:
    """Say what edits that stand together come to."""
    base, ours, theirs = sides
    before = base[meeting.start : meeting.end]
    mine, other = _version(base, ours, meeting, meeting.ours), _version(base, theirs, meeting, meeting.theirs)
    every = (*meeting.ours, *meeting.theirs)
    chosen = choose(text_of(before), text_of(mine), text_of(other))
    inserted = all(edit.insertion for edit in every)
    if chosen is None and inserted and before:
        return [Part(before, mine, other, None, Reason.INSERTED)]
    if chosen is None and inserted:
        return [
            Part((), a, b, None if both is None else text_of(both), Reason.INSERTED)
            for a, b, both in merge_insertions(around.base, around.first + meeting.start, mine, other)
        ]
    words = _row((before, mine, other), every, around.heads) or Words(chosen)
    if words.text is None:
        words = _by_words(before, mine, other, every)
    sound = words.text is not None and _bounded(before, mine, other, words.text)
    return [Part(before, mine, other, words.text if sound else None, words.reason)]


def _said(units: Units) -> list[str]:
    return text_of(units).split()


def _bounded(before: Units, mine: Units, other: Units, text: str) -> bool:
    """Whether a merge holds the words of its sides, whatever its lists count."""
    return within_bounds(*(unnumbered(units) for units in (before, mine, other, scan(split(text)))))


def _in_block(unit: Unit) -> bool:
    """Whether a unit is a key of an invariant or policy: of those, both sides' words for one key are never mixed."""
    return unit.kind is UnitKind.KEY and unit.group >= 0


def heads_of(units: Units) -> dict[int, str]:
    """Give the first row of each table, by the table's group."""
    return {unit.group: unit.text for unit in reversed(units) if unit.kind is UnitKind.ROW}


def _row(versions: Sequence[Units], every: Sequence[Edit], heads: Sequence[Mapping[int, str]]) -> Words | None:
    """Merge a row that both changed by the columns of its table; None for all else, and where they tell no way.

    Two rows that read alike need not be, as the columns that each side put in may be others.
    """
    rows = [text_of(units) for units in versions]
    one = len(every) == 2 and all(edit.paired for edit in every) and versions[0][0].kind is UnitKind.ROW  # noqa: PLR2004 (one of each side)
    if not one or len({len(cells(row)) for row in rows}) == 1:
        return None
    named = [known.get(units[0].group, "") for known, units in zip(heads, versions, strict=True)]
    text = merge_columns(named, rows, merge_words)
    return None if text is None else Words(text)


def _by_words(before: Units, mine: Units, other: Units, every: Sequence[Edit]) -> Words:
    """Merge what both sides changed: by what it is where it is one unit, else as a passage of prose."""
    versions = before, mine, other
    if all(edit.deletion for edit in every):
        return Words("")
    if len(every) == 2 and all(edit.paired for edit in every):  # noqa: PLR2004 (one of each side)
        merger = None if _in_block(before[0]) else MERGERS.get(before[0].kind)
        return merger(*map(text_of, versions)) if merger else Words(None)
    if any(edit.deletion for edit in every):
        others = [text_of(versions[2 - n]) for n in (0, 1) if _said(versions[0]) == _said(versions[n + 1])]
        return Words(max(others, key=blanks_rank)) if others else Words(None, Reason.DELETED)
    placed = not any(edit.insertion for edit in every)
    if placed and all(unit.kind in FLOWING for units in versions for unit in units):
        return merge_passage(*([unit.text for unit in units] for units in versions))
    return Words(None)
