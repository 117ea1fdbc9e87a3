"""Carries what one side changed in a section or block to where the other side moved it whole.

A move is made in the base and in the side that stayed, as the mover made it; then both sides are merged as ever. So
every rule of merging judges the edit at its new place. Nothing is carried where it is in doubt what moved, from where,
or to where.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal, TypeAlias

from specs.merging.pairing import Pairing
from specs.merging.places import anchors
from specs.merging.scan import Scans, Unit, UnitKind, heading_of
from specs.merging.units import aligned, text_of
from specs.merging.values import Conflict, Merge, Piece

Units: TypeAlias = Sequence[Unit]
Span: TypeAlias = tuple[int, int]
Pairs: TypeAlias = Mapping[int, int]

MOST_UNITS = 6_000
MOST_MOVES = 8
LEAST_SAID = 4
SAME = 0.8
MOVABLE = frozenset({UnitKind.HEADING, UnitKind.PARAGRAPH, UnitKind.ITEM, UnitKind.ROW, UnitKind.FENCE})
SIDES: Sequence[Literal["ours", "theirs"]] = ("ours", "theirs")
MARGIN = re.compile(r"[ \t>]*")
WORDS = re.compile(r"\w+")
LINKS = re.compile(r"\]\(#([^)\s]+)\)")
# Words that say where something stands: what they mean may change with the place.
PLACES = frozenset({"above", "below", "following", "preceding", "next", "previous", "earlier", "later"})


@dataclass(frozen=True, slots=True)
class Carried:
    """Base, ours and theirs with moves made, and for each line of that base the line it was (-1: none)."""

    texts: Sequence[str]
    origin: Sequence[int]

    def told(self, pieces: Sequence[Piece], given: Sequence[str], read: Scans) -> list[Piece] | None:
        """Give a merge of these texts as one of the given ones; None where it does not hold for them."""
        found: list[Piece] = []
        for piece in pieces:
            if isinstance(piece, Conflict):
                line = self._line(piece)
                sides = zip(given, (piece.base, piece.ours, piece.theirs), strict=True)
                if line is None or any(side not in text for text, side in sides):
                    return None
                found.append(replace(piece, line=line))
            else:
                found.append(piece)
        ours, theirs = (Merge(tuple(found)).side(name) for name in SIDES)
        return found if all(_leads(text, given, read) for text in {ours, theirs}) else None

    def _line(self, conflict: Conflict) -> int | None:
        """Give the line of the base where a conflict begins, if its lines stand there together."""
        first, size = conflict.line - 1, conflict.base.count("\n")
        lines = [*self.origin, len(self.origin)][first : first + max(1, size)]
        together = all(after == before + 1 for before, after in pairwise(lines))
        return lines[0] + 1 if lines and together and lines[0] >= 0 else None


@dataclass(frozen=True, slots=True)
class _Move:
    """Units of the base, of the mover that has them elsewhere, and of the side that changed them in place."""

    base: Span
    mover: Span
    other: Span


def carried(texts: Sequence[str], read: Scans) -> Carried | None:
    """Make each move of a side in the base and in the other side, if that one changed what moved.

    None where there is no such block, or none of which this is sure.
    """
    now, origin = list(texts), list(range(texts[0].count("\n")))
    for _ in range(MOST_MOVES):
        step = _step(now, read, origin)
        if step is None:
            break
        now, origin = step
    return None if now == list(texts) else Carried(now, origin)


def _step(texts: Sequence[str], read: Scans, origin: Sequence[int]) -> tuple[list[str], list[int]] | None:
    """Make the first move that can be made, whichever side's it is."""
    scans = [read(text) for text in texts]
    places = [_places(scans[0], side) for side in scans[1:]]
    still = all(all(one < other for one, other in pairwise(found.values())) for found in places)
    if still or max(map(len, scans)) > MOST_UNITS:
        return None
    pairing = Pairing()
    pairs = [dict(aligned(scans[0], side, pairing)) for side in scans[1:]]
    found = [
        (move.base[0], -move.base[1], mover, move)
        for mover in (1, 2)
        for move in _moves(
            (scans[0], scans[mover], scans[3 - mover]), places[mover - 1], pairs[mover - 1], pairs[2 - mover]
        )
    ]
    for *_, mover, move in sorted(found, key=lambda each: each[:2]):
        made = _made((scans[0], scans[mover], scans[3 - mover]), move, pairing)
        if made is not None and all(_reads_alike(units, read) for units in made):
            known = {id(unit): unit.first for unit in scans[0]}
            lines = [
                origin[known[id(unit)] + at] if id(unit) in known else -1
                for unit in made[0]
                for at in range(unit.last - unit.first)
            ]
            done = [text_of(made[0]), texts[1], texts[2]]
            done[3 - mover] = text_of(made[1])
            if done != list(texts):
                return done, lines
    return None


def _reads_alike(units: Units, read: Scans) -> bool:
    """Whether blocks stay the same blocks where they stand now."""
    return [unit.text for unit in read(text_of(units))] == [unit.text for unit in units]


def _places(base: Units, mover: Units) -> dict[int, int]:
    """Pair what begins a block of the base with the only block of the mover that says the same."""
    known: list[dict[str, int]] = [{}, {}]
    for units, found in zip((base, mover), known, strict=True):
        for at, unit in enumerate(units):
            if unit.kind in MOVABLE:
                name = _name(units, at)
                found[name] = -1 if name in found else at
    return {at: known[1][name] for name, at in known[0].items() if at >= 0 and known[1].get(name, -1) >= 0}


def _name(units: Units, at: int) -> str:
    """Say what a block is known by wherever it stands: a heading's words, else all of it."""
    unit = units[at]
    if unit.kind is UnitKind.HEADING:
        return f"# {heading_of(unit)[1]}"
    if unit.kind is UnitKind.FENCE and unit.first == unit.group:
        return text_of(units[at : _end(units, at)])
    return unit.text


def _moves(scans: Sequence[Units], places: Pairs, to_mover: Pairs, to_other: Pairs) -> Iterator[_Move]:
    """Give what a mover has whole at another place, and the other side changed where it was."""
    base, mover, other = scans
    for at, there in places.items():
        if at not in to_other:
            continue
        move = _Move((at, _end(base, at)), (there, _end(mover, there)), (to_other[at], _end(other, to_other[at])))
        before, moved, after = base[slice(*move.base)], mover[slice(*move.mover)], other[slice(*move.other)]
        if text_of(before) == text_of(after) or _stays((base, mover), (move.base, move.mover), to_mover):
            continue
        if not _recognised(before, moved) or _placing(before, after):
            continue
        if _stays((base, other), (move.base, move.other), to_other):
            yield move


def _end(units: Units, at: int) -> int:
    """Give the end of the block that begins at a unit, without the blank lines behind it."""
    first, end = units[at], at + 1
    if first.kind is UnitKind.HEADING:
        while end < len(units) and not 0 < _level(units[end]) <= _level(first):
            end += 1
    elif first.kind is UnitKind.FENCE:
        while end < len(units) and units[end].group == first.group:
            end += 1
    elif first.kind is UnitKind.ITEM:
        while end < len(units) and (units[end].kind is UnitKind.BLANK or _margin(units[end]) > _margin(first)):
            end += 1
    while units[end - 1].kind is UnitKind.BLANK:
        end -= 1
    return end


def _level(unit: Unit) -> int:
    return heading_of(unit)[0] if unit.kind is UnitKind.HEADING else 0


def _margin(unit: Unit) -> int:
    found = MARGIN.match(unit.text)
    return len(found[0].expandtabs(4)) if found else 0


def _recognised(before: Units, moved: Units) -> bool:
    """Whether a moved block is the one of the base: of a section, nearly all of what either says stands in both."""
    if before[0].kind is not UnitKind.HEADING:
        return text_of(before) == text_of(moved) and len(WORDS.findall(text_of(before))) >= LEAST_SAID
    mine, other = ({unit.text.strip() for unit in units[1:]} for units in (before, moved))
    shared = sum(map(len, mine & other))
    return shared > 0 and shared >= SAME * max(sum(map(len, mine)), sum(map(len, other)))


def _placing(before: Units, after: Units) -> bool:
    """Whether a change puts in words that say where something stands."""
    said, now = (Counter(WORDS.findall(text_of(units).casefold())) for units in (before, after))
    return any(word in PLACES for word in now - said)


def _stays(sides: tuple[Units, Units], spans: tuple[Span, Span], pairs: Pairs) -> bool:
    """Whether a block stands between the same two others as in the base."""
    base, side = sides
    first = [units[span[0]] for units, span in zip(sides, spans, strict=True)]
    if first[0].kind is not first[1].kind or _level(first[0]) != _level(first[1]):
        return False
    for edge, step in ((0, -1), (1, 1)):
        here, there = (_next(units, span[edge] - edge, step) for units, span in zip(sides, spans, strict=True))
        if (pairs.get(here) != there) if 0 <= here < len(base) else 0 <= there < len(side):
            return False
    return True


def _next(units: Units, at: int, step: int) -> int:
    """Give the next unit that is not blank; the place beyond the end where there is none."""
    at += step
    while 0 <= at < len(units) and units[at].kind is UnitKind.BLANK:
        at += step
    return at


def _made(scans: Sequence[Units], move: _Move, pairing: Pairing) -> tuple[list[Unit], list[Unit]] | None:
    """Make a mover's move in the base and in the other side; None where its place there is in doubt."""
    base, moved, other = scans
    rest = [_without(units, span) for units, span in zip(scans, (move.base, move.mover, move.other), strict=True)]
    back = {there: here for here, there in aligned(rest[0], rest[1], pairing)}
    gap = _gap(moved, move.mover, rest[1], {**back, -1: -1, len(rest[1]): len(rest[0])})
    on = {**dict(aligned(rest[0], rest[2], pairing)), -1: -1, len(rest[0]): len(rest[2])}
    if _next(rest[0], gap[0], 1) != gap[1] or not {*gap} <= on.keys():
        return None
    there = on[gap[0]], on[gap[1]]
    if _next(rest[2], there[0], 1) != there[1]:
        return None
    first, last = move.mover
    above, below = moved[_next(moved, first, -1) + 1 : first], moved[last : _next(moved, last - 1, 1)]

    def put(kept: Units, place: Span, block: Units) -> list[Unit]:
        return [*kept[: place[0] + 1], *above, *block, *below, *kept[place[1] :]]

    return put(rest[0], gap, base[slice(*move.base)]), put(rest[2], there, other[slice(*move.other)])


def _without(units: Units, span: Span) -> list[Unit]:
    """Take a block out, and the blank lines on one side of it."""
    before, after = _next(units, span[0], -1), _next(units, span[1] - 1, 1)
    blanks = max(units[before + 1 : span[0]], units[span[1] : after], key=len)
    between = blanks if before >= 0 and after < len(units) else []
    return [*units[: before + 1], *between, *units[after:]]


def _gap(moved: Units, span: Span, rest: Units, back: Pairs) -> Span:
    """Give the two units of the base between which a mover put a block: the nearest that it kept."""
    before = _next(moved, span[0], -1)
    after = _next(rest, before, 1)
    while before not in back or (before >= 0 and rest[before].kind is UnitKind.BLANK):
        before -= 1
    while after not in back or (after < len(rest) and rest[after].kind is UnitKind.BLANK):
        after += 1
    return back[before], back[after]


def _leads(text: str, texts: Sequence[str], read: Scans) -> bool:
    """Whether all anchors of both sides stand in a merged text, and its links lead somewhere if they did in a side."""
    named, *sides = ({name for _, name in anchors(read(each))} for each in (text, *texts[1:]))
    if not sides[0] & sides[1] <= named:
        return False
    links, *before = (set(LINKS.findall(each)) for each in (text, *texts[1:]))
    return all(links & led & side <= named for led, side in zip(before, sides, strict=True))
