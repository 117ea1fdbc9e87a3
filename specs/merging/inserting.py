"""Puts together what both sides inserted at one point, where that needs no decision.

That is so for the same units, for units whose order has no meaning (keys, definitions), and for a run that is sorted.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TypeAlias

from specs.diff import Match, matches
from specs.merging.scan import Unit, UnitKind
from specs.merging.words import lead_of

Units: TypeAlias = Sequence[Unit]
Merged: TypeAlias = tuple[Units, Units, Units | None]

SORTED = frozenset({UnitKind.ITEM, UnitKind.ROW})
UNORDERED = frozenset({UnitKind.KEY, UnitKind.DEFINITION})
CONTINUED = frozenset({UnitKind.ITEM, UnitKind.ROW, UnitKind.DEFINITION})
LEAST_SORTED = 4
MOSTLY = 0.8
PARTS = re.compile(r"\d+|[^\W\d_]+")


def merge_insertions(base: Units, place: int, ours: Units, theirs: Units) -> Iterator[Merged]:
    """Give stretches of both insertions with what each comes to: None where order may matter."""
    both = _ordered(base, place, ours, theirs) or _continued(base, place, ours, theirs)
    if both is not None:
        yield ours, theirs, both
        return
    a, b = 0, 0
    pairs = _same(ours, theirs)
    for x, y in (*pairs, (len(ours), len(theirs))):
        mine, other = ours[a:x], theirs[b:y]
        if mine or other:
            yield mine, other, None if _full(mine) and _full(other) else max(mine, other, key=_weight)
        if x < len(ours):
            yield ours[x : x + 1], theirs[y : y + 1], ours[x : x + 1]
        a, b = x + 1, y + 1


def _same(ours: Units, theirs: Units) -> list[Match]:
    """Pair equal units; which way round they are given makes no difference."""
    mine, other = [unit.text for unit in ours], [unit.text for unit in theirs]
    pairs = [(x, y) for y, x in matches(other, mine)] if mine > other else list(matches(mine, other))
    return [pair for pair in pairs if mine[pair[0]].strip()]


def _weight(units: Units) -> tuple[bool, list[str]]:
    """Order stretches so that one of mere blanks gives way."""
    return _full(units), [unit.text for unit in units]


def _full(units: Units) -> bool:
    return any(unit.kind is not UnitKind.BLANK for unit in units)


def _ordered(base: Units, place: int, ours: Units, theirs: Units) -> list[Unit] | None:
    """Put units into the order that keys or a sorted run give them, or give None."""
    kinds = {unit.kind for unit in (*ours, *theirs)}
    if len(kinds) != 1:
        return None
    kind = kinds.pop()
    if kind in UNORDERED:
        keys = [unit.key for unit in (*ours, *theirs)]
        known = {unit.key for unit in base if unit.kind is kind}
        distinct = len(set(keys)) == len(keys) and not known & set(keys)
        return sorted((*ours, *theirs), key=lambda unit: (sort_key(unit), unit.text)) if distinct else None
    return _into_run(base, place, ours, theirs) if kind in SORTED else None


def _continued(base: Units, place: int, ours: Units, theirs: Units) -> list[Unit] | None:
    """Put what goes on with the list or table above before what begins after a blank line."""
    if not place or base[place - 1].kind not in CONTINUED:
        return None
    for first, second in ((ours, theirs), (theirs, ours)):
        goes_on = all(_alike(unit, base[place - 1]) for unit in first)
        if goes_on and second[0].kind is UnitKind.BLANK and _full(second):
            return [*first, *second]
    return None


def _into_run(base: Units, place: int, ours: Units, theirs: Units) -> list[Unit] | None:
    like = ours[0]
    first, last = place, place
    while first > 0 and _alike(base[first - 1], like):
        first -= 1
    while last < len(base) and _alike(base[last], like):
        last += 1
    if like.kind is UnitKind.ROW and first < place:
        first += 2 if first == 0 or base[first - 1].kind is not UnitKind.ROW else 0
    run = [sort_key(unit) for unit in base[first:last]]
    every = sorted((*ours, *theirs), key=lambda unit: (sort_key(unit), unit.text))
    keys = [sort_key(unit) for unit in every]
    if last - first < LEAST_SORTED or not all(_alike(unit, like) for unit in every) or len(set(keys)) < len(keys):
        return None
    here = place - first
    rising = sum(one < other for one, other in pairwise(run))
    fits = all(one < other for one, other in pairwise([*run[max(0, here - 1) : here], *keys, *run[here : here + 1]]))
    return every if fits and rising >= MOSTLY * (len(run) - 1) else None


def _alike(unit: Unit, other: Unit) -> bool:
    """Whether two units can stand in one sorted run: items of one depth and mark, or rows."""
    if unit.kind is not other.kind:
        return False
    mine, others = lead_of(unit.text), lead_of(other.text)
    return unit.kind is UnitKind.ROW or (mine[:2] == others[:2] and not mine[1][:1].isdigit())


def sort_key(unit: Unit) -> tuple[tuple[int, str], ...]:
    """Give what a unit is sorted by: its words and numbers, numbers by their value."""
    text = unit.key or unit.text[len("".join(lead_of(unit.text))) :]
    parts = PARTS.findall(text.casefold())
    return tuple((int(part[:18]), "") if part.isdigit() else (-1, part) for part in parts)
