"""Counts ordered lists anew after a merge, where they were counted without a gap before."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TypeAlias

from specs.merging.scan import Unit, UnitKind

NUMBER = re.compile(r"([ \t>]*)(\d{1,9})([.)])(?=[ \t])")
Run: TypeAlias = list[int]


def renumbered(merged: Sequence[Unit], sides: Sequence[Sequence[Unit]]) -> str | None:
    """Give the text of merged units with each list numbered through that all three number so.

    None where two items came to have one number, and what is right cannot be told.
    """
    texts = [unit.text for unit in merged]
    known = [_bodies(side) for side in sides]
    for run in runs(merged):
        if _counted(merged, run):
            continue
        bodies = {_body(merged[place]) for place in run}
        if bodies & known[0][0] and not any(bodies & uncounted for _, uncounted in known):
            _count(texts, run)
        elif _repeats(merged, run) and not any(_repeats(side, other) for side in sides for other in runs(side)):
            return None
    return "".join(texts)


def unnumbered(units: Sequence[Unit]) -> str:
    """Give the text of units without the numbers of lists."""
    return "".join(_body(unit) if unit.kind is UnitKind.ITEM else unit.text for unit in units)


def runs(units: Sequence[Unit]) -> Iterator[Run]:
    """Give the places of the items of each ordered list."""
    open_: dict[int, Run] = {}
    for place, unit in enumerate(units):
        if unit.kind is UnitKind.HEADING or (unit.kind is UnitKind.PARAGRAPH and not unit.text[0].isspace()):
            yield from open_.values()
            open_.clear()
        elif unit.kind is UnitKind.ITEM:
            depth, number = len(unit.text) - len(unit.text.lstrip(" \t>")), NUMBER.match(unit.text)
            for ended in [known for known in open_ if known > depth or (known == depth and not number)]:
                yield open_.pop(ended)
            if number:
                open_.setdefault(depth, []).append(place)
    yield from open_.values()


def _body(unit: Unit) -> str:
    found = NUMBER.match(unit.text)
    return unit.text[found.end() :] if found else unit.text


def _number(text: str) -> int:
    found = NUMBER.match(text)
    return int(found[2]) if found else 0


def _counted(units: Sequence[Unit], run: Run) -> bool:
    numbers = [_number(units[place].text) for place in run]
    return all(after == before + 1 for before, after in pairwise(numbers))


def _repeats(units: Sequence[Unit], run: Run) -> bool:
    numbers = [_number(units[place].text) for place in run]
    return len(set(numbers)) < len(numbers)


def _bodies(units: Sequence[Unit]) -> tuple[set[str], set[str]]:
    """Give the items of lists that count up by one, and those of others."""
    counted: set[str] = set()
    uncounted: set[str] = set()
    for run in runs(units):
        (counted if _counted(units, run) else uncounted).update(_body(units[place]) for place in run)
    return counted, uncounted


def _count(texts: list[str], run: Run) -> None:
    start = _number(texts[run[0]])
    for step, place in enumerate(run):
        found = NUMBER.match(texts[place])
        if found:
            width = len(found[2]) if found[2][0] == "0" else 0
            texts[place] = f"{found[1]}{str(start + step).zfill(width)}{texts[place][found.end(2) :]}"
