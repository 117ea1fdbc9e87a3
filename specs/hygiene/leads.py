"""Where links lead: to a spec, to a section of one, or nowhere. Knows no Markdown.

Relative links to Markdown, `path.md` and `path.md#anchor`, and links within a text, `#anchor`. What leads out of the
project, to other files or to the web is not judged.
"""

import re
from collections.abc import Callable, Collection, Mapping
from posixpath import dirname, join, normpath
from urllib.parse import unquote

from specs.problem import Problem
from specs.values import dataclass

_SUFFIXES = (".md", ".markdown")
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


def leads_to_markdown(written: str) -> bool:
    """Say whether a link leads to Markdown at a relative path, or within its own text."""
    name, mark, _ = written.partition("#")
    return not _ELSEWHERE.match(written) and (
        unquote(name.partition("?")[0]).endswith(_SUFFIXES) if name else bool(mark)
    )


def lead(written: str, start: int, line: int, path: str) -> Link | None:
    """Say where a link of the spec at `path` leads; None where that is no spec of the project."""
    if _ELSEWHERE.match(written):
        return None
    end = start + len(written)
    name, _, anchor = written.partition("#")
    name = unquote(name.partition("?")[0])
    if not name:
        return Link(start, end, line, "", unquote(anchor)) if anchor else None
    goal = normpath(join(dirname(path), name))
    if goal.startswith("..") or not goal.endswith(_SUFFIXES):
        return None
    return Link(start, end, line, goal, unquote(anchor))


def broken(links: Collection[Link], targets: Mapping[str, Target], own: Target) -> tuple[Problem, ...]:
    """Say which links lead nowhere, or to where something once was. `targets` are known by the path written."""
    return tuple(problem for link in links if (problem := _wrong(link, targets, own)) is not None)


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
