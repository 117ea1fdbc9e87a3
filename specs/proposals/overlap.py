"""What a delta touches, as keys that can be stored and compared: two proposals that share one overlap.

A statement that both change is a closer overlap than a section that both work in; retiring or renaming a spec touches
all of it. Knows no states and no storage.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from specs.document import STATEMENT_KINDS
from specs.parser import parse
from specs.paths import path_key
from specs.proposals.delta import Operation, SpecDelta
from specs.proposals.hunks import Hunk, hunks, placed


class Closeness(StrEnum):
    """How near two proposals come to each other, the nearest first."""

    STATEMENT = "statement"
    SECTION = "section"
    PATH = "path"
    SPEC = "spec"


@dataclass(frozen=True, slots=True)
class Touch:
    """One thing that a delta touches. `spec` is none for a path, which no spec may have yet.

    `anchor` is the section, for people; `key` what makes two touches the same.
    """

    closeness: Closeness
    spec: UUID | None
    key: str
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Overlap:
    """Where two deltas meet: a section of a spec, all of it (no anchor), or a path (in `anchor`, without a spec)."""

    closeness: Closeness
    spec: UUID | None
    anchor: str = ""


def touches(delta: Sequence[SpecDelta]) -> frozenset[Touch]:
    """Give all that a delta touches."""
    found: set[Touch] = set()
    for part in delta:
        if part.operation is Operation.CREATE or part.path != part.to_path:
            found.add(Touch(Closeness.PATH, None, path_key(part.to_path)))
        if part.operation is not Operation.CREATE:
            whole = part.operation is not Operation.EDIT or part.path != part.to_path
            found.add(Touch(Closeness.SPEC, part.spec, "whole" if whole else "part"))
        if part.operation is Operation.EDIT:
            found.update(_in_text(part))
    return frozenset(found)


def _in_text(part: SpecDelta) -> Iterable[Touch]:
    document = parse(part.before)
    statements = [(block, lines) for block, lines in placed(document) if block.kind in STATEMENT_KINDS]
    for hunk in hunks(part.before, part.after):
        yield Touch(Closeness.SECTION, part.spec, hunk.anchor, hunk.anchor)
        for block, lines in statements:
            if _meets(hunk, lines):
                text = hashlib.sha256(f"{block.anchor}\n{block.text.strip()}".encode()).hexdigest()
                yield Touch(Closeness.STATEMENT, part.spec, text, block.anchor)


def _meets(hunk: Hunk, lines: range) -> bool:
    """Say whether a hunk changes lines of a statement, or puts some inside it."""
    if not hunk.removed:
        return lines.start < hunk.line < lines.stop
    return hunk.line < lines.stop and lines.start < hunk.line + len(hunk.removed)


def overlaps(mine: Iterable[Touch], others: Iterable[Touch]) -> tuple[Overlap, ...]:
    """Give where two deltas meet, the closest first; of one section, only the closest.

    Two that change parts of one spec in different sections do not meet.
    """
    ours, theirs = frozenset(mine), frozenset(others)
    found: dict[tuple[UUID | None, str], Closeness] = {}
    order = list(Closeness)
    for touch in ours & theirs:
        if touch.closeness is Closeness.SPEC and touch.key != "whole":
            continue
        place = (touch.spec, touch.anchor or (touch.key if touch.closeness is Closeness.PATH else ""))
        known = found.get(place)
        if known is None or order.index(touch.closeness) < order.index(known):
            found[place] = touch.closeness
    for spec in {touch.spec for touch in ours | theirs if touch.closeness is Closeness.SPEC and touch.key == "whole"}:
        if all(any(touch.spec == spec and spec for touch in side) for side in (ours, theirs)):
            found.setdefault((spec, ""), Closeness.SPEC)
    met = (Overlap(closeness, spec, anchor) for (spec, anchor), closeness in found.items())
    return tuple(sorted(met, key=lambda o: (order.index(o.closeness), str(o.spec), o.anchor)))
