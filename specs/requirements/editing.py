"""Writes a requirement back: only its own lines change, everything else stays byte for byte."""

import re
from collections.abc import Sequence

from specs.lines import split_lines, without_end
from specs.requirements.values import Part, Requirement, TaskItem


def find_requirement(requirements: Sequence[Requirement], key: str) -> Requirement | Part | None:
    """Find a requirement, scenario or criterion by its key, or by the number that the file itself gives it."""
    parts = [part for requirement in requirements for part in requirement.parts]
    everything: list[Requirement | Part] = [*requirements, *parts]
    exact = next((one for one in everything if one.key == key), None)
    return exact or next((one for one in everything if one.label and one.label == key), None)


def find_task(tasks: Sequence[TaskItem], key: str) -> TaskItem | None:
    """Find a task by its key, or by the number that the file itself gives it."""
    exact = next((one for one in tasks if one.key == key), None)
    return exact or next((one for one in tasks if one.label and one.label == key), None)


def replace_requirement(text: str, requirement: Requirement | Part, new: str) -> str:
    """Put `new` in the place of a requirement that was read from this very text.

    `new` takes the line ends of what it replaces, and ends as that does, so that no neighbour is touched.
    """
    old = text[requirement.start : requirement.end]
    return text[: requirement.start] + fitted(new, old) + text[requirement.end :]


def remove_requirement(text: str, requirement: Requirement | Part) -> str:
    """Take a requirement out, with the blank lines after it."""
    after = text[requirement.end :]
    blank = re.match(r"(?:[ \t]*(?:\r\n|\r|\n))*", after)
    return text[: requirement.start] + after[blank.end() if blank else 0 :]


def fitted(new: str, old: str) -> str:
    """Give a text the line ends of another (unless it brings its own), and the same end."""
    if new == old:
        return new
    ends = [line[len(without_end(line)) :] for line in split_lines(old)]
    end = next((one for one in ends if one), "\n")
    if "\r" not in new:
        new = new.replace("\n", end) if end != "\n" else new
    bare = new.rstrip("\r\n")
    return bare + (ends[-1] if ends else "")


def line_end(text: str) -> str:
    r"""Give the line end of a text's first line that has one, else \n."""
    return next((line[len(without_end(line)) :] for line in split_lines(text) if without_end(line) != line), "\n")
