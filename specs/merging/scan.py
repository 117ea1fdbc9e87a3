"""Cuts the lines of a text into units, the smallest things that a merge pairs up: blocks as a writer sees them.

A light reading of CommonMark, line by line: quick, total, and wrong at worst about how finely a text is cut, never
about what it says. Units tile the lines.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from specs.diff import split
from specs.fences import meaning

FRONT = re.compile(r"---[ \t]*\n?")
OPENING = re.compile(r"(?P<indent>[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?)(?P<fence>`{3,}|~{3,})(?P<info>[^\n]*)")
HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]|$)")
UNDERLINE = re.compile(r" {0,3}(?:=+|-+)[ \t]*$")
RULE = re.compile(r" {0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$")
ITEM = re.compile(r"[ \t>]*(?:[-*+]|\d{1,9}[.)])(?:[ \t]|$)")
LABEL = re.compile(r" {0,3}\[(\^?[^\]\n]+)\]:[ \t]*\S?")
ROW = re.compile(r"[ \t>]*\|.*\|[ \t]*$")
DELIMITER = re.compile(r"[ \t>]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
KEY = re.compile(r"(?:\"[^\"\n]+\"|'[^'\n]+'|[\w$][^:#\n]*?)[ \t]*:(?=[ \t]|$)")
MARKUP = re.compile(r"[ \t]*</?[A-Za-z!]")
QUOTE = re.compile(r"[ \t]*>")


FRONT_MATTER = -2


class UnitKind(StrEnum):
    """The sort of a unit."""

    BLANK = "blank"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    ROW = "row"
    DEFINITION = "definition"
    FENCE = "fence"
    CODE = "code"
    KEY = "key"
    OTHER = "other"


PROSE = frozenset({UnitKind.HEADING, UnitKind.PARAGRAPH, UnitKind.ITEM, UnitKind.ROW})


@dataclass(frozen=True, slots=True)
class Unit:
    """Lines `first` up to (not including) `last` of a text. `key` is a definition's label or a front matter's key.

    `group` tells fences and tables apart from the next one: the line at which they open (-1 outside, FRONT_MATTER in
    that).
    """

    kind: UnitKind
    text: str
    first: int
    last: int
    key: str = ""
    group: int = -1


class Scans:
    """Cuts texts into units, each only once."""

    def __init__(self) -> None:
        self._known: dict[str, list[Unit]] = {}

    def __call__(self, text: str) -> list[Unit]:
        """Give the units of a text."""
        found = self._known.get(text)
        if found is None:
            found = self._known[text] = scan(split(text))
        return found


def scan(lines: Sequence[str]) -> list[Unit]:
    """Cut lines (with their ends) into units; their texts joined are the lines joined."""
    units: list[Unit] = []
    at = _front_matter(lines, units)
    while at < len(lines):
        line = lines[at].rstrip("\r\n")
        if not line or line.isspace():
            units.append(Unit(UnitKind.BLANK, lines[at], at, at + 1))
            at += 1
            continue
        kind, last, key = _next(lines, at, line, units)
        if kind is UnitKind.FENCE:
            at = _fenced(lines, at, units)
            continue
        group = -1
        if kind is UnitKind.ROW:
            group = units[-1].group if units and units[-1].kind is UnitKind.ROW else at
        units.append(Unit(kind, "".join(lines[at:last]), at, last, key, group))
        at = last
    return units


def heading_of(unit: Unit) -> tuple[int, str]:
    """Give the level of a heading and what it says, as it is written."""
    first, _, rest = unit.text.rstrip("\r\n").partition("\n")
    text = first.strip()
    if rest:
        return 1 if rest.strip().startswith("=") else 2, text
    return len(text) - len(text.lstrip("#")), text.lstrip("#").strip().rstrip("#").rstrip()


def _front_matter(lines: Sequence[str], units: list[Unit]) -> int:
    """Take the front matter: one unit for each key with the lines under it."""
    if len(lines) < 2 or not FRONT.fullmatch(lines[0]) or not lines[1].strip():  # noqa: PLR2004 (an opening line and one more)
        return 0
    end = next((at for at in range(1, len(lines)) if FRONT.fullmatch(lines[at])), 0)
    if not end:
        return 0
    units.append(Unit(UnitKind.FENCE, lines[0], 0, 1, group=FRONT_MATTER))
    units.extend(keyed(lines, 1, end, FRONT_MATTER))
    units.append(Unit(UnitKind.FENCE, lines[end], end, end + 1, group=FRONT_MATTER))
    return end + 1


def keyed(lines: Sequence[str], first: int, last: int, group: int) -> list[Unit]:
    """Cut lines of YAML into one unit for each key at the margin, with the comments above it and the lines under it."""
    starts: list[tuple[int, str]] = []
    for at in range(first, last):
        found = KEY.match(lines[at])
        if found:
            starts.append((at, found[0].rstrip(": \t").strip("\"'")))
    for index, (at, key) in enumerate(starts):
        floor = starts[index - 1][0] + 1 if index else first
        start = at
        while start > floor and lines[start - 1].startswith("#"):
            start -= 1
        starts[index] = (start, key)
    units = []
    if (starts[0][0] if starts else last) > first:
        end = starts[0][0] if starts else last
        units += [Unit(UnitKind.CODE, lines[at], at, at + 1, group=group) for at in range(first, end)]
    for index, (at, key) in enumerate(starts):
        end = starts[index + 1][0] if index + 1 < len(starts) else last
        units.append(Unit(UnitKind.KEY, "".join(lines[at:end]), at, end, key, group))
    return units


def _fenced(lines: Sequence[str], at: int, units: list[Unit]) -> int:
    """Take a fenced block: its fences, and each line between as a unit of its own."""
    found = OPENING.match(lines[at])
    mark = found["fence"] if found else "```"
    close = re.compile(rf"[ \t>]*{re.escape(mark[0])}{{{len(mark)},}}[ \t]*\r?\n?")
    units.append(Unit(UnitKind.FENCE, lines[at], at, at + 1, found["info"].strip() if found else "", at))
    line = at + 1
    while line < len(lines) and not close.fullmatch(lines[line]):
        line += 1
    if found and meaning(found["info"]) and not found["indent"]:
        units += keyed(lines, at + 1, line, at)
    else:
        units += [Unit(UnitKind.CODE, lines[place], place, place + 1, group=at) for place in range(at + 1, line)]
    if line < len(lines):
        units.append(Unit(UnitKind.FENCE, lines[line], line, line + 1, group=at))
        line += 1
    return line


def _next(lines: Sequence[str], at: int, line: str, units: Sequence[Unit]) -> tuple[UnitKind, int, str]:
    """Say what begins at a line, where it ends, and its key."""
    label = LABEL.match(line)
    if label:
        last = _until(lines, at) if label[1].startswith("^") else at + 1
        return UnitKind.DEFINITION, last, label[1].casefold()
    kind = _alone(lines, at, line, units)
    if kind is not None:
        return kind, at + 1, ""
    last = _until(lines, at)
    if ITEM.match(line):
        return UnitKind.ITEM, last, ""
    if last == at + 1 and last < len(lines) and UNDERLINE.match(lines[last].rstrip("\r\n")):
        return UnitKind.HEADING, last + 1, ""
    return UnitKind.PARAGRAPH, last, ""


def _alone(lines: Sequence[str], at: int, line: str, units: Sequence[Unit]) -> UnitKind | None:
    """Say what a line is that is a unit of its own, whatever follows; None for the beginning of prose."""
    first = line.lstrip(" \t>")[:1]
    before = units[-1].kind if units else UnitKind.BLANK
    if first == "#" and HEADING.match(line):
        return UnitKind.HEADING
    if first == "<" and MARKUP.match(line):
        return UnitKind.PARAGRAPH
    if first in "-*_" and RULE.match(line):
        return UnitKind.OTHER
    if _opens(line):
        return UnitKind.FENCE
    if "|" in line and (ROW.match(line) or _in_table(lines, at, units)):
        return UnitKind.ROW
    margin = line.startswith(("    ", "\t")) and not ITEM.match(line)
    return UnitKind.CODE if margin and before in {UnitKind.BLANK, UnitKind.CODE} else None


def _opens(line: str) -> bool:
    """Whether a line opens a fenced block."""
    found = OPENING.match(line) if "```" in line or "~~~" in line else None
    return bool(found and not (found["fence"][0] == "`" and "`" in found["info"]))


def _in_table(lines: Sequence[str], at: int, units: Sequence[Unit]) -> bool:
    if units and units[-1].kind is UnitKind.ROW and units[-1].last == at:
        return True
    return at + 1 < len(lines) and "|" in lines[at + 1] and bool(DELIMITER.match(lines[at + 1].rstrip("\r\n")))


def _until(lines: Sequence[str], at: int) -> int:
    """Find the end of prose that begins at a line: a blank line, or one that begins something else."""
    end = at + 1
    quoted = bool(QUOTE.match(lines[at]))
    while end < len(lines):
        line = lines[end].rstrip("\r\n")
        if line[:1].isalpha() and not quoted:
            end += 1
            continue
        begins = HEADING.match(line) or RULE.match(line) or OPENING.match(line) or ITEM.match(line)
        if not line.strip() or begins or LABEL.match(line) or ROW.match(line) or MARKUP.match(line):
            break
        if UNDERLINE.match(line) or bool(QUOTE.match(line)) != quoted:
            break
        end += 1
    return end
