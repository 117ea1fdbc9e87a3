"""Pairs the units of two texts, in order: those that are alike, and those that one writer made of the other.

Work is bounded by counts: blocks too large to weigh pair for pair are cut at equal lines first, and where they cannot
be cut, stay unpaired.
"""

import re
from collections import Counter
from collections.abc import Sequence

from specs.diff import Match, matches
from specs.merging.scan import Unit, UnitKind

MAX_WEIGHED = 4_000
ALIKE = 0.4
BLANK_WEIGHT = 0.02
CHANGED = 0.95
SAME_ROW = 0.9
WORDS = re.compile(r"\w+")
FLOWING = frozenset({UnitKind.PARAGRAPH, UnitKind.ITEM, UnitKind.HEADING})
KEYED = frozenset({UnitKind.KEY, UnitKind.DEFINITION})


class Pairing:
    """Pairs lists of units; remembers what it learnt of each, for the base meets both sides."""

    def __init__(self) -> None:
        self._bags: dict[str, Counter[str]] = {}

    def pairs(self, base: Sequence[Unit], side: Sequence[Unit]) -> list[Match]:
        """Give pairs of places, in order on both sides."""
        if len(base) * len(side) <= MAX_WEIGHED:
            return self._weighed(base, side, 0, 0)
        found: list[Match] = []
        a, b = 0, 0
        texts = [unit.text for unit in base], [unit.text for unit in side]
        for x, y in (*matches(*texts), (len(base), len(side))):
            if 0 < (x - a) * (y - b) <= MAX_WEIGHED:
                found += self._weighed(base[a:x], side[b:y], a, b)
            if x < len(base):
                found.append((x, y))
            a, b = x + 1, y + 1
        return found

    def _weighed(self, base: Sequence[Unit], side: Sequence[Unit], a: int, b: int) -> list[Match]:
        """Pair in order so that likeness adds up to the most."""
        width = len(side)
        best = [[0.0] * (width + 1) for _ in range(len(base) + 1)]
        likeness = [[self.likeness(unit, other) for other in side] for unit in base]
        for i in range(len(base) - 1, -1, -1):
            row, below, alike = best[i], best[i + 1], likeness[i]
            for j in range(width - 1, -1, -1):
                row[j] = max(below[j], row[j + 1], below[j + 1] + alike[j] if alike[j] else 0.0)
        found: list[Match] = []
        i, j = 0, 0
        while i < len(base) and j < width:
            alike_here = likeness[i][j]
            if alike_here and best[i][j] == best[i + 1][j + 1] + alike_here:
                found.append((a + i, b + j))
                i, j = i + 1, j + 1
            elif best[i + 1][j] >= best[i][j + 1]:
                i += 1
            else:
                j += 1
        return found

    def likeness(self, unit: Unit, other: Unit) -> float:
        """Say how much two units are one, from 0 (not at all) to 1 (the same)."""
        if unit.text == other.text:
            return 1.0 if unit.text.strip() else BLANK_WEIGHT
        if unit.kind is not other.kind and not {unit.kind, other.kind} <= FLOWING:
            return 0.0
        if unit.kind is UnitKind.BLANK:
            return BLANK_WEIGHT / 2
        if unit.kind in KEYED and unit.key == other.key:
            return CHANGED
        shared = self._shared(unit, other)
        return max(shared, SAME_ROW) if unit.kind is UnitKind.ROW and _named(unit) == _named(other) != "" else shared

    def _shared(self, unit: Unit, other: Unit) -> float:
        """Say how much two units share of their words."""
        mine, others = self._bag(unit.text), self._bag(other.text)
        total = mine.total() + others.total()
        if not total:
            return 0.5 if unit.kind is UnitKind.ROW else 0.0
        if 2 * min(mine.total(), others.total()) < ALIKE * total:
            return 0.0
        share = 2 * sum(min(count, others[word]) for word, count in mine.items()) / total
        return CHANGED * share if share >= ALIKE else 0.0

    def _bag(self, text: str) -> Counter[str]:
        bag = self._bags.get(text)
        if bag is None:
            bag = self._bags[text] = Counter(WORDS.findall(text.casefold()))
        return bag


def _named(row: Unit) -> str:
    """Give what a row of a table is named by: its first cell, if that says something."""
    first = row.text.strip().strip("|").partition("|")[0].strip()
    return first if any(map(str.isalnum, first)) else ""
