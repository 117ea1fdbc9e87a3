"""Links between the specs of a project: where they stand, whether they lead somewhere, and how they follow a rename.

Relative links to Markdown, `path.md` and `path.md#anchor`, and links within a text, `#anchor`. What leads out of the
project, to other files or to the web is not judged. Links in code are none.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate
from posixpath import dirname, join, normpath, relpath
from urllib.parse import quote, unquote

from specs.frontmatter import read_front_matter
from specs.lines import split_lines
from specs.markdown import fits, outline, readable
from specs.problem import Problem

_SUFFIXES = (".md", ".markdown")
_STARTS = re.compile(r"\\.|`+|\]\([ \t]*<?", re.DOTALL)
_TARGET = re.compile(r"[^\s()<>]+(?:\([^\s()<>]*\)[^\s()<>]*)*")
_DEFINITION = re.compile(r"[ \t>]*\[(?:[^\[\]\\]|\\.){1,999}\]:[ \t]*<?([^\s<>]+)")
_ELSEWHERE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//|/")


@dataclass(frozen=True, slots=True)
class Link:
    """A link at `start` up to (not including) `end` of a text, to an anchor of a spec ("" for the spec as a whole)."""

    start: int
    end: int
    line: int
    path: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Target:
    """What stands where a link leads: the spec's path now, and its anchors; `known` says whether an anchor is one."""

    path: str
    known: Callable[[str], bool]


def links_of(text: str, path: str) -> tuple[Link, ...]:
    """Find the links of the spec at `path` that lead to specs of its project, or within it."""
    if not ("](" in text or "]:" in text) or not fits(text):
        return ()
    clean = readable(text)
    lines = split_lines(clean)
    first = read_front_matter(lines).lines
    starts = [0, *accumulate(map(len, lines))]
    places: list[tuple[int, int]] = []
    covered: set[int] = set(range(first))
    for leaf in outline("".join(lines[first:])).leaves:
        rows = range(leaf.first + first, min(leaf.last + first, len(lines)))
        covered.update(rows)
        if rows and leaf.kind not in {"fence", "code", "html", "rule"}:
            places += _inline(clean, starts[rows.start], starts[rows.stop])
    for row, line in enumerate(lines):
        if row not in covered and "]:" in line and (found := _DEFINITION.match(clean, starts[row])):
            places.append(found.span(1))
    found_links = (_link(clean, place, path) for place in sorted(places))
    return tuple(link for link in found_links if link is not None)


def broken(links: Collection[Link], targets: Mapping[str, Target], own: Target) -> tuple[Problem, ...]:
    """Say which links lead nowhere, or to where something once was. `targets` are known by the path written."""
    return tuple(problem for link in links if (problem := _wrong(link, targets, own)) is not None)


def followed(text: str, path: str, old: str, new: str) -> str:
    """Give the text of the spec now at `path` with its links as they must be after what was `old` is `new`."""
    was = old if path == new else path
    parts, at = [], 0
    for link in links_of(text, was):
        goal = new if link.path == old else link.path
        if not link.path or (goal == link.path and dirname(was) == dirname(path)):
            continue
        written = text[link.start : link.end]
        fragment = written[written.index("#") :] if "#" in written else ""
        parts += [text[at : link.start], quote(relpath(goal, dirname(path) or "."), safe="/-_.~"), fragment]
        at = link.end
    return "".join((*parts, text[at:]))


def _inline(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    ticks: dict[int, list[int]] = {}
    for run in re.finditer("`+", text[start:end]):
        ticks.setdefault(len(run[0]), []).append(start + run.start())
    at = start
    while found := _STARTS.search(text, at, end):
        at, mark = found.end(), found[0]
        if mark[0] == "`":
            runs = ticks[len(mark)]
            closing = bisect_left(runs, at)
            at = runs[closing] + len(mark) if closing < len(runs) else at
        elif mark[0] == "]" and (target := _TARGET.match(text, at, end)):
            yield target.span()


def _link(text: str, place: tuple[int, int], path: str) -> Link | None:
    start, end = place
    written = text[start:end]
    if _ELSEWHERE.match(written):
        return None
    name, _, anchor = written.partition("#")
    name = unquote(name.partition("?")[0])
    line = text.count("\n", 0, start) + 1
    if not name:
        return Link(start, end, line, "", unquote(anchor)) if anchor else None
    goal = normpath(join(dirname(path), name))
    if goal.startswith("..") or not goal.endswith(_SUFFIXES):
        return None
    return Link(start, end, line, goal, unquote(anchor))


def _wrong(link: Link, targets: Mapping[str, Target], own: Target) -> Problem | None:
    if not link.path:
        target = own
    elif link.path in targets:
        target = targets[link.path]
    else:
        message = f"Line {link.line} links to {link.path}, and there is no such spec."
        return Problem("broken-link", message, link.line, 1, "Mend the link, or bring the spec.", "warning")
    if link.path and target.path != link.path:
        message = f"Line {link.line} links to {link.path}, which is {target.path} now."
        return Problem("moved-link", message, link.line, 1, f"Link to {target.path}.", "warning")
    if link.anchor and not target.known(link.anchor):
        where = target.path if link.path else "this text"
        message = f"Line {link.line} links to #{link.anchor}, and {where} has no such section."
        hint = "Link to a section that is there, or give it the name: {#" + link.anchor + "}."
        return Problem("broken-anchor", message, link.line, 1, hint, "warning")
    return None
