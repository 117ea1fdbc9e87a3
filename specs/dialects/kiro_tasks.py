"""Kiro's lists of tasks: `.kiro/specs/<name>/tasks.md`, with nested items `- [ ] 1.2 Do it`, `- [ ]* 1.3` if optional.

Keys are the numbers the file shows; an item without one gets its place below its parent. What is inserted moves them:
`rekey_tasks` keeps them by what is said.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from specs.document import Document
from specs.requirements.filenames import paths_in
from specs.requirements.source import Source, read_source
from specs.requirements.tasks import CHECKS, TaskDraft, boxes, finish, said
from specs.requirements.values import Reading, TaskItem, TaskState

LONGEST_RANGE = 50

_PLACE = re.compile(r"(?:^|.*/)\.kiro/specs/(?:[^/]+/)*([^/]+)/tasks\.md$")
_ELSEWHERE = re.compile(r"(?:^|.*/)([^/]+)/tasks\.md$")
_FORM = re.compile(r"^# Implementation Plan\b|^[ \t]+[-*+][ \t]+_[^_:\uff1a]{2,40}[:\uff1a]\s*\d+\.\d+", re.MULTILINE)
_BOXED = re.compile(r"^[ \t]*[-*+][ \t]+\[[^\]\[]\]", re.MULTILINE)
_NUMBER = re.compile(r"\*{0,2}(\d+(?:\.\d+)*)(?:[.):]\*{0,2}\s+|\*{0,2}\s+)(.*)")
_CITES = re.compile(r"(?:^|\s)(?:[-*+]\s+)?([*_]{1,3})([^\d*_:\uff1a]{2,40})[:\uff1a][*_]{0,3}\s*([^*_]+)")
_REQUIREMENTS = re.compile(r"require|validat|requisit|anforder|exigen|vereist|wymag|krav|[^\x00-\x7f]", re.IGNORECASE)
_TOKEN = re.compile(
    r"\b(\d{1,6}(?:\.\d{1,6})*)\b(?:\s*[-\u2013\u2014~]\s*(\d{1,6}(?:\.\d{1,6})*)\b)?|\b[A-Z]{1,8}(?:-[A-Z]{1,8})?-?\d{1,6}(?:\.\d+)*\b"
)
_MARKS: Mapping[str, TaskState] = {**CHECKS, "-": "doing"}


class KiroTasks:
    """Reads the items with boxes, in any language: `_Requirements: 1.1, 2.3_` says what each is for."""

    name = "kiro tasks"
    title = "Kiro list of tasks"
    positional = True
    marks = _MARKS

    def recognises(self, path: str, text: str) -> bool:
        """Say whether it lies where Kiro keeps specs, or is called and headed as its lists are."""
        if _PLACE.match(path):
            return True
        elsewhere = _ELSEWHERE.match(path) and "/openspec/" not in f"/{path}"
        return bool(elsewhere and _FORM.search(text) and _BOXED.search(text))

    def read(self, path: str, document: Document) -> Reading:
        """Find the tasks; requirements there are none."""
        found = _ELSEWHERE.match(path)
        tasks, problems = finish(document, list(_drafts(read_source(document.text))), self.marks)
        return Reading(self.name, found[1] if found else path, (), problems, tasks=tuple(_under(tasks)))


def _drafts(source: Source) -> Iterator[TaskDraft]:
    keys: dict[int, str] = {}
    children: dict[int, int] = {}
    for box in boxes(source):
        above = box.above.first if box.above else -1
        children[above] = children.get(above, 0) + 1
        numbered = _NUMBER.match(box.text)
        stem = f"{keys[above]}." if above >= 0 else ""
        keys[box.first] = numbered[1] if numbered else f"{stem}{children[above]}"
        name = numbered[2] if numbered else box.text
        label = numbered[1] if numbered else ""
        lines = said(source, box)
        paths = paths_in("\n".join((name, *lines[1:])))
        cited = tuple(_cited(lines))
        yield TaskDraft(box, keys[box.first], name.strip(), label, cited, paths, written=bool(numbered))


def _under(tasks: Sequence[TaskItem]) -> Iterator[TaskItem]:
    """Put `1.2` under `1` where nobody indented it."""
    keys = {task.key for task in tasks}
    for task in tasks:
        above = task.label.rpartition(".")[0]
        yield replace(task, parent=above) if not task.parent and above in keys else task


def _cited(lines: Sequence[str]) -> Iterator[str]:
    """Give the requirements that the lines cite in italics or bold, with what lies between `1.1-1.3`."""
    for cite in (cite for line in lines for cite in _CITES.finditer(line)):
        if _REQUIREMENTS.search(cite[2]):
            for token in _TOKEN.finditer(cite[3]):
                yield from _between(token[1], token[2]) if token[2] else (token[0],)


def _between(first: str, last: str) -> Iterator[str]:
    stem, _, low = first.rpartition(".")
    other, _, high = last.rpartition(".")
    if stem == (other or stem) and 0 <= int(high) - int(low) <= LONGEST_RANGE:
        yield from (f"{stem}.{number}" if stem else str(number) for number in range(int(low), int(high) + 1))
    else:
        yield from (first, last)
