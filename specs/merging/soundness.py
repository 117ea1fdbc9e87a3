"""Looks at a merged text as a whole: are fences closed as before? What is not sound becomes one conflict."""

from collections.abc import Sequence

from specs.diff import split
from specs.merging.scan import Unit, UnitKind, scan
from specs.merging.values import Conflict, Piece, Reason, Resolved, Suggestion


def sound(text: str, sides: Sequence[str]) -> bool:
    """Whether each fence of a merged text ends, if all of both sides' do."""
    return _closed(text) or not all(map(_closed, sides))


def whole(base: str, ours: str, theirs: str) -> list[Piece]:
    """Give three texts as one conflict of all lines between the first and the last that differ."""
    versions = [split(text) for text in (base, ours, theirs)]
    shortest = min(map(len, versions))
    head = 0
    while head < shortest and versions[0][head] == versions[1][head] == versions[2][head]:
        head += 1
    tail = 0
    while tail < shortest - head and len({lines[-1 - tail] for lines in versions}) == 1:
        tail += 1
    first, second, third = ("".join(lines[head : len(lines) - tail]) for lines in versions)
    suggestions = tuple(Suggestion(name, text) for name, text in (("ours", second), ("theirs", third)))
    conflict = Conflict(0, first, second, third, Reason.STRUCTURE, suggestions, line=head + 1)
    after = versions[0][len(versions[0]) - tail :]
    return [Resolved("".join(versions[0][:head])), conflict, Resolved("".join(after))]


def _closed(text: str) -> bool:
    marks = sum(line.lstrip().startswith("```") for line in split(text)) if "```" in text else 0
    return marks % 2 == 0 and not any(_open(scan(split(text))))


def _open(units: Sequence[Unit]) -> list[int]:
    """Give the fences that never end."""
    counts: dict[int, int] = {}
    for unit in units:
        if unit.kind is UnitKind.FENCE:
            counts[unit.group] = counts.get(unit.group, 0) + 1
    return [group for group, count in counts.items() if count == 1]
