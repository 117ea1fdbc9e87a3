"""Finds what a source says it is about: `holdfast: payments#refunds`, tags of OpenFastTrace, relations of StrictDoc.

Text in, tags out, in linear time; any language, for comments, docstrings and markers are text. Knows no specs.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from drift.mentions.product import TEST_FILE

# What changes with what is found: answers that were kept under another one are not taken.
VERSION = 1
MARKS = (b"holdfast:", b"->", b"@relation(")
LONGEST = 300
MOST = 2_000
HOLDFAST = re.compile(
    r"holdfast:[ \t]*([^\s#`\"'<>(){}\[\],;|]{1,200}#[^\s`\"'<>(){}\[\],;|]{1,200}"
    r"(?:[ \t]*,[ \t]*[^\s#`\"'<>(){}\[\],;|]{1,200}#[^\s`\"'<>(){}\[\],;|]{1,200})*)"
)
OPEN_FAST_TRACE = re.compile(
    r"\[[ \t]*([A-Za-z]\w{0,40})(?:~[^\s\]>]{0,200})?[ \t]*->[ \t]*([A-Za-z]\w{0,40}~[\w.\-]{1,200}~\d{1,6})"
    r"[ \t]*(?:>>[^\]\n]{0,200})?\]"
)
STRICTDOC = re.compile(r"@relation\(([^()\n]{1,500})\)")
DEFINITION = re.compile(
    r"^[ \t]*(?:(?:export|public|private|protected|static|async|final|override|suspend|pub|default|void)[ \t]+)*"
    r"(?:(?:def|func|fn|function|fun|sub)[ \t]+(?:\([^()\n]{0,100}\)[ \t]*)?(\w{1,200})"
    r"|(?:it|test|describe|specify|context)(?:\.\w{1,20})?[ \t]*\(?[ \t]*[\"'`]([^\"'`\n]{1,200})[\"'`]"
    r"|(?:class|struct|interface)[ \t]+(\w{1,200})"
    r"|[\w<>\[\],.]{1,80}[ \t]+(\w{1,200})[ \t]*\([^()\n;]{0,300}\)[ \t]*(?:throws[^{\n]{0,100})?\{)",
    re.MULTILINE,
)
PASSED_OVER = re.compile(r"^[ \t]*(?:[#/*@;\-]|\"\"\"|'''|$)")
IN_TESTS = re.compile(r"(?:^|/)(?:tests?|__tests__|e2e|specs?|integration[_-]tests?)/")
TESTS = frozenset({"test", "utest", "itest", "stest", "uitest", "ltest", "mtest", "atest", "ftest"})


class TagKind(StrEnum):
    """What a tag says of the code beside it: that it tests a requirement, or that it implements it."""

    TEST = "test"
    IMPLEMENTATION = "implementation"


@dataclass(frozen=True, slots=True)
class Tag:
    """One place that names a requirement. `symbol` is the definition it stands in or above, "" for the whole file."""

    target: str
    kind: TagKind
    line: int
    symbol: str = ""


def may_have_tags(data: bytes) -> bool:
    """Say whether a file could hold a tag at all: most need not be read as text to know that they do not."""
    return b"\0" not in data[:8192] and any(mark in data for mark in MARKS)


def tags_in(path: str, text: str) -> tuple[Tag, ...]:
    """Find the tags of a source, in order; at most so many."""
    starts = [0, *(found.end() for found in re.finditer("\n", text))]
    defined = [
        (bisect_right(starts, found.start()), next(name for name in found.groups() if name))
        for found in DEFINITION.finditer(text)
    ]
    lines = text.split("\n")
    tests = is_test(path)
    found = []
    for at, target, word in sorted(_named(text)):
        line = bisect_right(starts, at)
        kind = TagKind.TEST if word in TESTS or (tests and word not in {"impl", "file"}) else TagKind.IMPLEMENTATION
        found.append(Tag(target[:LONGEST], kind, line, "" if word == "file" else _symbol(line, lines, defined)))
    return tuple(dict.fromkeys(found))[:MOST]


def is_test(path: str) -> bool:
    """Say whether a file holds tests, by its path."""
    return TEST_FILE.search(path) is not None or IN_TESTS.search(path.lower()) is not None


def _named(text: str) -> Iterator[tuple[int, str, str]]:
    """Give the place, the target and the word for its sort of each name; "" where the place alone tells the sort."""
    for found in HOLDFAST.finditer(text):
        yield from ((found.start(), one.strip().rstrip(".:"), "") for one in found[1].split(","))
    for found in OPEN_FAST_TRACE.finditer(text):
        yield found.start(), found[2], found[1].lower()
    for found in STRICTDOC.finditer(text):
        parts = [part.strip() for part in found[1].split(",")]
        options = dict(part.split("=", 1) for part in parts if "=" in part)
        word = "test" if "test" in options.get("role", "").lower() or "verif" in options.get("role", "").lower() else ""
        word = "file" if not word and options.get("scope", "").strip() == "file" else word
        yield from ((found.start(), part, word) for part in parts if part and "=" not in part)


def _symbol(line: int, lines: Sequence[str], defined: Sequence[tuple[int, str]]) -> str:
    """Name what a tag stands above (only comments and markers between), else what it stands below."""
    at = bisect_right(defined, (line, ""))
    here = next((name for where, name in defined[at:] if where == line), "")
    if here:
        return here
    if at < len(defined) and PASSED_OVER.match(lines[line - 1]):
        between = lines[line : defined[at][0] - 1]
        if len(between) < 40 and all(PASSED_OVER.match(one) for one in between) and not _in_docstring(lines, line):  # noqa: PLR2004 (a long comment)
            return defined[at][1]
    return defined[at - 1][1] if at else ""


def _in_docstring(lines: Sequence[str], line: int) -> bool:
    """Say whether a line is one of a docstring that began with it."""
    return lines[line - 1].lstrip()[:3] in {'"""', "'''"}
