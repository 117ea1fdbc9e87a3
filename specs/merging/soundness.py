"""Looks at a merged text as a whole: are fences closed as before, does nothing stand twice that stood once?

What is not sound becomes one conflict.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import accumulate

from specs.diff import matches, split
from specs.merging.diff3 import regions
from specs.merging.pairing import Pairing
from specs.merging.scan import Scans, Unit, UnitKind, heading_of
from specs.merging.validity import Breach
from specs.merging.values import Conflict, Piece, Reason, Resolved, Suggestion

TELLING = frozenset({UnitKind.PARAGRAPH, UnitKind.HEADING, UnitKind.ITEM, UnitKind.ROW, UnitKind.DEFINITION})


def sound(text: str, texts: Sequence[str], read: Scans) -> bool:
    """Whether each fence of a merged text ends, if all of both sides' do, and no block stands there once too often.

    `texts` are base, ours and theirs.
    """
    found, sides = read(text), [read(side) for side in texts[1:]]
    closed = _closed(text, found) or not all(map(_closed, texts[1:], sides))
    return closed and not _doubled(found, lambda: read(texts[0]), sides)


def displaced(found: Sequence[Unit], scans: Sequence[Sequence[Unit]]) -> bool:
    """Whether a section that one side put in came under another heading, as the other side changed a heading's level.

    Given are the units of a merged text, and those of base, ours and theirs.
    """
    before, *outlines = map(_outline, scans)
    if before in outlines:
        return False
    merged = _outline(found)
    for side, units in zip(outlines, scans[1:], strict=True):
        for title in side.keys() & merged.keys() - before.keys() - _renamed(scans[0], units):
            parents = {merged[title][1], side[title][1]}
            known = (parent for parent in parents if parent in side and parent in merged)
            if len(parents) > 1 and any(side[parent][0] != merged[parent][0] for parent in known):
                return True
    return False


def _renamed(base: Sequence[Unit], side: Sequence[Unit]) -> set[str]:
    """Give the titles that a side gave to sections of the base, and not to sections of its own."""
    headings = [[unit for unit in units if unit.kind is UnitKind.HEADING] for units in (base, side)]
    titles = [[heading_of(unit)[1] for unit in units] for units in headings]
    pairing, found = Pairing(), set[str]()
    a, b = 0, 0
    for x, y in (*matches(*titles), (len(titles[0]), len(titles[1]))):
        found |= {titles[1][b + there] for _, there in pairing.pairs(headings[0][a:x], headings[1][b:y])}
        a, b = x + 1, y + 1
    return found


def _outline(units: Sequence[Unit]) -> dict[str, tuple[int, str]]:
    """Give each heading that stands but once, with its level and the heading that it stands under."""
    found: dict[str, tuple[int, str]] = {}
    counts: Counter[str] = Counter()
    above: list[tuple[int, str]] = []
    for unit in units:
        if unit.kind is not UnitKind.HEADING:
            continue
        level, title = heading_of(unit)
        above = [each for each in above if each[0] < level]
        found[title] = level, above[-1][1] if above else ""
        counts[title] += 1
        above.append((level, title))
    return {title: place for title, place in found.items() if counts[title] == 1}


def _doubled(found: Sequence[Unit], base: Callable[[], Sequence[Unit]], sides: Sequence[Sequence[Unit]]) -> bool:
    """Whether a block that each side has but once, as both moved it, stands there twice."""
    counts = _counted(found)
    often = [text for text, count in counts.items() if count > 1]
    if not often:
        return False
    before, ours, theirs = (_counted(units) for units in (base(), *sides))
    return any(counts[text] > before[text] == ours[text] == theirs[text] for text in often if before[text])


def _counted(units: Sequence[Unit]) -> Counter[str]:
    return Counter(unit.text.strip() for unit in units if unit.kind in TELLING)


def questioned(breaches: Sequence[Breach], base: str, ours: str, theirs: str) -> list[Piece]:
    """Ask about the places at which a merge by lines breaks what each side keeps; about all of it where none is one."""
    found = list(regions(split(base), split(ours), split(theirs), lambda line: not line.strip()))
    starts = [0, *accumulate(len(region.merged or ()) for region in found)]
    notes: dict[int, list[str]] = {}
    for breach in breaches:
        notes.setdefault(bisect_right(starts, breach.line) - 1, []).append(breach.told)
    if any(region.merged is None for region in found) or any(at >= len(found) or found[at].stable for at in notes):
        return whole(base, ours, theirs, " ".join(dict.fromkeys(breach.told for breach in breaches)))
    pieces: list[Piece] = []
    for at, region in enumerate(found):
        if at in notes:
            texts = ["".join(lines) for lines in (region.base, region.ours, region.theirs)]
            index = sum(isinstance(piece, Conflict) for piece in pieces)
            pieces.append(_asked(texts, index, region.start + 1, " ".join(dict.fromkeys(notes[at]))))
        else:
            pieces.append(Resolved("".join(region.merged or ())))
    return pieces


def _asked(texts: Sequence[str], index: int, line: int, note: str) -> Conflict:
    base, ours, theirs = texts
    offered = tuple(Suggestion(name, text) for name, text in (("ours", ours), ("theirs", theirs)))
    return Conflict(index, base, ours, theirs, Reason.STRUCTURE, offered, line=line, note=note)


def whole(base: str, ours: str, theirs: str, note: str = "") -> list[Piece]:
    """Give three texts as one conflict of all lines between the first and the last that differ."""
    versions = [split(text) for text in (base, ours, theirs)]
    shortest = min(map(len, versions))
    head = 0
    while head < shortest and versions[0][head] == versions[1][head] == versions[2][head]:
        head += 1
    tail = 0
    while tail < shortest - head and len({lines[-1 - tail] for lines in versions}) == 1:
        tail += 1
    conflict = _asked(["".join(lines[head : len(lines) - tail]) for lines in versions], 0, head + 1, note)
    after = versions[0][len(versions[0]) - tail :]
    return [Resolved("".join(versions[0][:head])), conflict, Resolved("".join(after))]


def _closed(text: str, units: Sequence[Unit]) -> bool:
    marks = sum(line.lstrip().startswith("```") for line in split(text)) if "```" in text else 0
    return marks % 2 == 0 and not any(_open(units))


def _open(units: Sequence[Unit]) -> list[int]:
    """Give the fences that never end."""
    counts: dict[int, int] = {}
    for unit in units:
        if unit.kind is UnitKind.FENCE:
            counts[unit.group] = counts.get(unit.group, 0) + 1
    return [group for group, count in counts.items() if count == 1]
