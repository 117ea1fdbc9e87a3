"""Says what two texts of a spec, each of them valid, break together: an id that stands twice, a head that is no YAML.

Only what a spec is made of is looked at: its front matter, its headings, its blocks of invariants and policies, and the
keys of its requirements.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from specs.fences import meaning
from specs.merging.scan import FRONT_MATTER, Unit, UnitKind, heading_of
from specs.parser import parse
from specs.requirements.keyed import key_at

REQUIREMENT = re.compile(r"requirement[ \t]*:[ \t]*(.+)", re.IGNORECASE)
MARK = re.compile(r"[ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?")
PLACE = re.compile(r"\bthe (\w+) on line \d+")
FIRST = re.compile(r" \(first on line \d+\)")
CONCERNED = re.compile(
    r"\A---|^[ \t>]*(?:`{3,}|~{3,})[ \t]*ya?ml[ \t]+(?:invariant|policy)"
    r"|^#.*\{#|^#+[ \t]+requirement[ \t]*:|\*\*\[?[A-Z]+-",
    re.IGNORECASE | re.MULTILINE,
)
LARGEST = 200_000


@dataclass(frozen=True, slots=True)
class Breach:
    """What would be wrong in a merged text, in words, and at which line of it (from 0)."""

    line: int
    told: str


def concerns(text: str) -> bool:
    """Whether a text has anything of what is looked at."""
    return bool(CONCERNED.search(text))


def breaches(merged: Sequence[Unit], sides: Sequence[Sequence[Unit]]) -> tuple[Breach, ...]:
    """Give what is wrong in a merged text that is wrong in neither side, in order."""
    told = _told(merged)
    if not told or any(told == _told(units) for units in sides):
        return ()
    found = list(_problems(merged))
    if not found:
        return ()
    known: Counter[str] = Counter()
    for units in sides:
        known |= Counter(breach.told for breach in _problems(units))
    new = []
    for breach in found:
        known[breach.told] -= 1
        if known[breach.told] < 0:
            new.append(breach)
    return tuple(new)


def _told(units: Sequence[Unit]) -> list[str]:
    """Give what of a text is looked at."""
    return [unit.text for unit in _skeleton(units)]


def _skeleton(units: Sequence[Unit]) -> Iterator[Unit]:
    groups = {unit.group for unit in units if unit.kind is UnitKind.FENCE and meaning(unit.key)} | {FRONT_MATTER}
    for unit in units:
        held = unit.group in groups and unit.kind in {UnitKind.FENCE, UnitKind.KEY, UnitKind.CODE}
        if held or unit.kind is UnitKind.HEADING or (unit.kind is UnitKind.ITEM and _key(unit)):
            yield unit


def _problems(units: Sequence[Unit]) -> Iterator[Breach]:
    """Read the skeleton of a text as a spec, and give its errors and each key of a requirement that stands twice."""
    parts: list[str] = []
    places: list[int] = []
    seen: set[str] = set()
    for unit in _skeleton(units):
        key = _key(unit)
        if key in seen:
            yield Breach(unit.first, f"The requirement {key} stands there already.")
        seen |= {key} if key else set()
        apart = "\n" if unit.kind is UnitKind.HEADING else ""
        if unit.kind is not UnitKind.ITEM:
            lines = unit.text.splitlines(keepends=True)
            parts += [*lines, apart]
            places += [*range(unit.first, unit.first + len(lines)), *([unit.first] if apart else [])]
    text = "".join(parts)
    if len(text) > LARGEST:
        return
    for problem in parse(text).problems:
        if problem.severity == "error":
            line = places[problem.line - 1] if problem.line <= len(places) else 0
            yield Breach(line, FIRST.sub("", PLACE.sub(r"another \1", problem.message)))


def _key(unit: Unit) -> str:
    """Give the key of the requirement that a heading or item begins, "" where it is none."""
    if unit.kind is UnitKind.HEADING:
        found = REQUIREMENT.fullmatch(heading_of(unit)[1])
        return found[1].strip() if found else ""
    mark = MARK.match(unit.text) if unit.kind is UnitKind.ITEM else None
    read = key_at(unit.text[mark.end() :].split("\n", 1)[0], bare=False) if mark else None
    return read[0] if read else ""
