"""Passages that render to nothing, yet are read by whoever gets the raw text: comments and their disguises.

HTML comments, instructions and declarations, elements that are told not to show, link definitions that serve as
comments, long titles of links, words after a fence's language. What stands in code is shown, so it is never meant here.
The parser that makes the page says what is code; every scan is linear.
"""

import re
import sys
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from itertools import accumulate
from typing import TYPE_CHECKING, Literal, TypeAlias

from specs.lines import split_lines
from specs.values import dataclass

if TYPE_CHECKING:
    from specs.markdown import Leaf

What: TypeAlias = Literal["comment", "definition", "element", "title", "info", "entity"]

MOST_WORDS = 5


@dataclass(frozen=True, slots=True)
class Concealed:
    """A passage from `start` up to (not including) `end` that no reader of the page sees."""

    what: What
    start: int
    end: int


_MAYBE = re.compile(
    r"(?im)<[!?]|<[a-z][^<>\n]*(?:hidden|style)|<(?:script|style|template|noscript|title|textarea|object|iframe)\b|\]:"
    r"|\]\([^()\n]*[\"'(]|^[ \t>]*(?:`{3}|~{3})[^\n]*\s\S+\s\S+\s\S|&\#?\w{2,24};"
)
_STARTS = re.compile(r"\\.|`+|<[!?/A-Za-z]|\]\(|&#?\w{2,24};", re.DOTALL)
_BLOCK_STARTS = re.compile(r"<[!?A-Za-z]")
_TAG = re.compile(r"<([A-Za-z][A-Za-z0-9-]*)((?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+)>")
_LONGEST_TAG = 2000
_NEVER_SHOWN = frozenset({"script", "style", "template", "noscript", "title", "textarea", "object", "iframe"})
_NOT_SHOWN = re.compile(
    r"(?i)(?:^|\s)hidden(?:\s|=|/|$)|aria-hidden\s*=\s*[\"']?true|(?:display\s*:\s*none|visibility\s*:\s*hidden"
    r"|font-size\s*:\s*0|opacity\s*:\s*0(?:\.0+)?\s*(?:[;\"']|$)|(?:left|top|text-indent)\s*:\s*-\d{3,})"
)
_TITLE = re.compile(
    r"\]\(\s*(?:<[^<>\n]{0,2000}>|[^\s()<>]{0,2000})\s+(\"[^\"]{0,4000}\"|'[^']{0,4000}'|\([^()]{0,4000}\))\s*\)"
)
_DEFINITION = re.compile(
    r"[ \t>]*(?:[-*+][ \t]+|\d{1,9}[.)][ \t]+)*\[((?:[^\[\]\\]|\\.){1,999})\]:\s*(<[^<>\n]{0,2000}>|\S{0,2000})"
    r"(?:\s+(\"(?:[^\"\\]|\\.){0,9000}\"|'(?:[^'\\]|\\.){0,9000}'|\((?:[^()\\]|\\.){0,9000}\)))?[ \t]*(?=[\r\n]|$)"
)
_LABEL = re.compile(r"\[([^\[\]]{1,999})\]")
_ADDRESS = re.compile(r"[/.:#?]")
_ENTITY = re.compile(r"&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|(\w{2,24}));")
_NAMED = frozenset(
    {"zwnj", "zwj", "lrm", "rlm", "ZeroWidthSpace", "NegativeThinSpace", "InvisibleTimes", "InvisibleComma"}
)
_NAMED |= {"ApplyFunction", "af", "it", "ic", "NoBreak", "shy"}
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]"
)


def concealed(text: str) -> tuple[Concealed, ...]:
    """Find the passages of a text that its page does not show, in order, none inside another."""
    if _MAYBE.search(text) is None:
        return ()
    from specs.frontmatter import read_front_matter  # noqa: PLC0415 (most passages hide nothing, and need no parser)
    from specs.markdown import fits, outline, readable  # noqa: PLC0415 (same)

    if not fits(text):
        return ()
    clean = readable(text)
    first = read_front_matter(split_lines(clean)).lines
    lines = split_lines(clean)
    starts = [0, *accumulate(map(len, lines))]
    found_outline = outline("".join(lines[first:]))
    found: list[Concealed] = []
    covered: set[int] = set(range(first))
    for leaf in found_outline.leaves:
        rows = range(leaf.first + first, min(leaf.last + first, len(lines)))
        covered.update(rows)
        if rows:
            found += _of_leaf(clean, leaf, starts[rows.start], starts[rows.stop])
    found += _definitions(clean, lines, starts, covered)
    return tuple(_apart(found))


def _apart(found: list[Concealed]) -> Iterator[Concealed]:
    end = 0
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        if one.start >= end:
            yield one
            end = one.end


def _of_leaf(text: str, leaf: "Leaf", start: int, end: int) -> Iterator[Concealed]:
    if leaf.kind == "fence":
        yield from _after_language(text, start)
    elif leaf.kind == "html":
        yield from _markup(text, start, end, block=True)
    elif leaf.kind not in {"code", "rule"}:
        yield from _markup(text, start, end, block=False)


def _after_language(text: str, start: int) -> Iterator[Concealed]:
    """Find words after a fence's language that are more than a few; attributes in braces are none."""
    line = text[start:].partition("\n")[0] if "\n" in text[start : start + 5000] else text[start : start + 5000]
    mark = re.search(r"(?:`{3,}|~{3,})[ \t]*\S*", line)
    if mark is None:
        return
    rest = line[mark.end() :].rstrip()
    if len(re.sub(r"\{[^{}]*\}", "", rest).split()) > MOST_WORDS:
        yield Concealed("info", start + mark.end(), start + mark.end() + len(rest))


def _markup(text: str, start: int, end: int, *, block: bool) -> Iterator[Concealed]:
    """Scan inline source, or a block of HTML (where neither code nor escapes are known), from left to right."""
    ticks = {} if block else _ticks(text, start, end)
    exhausted: set[str] = set()
    at = start
    while found := (_BLOCK_STARTS if block else _STARTS).search(text, at, end):
        at, mark = found.start(), found[0]
        if mark[0] == "`":
            runs = ticks[len(mark)]
            following = bisect_left(runs, at + len(mark))
            at = runs[following] + len(mark) if following < len(runs) else at + len(mark)
            continue
        one = None if mark[0] == "\\" else _passage(text, at, end, exhausted, block=block)
        if one is not None:
            yield one
        at = max(one.end if one is not None else 0, found.end())


def _ticks(text: str, start: int, end: int) -> dict[int, list[int]]:
    runs: dict[int, list[int]] = {}
    for run in re.finditer("`+", text[start:end]):
        runs.setdefault(len(run[0]), []).append(start + run.start())
    return runs


def _passage(text: str, at: int, end: int, exhausted: set[str], *, block: bool) -> Concealed | None:
    """Read what begins at a place, if it is a passage that is not shown."""
    if text[at] == "]":
        title = _TITLE.match(text, at, end)
        long = title is not None and len(title[1].split()) > MOST_WORDS
        return Concealed("title", title.start(1), title.end(1)) if title is not None and long else None
    if text[at] == "&":
        return _entity(text, at)
    for marks in (("<!--", "-->"), ("<?", "?>"), ("<![CDATA[", "]]>"), ("<!", ">")):
        if text.startswith(marks[0], at):
            return _to(text, (at, end), marks, exhausted, block=block)
    tag = _TAG.match(text, at, min(end, at + _LONGEST_TAG))
    if tag is None or not (tag[1].lower() in _NEVER_SHOWN or _NOT_SHOWN.search(tag[2])):
        return None
    close = f"</{tag[1].lower()}"
    stop = None if close in exhausted else re.compile(f"{close}[^<>]*>", re.IGNORECASE).search(text, tag.end())
    if stop is None:
        exhausted.add(close)
        return Concealed("element", at, end if block else tag.end())
    return Concealed("element", at, stop.end())


def _to(
    text: str, where: tuple[int, int], marks: tuple[str, str], exhausted: set[str], *, block: bool
) -> Concealed | None:
    (at, end), (opening, closing) = where, marks
    if opening == "<!--" and text.startswith((">", "->"), at + 4):
        return Concealed("comment", at, text.index(">", at) + 1)
    stop = -1 if closing in exhausted else text.find(closing, at + len(opening), end)
    if stop >= 0:
        return Concealed("comment", at, stop + len(closing))
    exhausted.add(closing)
    return Concealed("comment", at, end) if block else None


def _entity(text: str, at: int) -> Concealed | None:
    found = _ENTITY.match(text, at)
    if found is None:
        return None
    decimal, digits, name = found.groups()
    code = int(decimal) if decimal else int(digits, 16) if digits else 0
    unseen = name in _NAMED if name else code <= sys.maxunicode and _UNSEEN.match(chr(code)) is not None
    return Concealed("entity", at, found.end()) if unseen else None


def _definitions(text: str, lines: list[str], starts: list[int], covered: set[int]) -> Iterator[Concealed]:
    """Find link definitions that say something: with a title, or made for no link at all."""
    end = 0
    if "]:" not in text:
        return
    labels = Counter(_LABEL.findall(text.lower()))
    for row, line in enumerate(lines):
        if row in covered or "]:" not in line or starts[row] < end:
            continue
        found = _DEFINITION.match(text, starts[row])
        if found is None:
            continue
        end = found.end()
        label, address, title = found[1], found[2].strip("<>"), found[3] or ""
        if address.startswith(("javascript:", "data:")) or label.startswith("^"):
            continue
        linked = labels[label.lower()] > 1 and label != "//"
        silent = not linked and (title or not _ADDRESS.search(address) or address == "#")
        if silent:
            yield Concealed("definition", starts[row], end)
        elif len(title.split()) > MOST_WORDS:
            yield Concealed("title", found.start(3), found.end(3))
