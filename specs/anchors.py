"""The addresses of sections: `{#name}` where given, else the slug GitHub makes, told apart by parents where they clash.

Knows headings only as level, title, name and line.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from specs.problem import Problem
from specs.values import dataclass

MAX_NAME = 120
NAMELESS = "section"

_NAME = re.compile(r"\w[\w.\-]*")
_KEPT = frozenset({"Ll", "Lm", "Lo", "Lt", "Lu", "Mc", "Me", "Mn", "Nd", "Nl", "Pc"})


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading as written: its inline source without the anchor mark, and the name in that mark, if any."""

    level: int
    source: str
    title: str
    name: str | None
    line: int


@dataclass(frozen=True, slots=True)
class Anchors:
    """For each heading in order: its address, and the index of the heading it stands under (-1 for none)."""

    names: tuple[str, ...]
    parents: tuple[int, ...]
    problems: tuple[Problem, ...]


def slug(title: str) -> str:
    r"""Give the fragment GitHub makes of a heading: small letters, `[^\p{Word}\- ]` dropped, blanks to dashes.

    Source: the table-of-contents filter of github/html-pipeline, whose `\p{Word}` is letters, marks, decimal and
    letter numbers and connecting punctuation.
    """
    kept = (c for c in title.lower() if c in "- " or unicodedata.category(c) in _KEPT)
    return "".join(kept).replace(" ", "-")


def resolve(headings: Sequence[Heading]) -> Anchors:
    """Give every heading an address of its own. Explicit names win; equal slugs are told apart by their parents."""
    problems: list[Problem] = []
    parents = _parents(headings)
    explicit = _explicit(headings, problems)
    paths = _paths(headings, parents, explicit, problems)
    names = _shortest(paths, explicit)
    return Anchors(tuple(names), tuple(parents), tuple(sorted(problems, key=lambda p: p.line)))


def _parents(headings: Sequence[Heading]) -> list[int]:
    parents: list[int] = []
    above: list[int] = []
    for index, heading in enumerate(headings):
        while above and headings[above[-1]].level >= heading.level:
            above.pop()
        parents.append(above[-1] if above else -1)
        above.append(index)
    return parents


def _explicit(headings: Sequence[Heading], problems: list[Problem]) -> dict[int, str]:
    """Find the headings whose own name counts: well-formed, and the first of its kind."""
    chosen: dict[int, str] = {}
    lines: dict[str, int] = {}
    for index, heading in enumerate(headings):
        name = heading.name
        if name is None:
            continue
        if not _NAME.fullmatch(name) or len(name) > MAX_NAME:
            hint = (
                f"Use letters, digits, dots, dashes and underscores, at most {MAX_NAME}: {{#{slug(name) or 'name'}}}."
            )
            problems.append(Problem("bad-anchor", f"{{#{name}}} is no usable anchor.", heading.line, 1, hint))
        elif name in lines:
            message = f"The anchor {{#{name}}} is taken by the heading on line {lines[name]}."
            problems.append(Problem("duplicate-anchor", message, heading.line, 1, "Give this heading another name."))
        else:
            chosen[index] = name
            lines[name] = heading.line
    return chosen


def _paths(
    headings: Sequence[Heading], parents: Sequence[int], explicit: Mapping[int, str], problems: list[Problem]
) -> list[tuple[str, ...]]:
    """Give each heading its full path of names; siblings of one name get -1, -2, and a problem each."""
    paths: list[tuple[str, ...]] = []
    taken: defaultdict[int, set[str]] = defaultdict(set)
    for index, name in explicit.items():
        taken[parents[index]].add(name)
    taken[-1].update(explicit.values())  # a heading without parents has nothing else to be told apart by
    counts: Counter[tuple[int, str]] = Counter()
    for index, heading in enumerate(headings):
        parent = parents[index]
        base = key = explicit.get(index) or slug(heading.title) or NAMELESS
        while index not in explicit and key in taken[parent]:
            counts[parent, base] += 1
            key = f"{base}-{counts[parent, base]}"
        if key != base:
            problems.append(_clash(heading, base, key))
        taken[parent].add(key)
        paths.append((*(paths[parent] if parent >= 0 else ()), key))
    return paths


def _clash(heading: Heading, base: str, key: str) -> Problem:
    message = f"Another heading beside this one is addressed {base} already; this one is {key} for now."
    hint = f"Give it a name of its own: {heading.source.strip()} {{#{key}}}"
    return Problem("duplicate-heading", message, heading.line, 1, hint, "warning")


def _shortest(paths: Sequence[tuple[str, ...]], explicit: Mapping[int, str]) -> list[str]:
    """Shorten each path from the left as far as those that end alike stay apart."""
    names = [""] * len(paths)
    groups: defaultdict[str, list[int]] = defaultdict(list)
    for index, path in enumerate(paths):
        if index in explicit:
            names[index] = explicit[index]
        else:
            groups[path[-1]].append(index)
    reserved = set(explicit.values())
    for key, members in groups.items():
        length = 2 if key in reserved else 1
        while len({paths[m][-length:] for m in members}) < len(members):
            length += 1
        for member in members:
            names[member] = "/".join(paths[member][-length:])
    return names
