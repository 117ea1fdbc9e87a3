"""What a link into a text may lead to: its sections, by any name that a site would give them, and marks in its markup.

Generous where `specs.parser.section_at` is exact: who only warns of a broken link must not cry wolf over a slug that
another renderer makes.
"""

import re
from collections.abc import Callable
from functools import cache

from specs.document import Document

_MARKED = re.compile(r"(?i)\b(?:id|name)\s*=\s*[\"']?([^\s\"'<>]+)|\{[^{}\n]*?#([\w.:-]+)")
_APART = re.compile(r"[^\w]+|_+")
_NUMBERED = re.compile(r"-\d+$")
_LINES = re.compile(r"(?i)L\d+(?:C\d+)?(?:-L?\d+(?:C\d+)?)?")
_BUILT_IN = frozenset({"", "top"})


def landmarks(document: Document) -> Callable[[str], bool]:
    """Say whether a text has a place of a name; what it has is gathered when first asked."""

    @cache
    def names() -> frozenset[str]:
        sections = [
            name for one in document.sections for name in (one.anchor, one.anchor.rpartition("/")[2], one.title)
        ]
        marked = [one[1] or one[2] for one in _MARKED.finditer(document.text)]
        return frozenset(map(_plain, (*sections, *marked)))

    def known(anchor: str) -> bool:
        wanted = _plain(anchor.rpartition("/")[2].removeprefix("user-content-"))
        return (
            wanted in _BUILT_IN
            or _LINES.fullmatch(anchor) is not None
            or wanted in names()
            or _NUMBERED.sub("", wanted) in names()
        )

    return known


def _plain(name: str) -> str:
    return _APART.sub("-", name.casefold()).strip("-")
