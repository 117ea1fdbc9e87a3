"""Changes of single sections, addressed by anchor, and the text they make of a base text.

All anchors mean sections of the base. Two changes of one section, or of one inside the other, are refused: their order
would decide. Everything else in the text stays byte for byte.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from specs.document import Section
from specs.lines import split_lines
from specs.parser import parse, section_at
from specs.problem import Problem

_ATX = re.compile(
    r"(?P<mark> {0,3}#{1,6}[ \t]+)(?P<title>.*?)(?P<end>[ \t]*(?:\{#[^}\s]*\})?[ \t]*(?:[ \t]#+[ \t]*)?)$"
)
_SETEXT = re.compile(r" {0,3}(?:=+|-+)[ \t]*$")


class SectionOperation(StrEnum):
    """What is done to a section. `BODY` is what stands before the next heading of any level; `REPLACE` all of it."""

    REPLACE = "replace"
    BODY = "body"
    BEFORE = "insert-before"
    AFTER = "insert-after"
    DELETE = "delete"
    RENAME = "rename"


@dataclass(frozen=True, slots=True)
class SectionChange:
    """One change of one section: the text that comes (for `RENAME` the new title; for `DELETE` nothing)."""

    operation: SectionOperation
    anchor: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class SectionsChanged:
    """The text that section changes make of a base, or the first problem (then the text is the base's)."""

    text: str
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class _Edit:
    start: int
    stop: int
    lines: tuple[str, ...]


def change_sections(base: str, changes: Sequence[SectionChange]) -> SectionsChanged:
    """Apply section changes to a base text, each at the place its anchor has there."""
    document = parse(base)
    lines = split_lines(base)
    end = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
    edits: list[_Edit] = []
    for change in changes:
        section = section_at(document, change.anchor)
        if section is None:
            known = ", ".join(found.anchor for found in document.sections[:8])
            hint = f"The anchors there are: {known}." if known else "The text has no headings: propose its whole text."
            return SectionsChanged(base, Problem("no-section", f"There is no section #{change.anchor}.", 1, 1, hint))
        made = _edit(change, section, lines, end)
        if isinstance(made, Problem):
            return SectionsChanged(base, made)
        edits.append(made)
    edits.sort(key=lambda edit: (edit.start, edit.stop))
    for first, second in pairwise(edits):
        if second.start < first.stop or (first.start, first.stop) == (second.start, second.stop):
            hint = "Send one change for the outer section, or one for each of the inner ones."
            message = "Two changes meet in one section."
            return SectionsChanged(base, Problem("sections-meet", message, second.start + 1, 1, hint))
    for edit in reversed(edits):
        lines[edit.start : edit.stop] = edit.lines
    return SectionsChanged("".join(lines))


def _edit(change: SectionChange, section: Section, lines: Sequence[str], end: str) -> _Edit | Problem:
    first, stop = section.line - 1, section.end_line
    if change.operation is SectionOperation.RENAME:
        return _renamed(change.text, first, lines)
    if change.operation is SectionOperation.DELETE:
        return _Edit(first, stop, ())
    if not change.text.strip():
        hint = "Send the Markdown, or delete the section."
        return Problem("empty-section", "The section's new text is empty.", section.line, 1, hint)
    if change.operation is SectionOperation.REPLACE:
        return _Edit(first, stop, _spaced(change.text, lines, (first, stop), end))
    if change.operation is SectionOperation.BODY:
        first += _heading_lines(lines, first)
        stop = first + len(split_lines(section.body))
        return _Edit(first, stop, _spaced(change.text, lines, (first, stop), end))
    at = first if change.operation is SectionOperation.BEFORE else stop
    return _Edit(at, at, _spaced(change.text, lines, (at, at), end))


def _spaced(text: str, lines: Sequence[str], place: tuple[int, int], end: str) -> tuple[str, ...]:
    """Give new lines with the line ends of the text around, apart from it by one empty line each way."""
    start, stop = place
    body = [line.rstrip("\r\n") + end for line in split_lines(text.strip("\r\n"))]
    before = [end] if start and lines[start - 1].strip() else []
    if start and not lines[start - 1].endswith(("\n", "\r")):
        before = [end, end]
    after = [end] if stop < len(lines) and lines[stop].strip() else []
    return (*before, *body, *after)


def _heading_lines(lines: Sequence[str], first: int) -> int:
    """Count the lines of a heading: one, or those of an underlined one."""
    if _ATX.match(lines[first].rstrip("\r\n")):
        return 1
    for count, line in enumerate(lines[first + 1 :], 2):
        if _SETEXT.match(line.rstrip("\r\n")):
            return count
    return 1


def _renamed(title: str, first: int, lines: Sequence[str]) -> _Edit | Problem:
    """Give a heading another title; its level and its own anchor stay."""
    wanted = " ".join(title.split())
    if not wanted:
        return Problem("empty-title", "The section's new title is empty.", first + 1, 1, "Send the title as `text`.")
    line = lines[first]
    body = line.rstrip("\r\n")
    end = line[len(body) :]
    found = _ATX.match(body)
    if found is not None:
        return _Edit(first, first + 1, (f"{found['mark']}{wanted}{found['end']}{end}",))
    count = _heading_lines(lines, first)
    return _Edit(first, first + count - 1, (f"{wanted}{end}",))
