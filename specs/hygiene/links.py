"""Links in a text: where they stand, and how they follow a rename. Links in code are none; `leads` knows where to."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate
from posixpath import dirname, relpath
from urllib.parse import quote

from specs.frontmatter import read_front_matter
from specs.hygiene.leads import Link, lead
from specs.lines import split_lines
from specs.markdown import fits, outline, readable

_STARTS = re.compile(r"\\.|`+|\]\([ \t]*<?", re.DOTALL)
_TARGET = re.compile(r"[^\s()<>]+(?:\([^\s()<>]*\)[^\s()<>]*)*")
_DEFINITION = re.compile(r"[ \t>]*\[(?:[^\[\]\\]|\\.){1,999}\]:[ \t]*<?([^\s<>]+)")


def links_of(text: str, path: str) -> tuple[Link, ...]:
    """Find the links of the spec at `path` that lead to specs of its project, or within it."""
    found = (lead(written, start, line, path) for written, start, line in written_links(text))
    return tuple(link for link in found if link is not None)


def written_links(text: str) -> tuple[tuple[str, int, int], ...]:
    """Find the targets of links as they are written, each with its offset and line; most lead to the web."""
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
    return tuple((clean[start:end], start, clean.count("\n", 0, start) + 1) for start, end in sorted(places))


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
