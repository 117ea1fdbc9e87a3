"""Widens each region that lines could not settle to whole units of all three texts. What lies between is settled."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from specs.merging.diff3 import Region
from specs.merging.scan import Unit

Point: TypeAlias = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Lines from `first` up to `last` of base, ours and theirs. `text`: what they come to, None where that is open."""

    first: Point
    last: Point
    text: str | None = None


def stretches(found: Sequence[Region[str]], scans: Sequence[Sequence[Unit]]) -> Iterator[Stretch]:
    """Cut three texts into settled stretches and open ones, in order; open ones hold whole units."""
    starts = [{unit.first for unit in units} | {units[-1].last if units else 0} for units in scans]
    places = _places(found)
    spans: list[tuple[tuple[int, int], tuple[int, int]]] = []
    for index, region in enumerate(found):
        if region.merged is not None or (spans and (index, 0) < spans[-1][1]):
            continue
        left, right = _left(found, places, starts, index), _right(found, places, starts, index)
        if spans and left < spans[-1][1]:
            left, _ = spans.pop()
        spans.append((left, right))
    at = (0, 0)
    for left, right in spans:
        yield from _settled(found, places, at, left)
        yield Stretch(_point(places, left), _point(places, right))
        at = right
    yield from _settled(found, places, at, (len(found), 0))


def _places(found: Sequence[Region[str]]) -> list[Point]:
    places: list[Point] = [(0, 0, 0)]
    for region in found:
        b, o, t = places[-1]
        places.append((b + len(region.base), o + len(region.ours), t + len(region.theirs)))
    return places


def _point(places: Sequence[Point], cut: tuple[int, int]) -> Point:
    index, offset = cut
    b, o, t = places[index]
    return b + offset, o + offset, t + offset


def _whole(place: Point, offset: int, starts: Sequence[set[int]]) -> bool:
    return all(start + offset in known for start, known in zip(place, starts, strict=True))


def _says(line: str) -> bool:
    return any(map(str.isalnum, line))


def _left(
    found: Sequence[Region[str]], places: Sequence[Point], starts: Sequence[set[int]], index: int
) -> tuple[int, int]:
    """Find a cut before a region, with something said between: the number of a stable region, and an offset into it."""
    for at in range(index - 1, -1, -1):
        if found[at].stable:
            said = False
            for offset in range(len(found[at].base) - 1, -1, -1):
                said = said or _says(found[at].base[offset])
                if said and _whole(places[at], offset, starts):
                    return at, offset
    return 0, 0


def _right(
    found: Sequence[Region[str]], places: Sequence[Point], starts: Sequence[set[int]], index: int
) -> tuple[int, int]:
    """Find a cut after a region, with something said between."""
    for at in range(index + 1, len(found)):
        if found[at].stable:
            said = False
            for offset in range(len(found[at].base) + 1):
                said = said or _says(found[at].base[offset - 1] if offset else "")
                if said and _whole(places[at], offset, starts):
                    return (at, offset) if offset < len(found[at].base) else (at + 1, 0)
    return len(found), 0


def _settled(
    found: Sequence[Region[str]], places: Sequence[Point], left: tuple[int, int], right: tuple[int, int]
) -> Iterator[Stretch]:
    parts: list[str] = []
    for index in range(left[0], min(right[0] + 1, len(found))):
        lines = found[index].merged or ()
        first = left[1] if index == left[0] else 0
        last = right[1] if index == right[0] else len(lines)
        parts += lines[first:last]
    if parts:
        yield Stretch(_point(places, left), _point(places, right), "".join(parts))
