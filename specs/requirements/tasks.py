"""Lists of tasks: items with a box, what is nested in them, the files they name, and the change of one box.

Every other item of a list, and every paragraph, belongs to the item with a box that it is indented below.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from specs.document import Document
from specs.errors import UserError
from specs.problem import Problem
from specs.requirements.collecting import Collector
from specs.requirements.lists import ITEM
from specs.requirements.source import Source, Span
from specs.requirements.values import TaskItem, TaskState

CHECKS: Mapping[str, TaskState] = {" ": "open", "\t": "open", "x": "done", "X": "done"}

_BOX = re.compile(r"(\s*)(?:[-*+]|\d{1,9}[.)])\s+\[([^\]\[])\](\\?\*)?\s+(\S.*)$")
_TAB = 4


@dataclass(slots=True)
class Box:
    """An item with a box as it stands: its line (from 0), the mark in the box, what follows, its lines.

    `last` is the line after all that is nested in it; `own` are the lines that are its own and no nested item's.
    """

    first: int
    indent: int
    mark: str
    offset: int
    starred: bool
    text: str
    above: "Box | None"
    last: int = 0
    own: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class TaskDraft:
    """A task that was found, before keys are made unique: the key it asks for, its name, and what it says."""

    box: Box
    key: str
    name: str
    label: str = ""
    requirements: Sequence[str] = ()
    paths: Sequence[str] = ()
    parallel: bool = False
    written: bool = True


def boxes(source: Source) -> list[Box]:
    """Find the items with a box, in order."""
    found: list[Box] = []
    stack: list[Box] = []
    gap = False
    for index, line in enumerate(source.lines):
        if not line.text.strip():
            gap = True
            continue
        width = len(line.text.expandtabs(_TAB)) - len(line.text.expandtabs(_TAB).lstrip())
        box = None if line.hidden or line.level else _BOX.match(line.text)
        lazy = not (gap or line.hidden or line.level or ITEM.match(line.text))
        while stack and not lazy and (line.level or stack[-1].indent >= width):
            stack.pop()
        if box:
            # A byte order mark stands before the first line's text and is no part of it.
            raw = source.text[line.start : line.end]
            offset = line.start + raw.index(line.text) + box.start(2)
            above = stack[-1] if stack else None
            stack.append(Box(index, width, box[2], offset, bool(box[3]), box[4].strip(), above))
            found.append(stack[-1])
        elif stack and not line.hidden:
            stack[-1].own.append(index)
        for one in stack:
            one.last = index + 1
        gap = False
    return found


def said(source: Source, box: Box) -> list[str]:
    """Give the lines of an item that are its own, the first without its box."""
    return [box.text, *(source.lines[index].text.strip() for index in box.own)]


def finish(
    document: Document, drafts: Sequence[TaskDraft], marks: Mapping[str, TaskState]
) -> tuple[tuple[TaskItem, ...], tuple[Problem, ...]]:
    """Give tasks keys of their own; written numbers come first, and one that is taken twice is a problem."""
    collector = Collector(document)
    source = collector.source
    keys: dict[str, int] = {}
    given: dict[int, str] = {}
    again: dict[str, int] = {}
    problems: list[Problem] = []
    for draft in sorted(drafts, key=lambda one: not one.written):
        line = draft.box.first + 1
        own = _free(draft.key, keys, again)
        if own != draft.key and draft.written:
            message = (
                f"The number {draft.key} is taken by the task on line {keys[draft.key]}; this one is {own} for now."
            )
            problems.append(Problem("duplicate-key", message, line, 1, "Give it a number of its own.", "warning"))
        keys[own] = line
        given[draft.box.first] = own
    tasks = tuple(_task(collector, draft, given, marks) for draft in drafts)
    problems += _strange(source, drafts, marks)
    return tasks, tuple(sorted(problems, key=lambda one: one.line))


def tick(text: str, task: TaskItem, state: TaskState, marks: Mapping[str, TaskState] = CHECKS) -> str:
    """Change the box of a task that was read from this very text: that one character and no other.

    `marks` are those of its dialect. Raises `UserError` where they have none for the state.
    """
    if marks.get(text[task.box]) == state:
        return text
    mark = next((one for one, means in marks.items() if means == state), None)
    if mark is None:
        raise UserError(f"A box here cannot say {state}.", "Its states are open and done.")
    return text[: task.box] + mark + text[task.box + 1 :]


def _task(collector: Collector, draft: TaskDraft, given: Mapping[int, str], marks: Mapping[str, TaskState]) -> TaskItem:
    source, box = collector.source, draft.box
    span = source.trimmed(Span(box.first, box.last))
    above = box.above
    while above and above.first not in given:
        above = above.above
    return TaskItem(
        key=given[box.first],
        name=draft.name,
        state=marks.get(box.mark, "open"),
        anchor=collector.anchor(span.first),
        line=span.first + 1,
        end_line=span.last,
        start=source.start(span),
        end=source.end(span),
        box=box.offset,
        text=source.slice(span),
        label=draft.label,
        parent=given[above.first] if above else "",
        requirements=tuple(dict.fromkeys(draft.requirements)),
        paths=tuple(dict.fromkeys(draft.paths)),
        parallel=draft.parallel,
        optional=box.starred,
    )


def _strange(source: Source, drafts: Sequence[TaskDraft], marks: Mapping[str, TaskState]) -> Iterator[Problem]:
    for box in (draft.box for draft in drafts):
        if box.mark not in marks:
            column = box.offset - source.lines[box.first].start + 1
            message = f"The mark [{box.mark}] is none that this tool writes; the task counts as open."
            shown = ", ".join(f"[{mark}]" for mark in marks if mark != "\t")
            yield Problem("task-mark", message, box.first + 1, column, f"Write one of {shown}.", "info")


def _free(key: str, taken: Mapping[str, int], again: dict[str, int]) -> str:
    """Give the key, or with the next number behind it; `again` remembers how far each key has come."""
    own = key
    while own in taken:
        again[key] = again.get(key, 1) + 1
        own = f"{key}~{again[key]}"
    return own
