"""Compares two specs statement by statement: what is added, removed, changed, and which of it is normative.

Strict rather than lenient: a normative statement that comes to stand under other headings, or after another lead-in,
binds something else. Where two texts are too unlike to be aligned, all of them counts as changed.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import add
from typing import NamedTuple

from specs.diff import matches, split
from specs.document import BlockKind, Document
from specs.normative import normative_words

_TOKEN = re.compile(r"\w+(?:['\N{RIGHT SINGLE QUOTATION MARK}.-]\w+)*")
_LEAD = re.compile(r":\**\s*$")
_RULE = re.compile(r"[\s|:>-]*")
_SOLID = frozenset({BlockKind.FENCE, BlockKind.OTHER})
_NOT_STATED = frozenset({BlockKind.BLANK, BlockKind.FRONT_MATTER})


class Tally(NamedTuple):
    """How much of a spec a change touches, counted by its smallest parts."""

    words_added: int = 0
    words_removed: int = 0
    lines_added: int = 0
    lines_removed: int = 0
    statements_added: int = 0
    statements_removed: int = 0
    statements_changed: int = 0
    normative_added: int = 0
    normative_removed: int = 0
    normative_statements: int = 0

    def plus(self, other: "Tally") -> "Tally":
        """Add up what two specs came to."""
        return Tally(*map(add, self, other))


@dataclass(frozen=True, slots=True)
class _Statement:
    """A block with what gives it its meaning: the headings above it and the lead-in before it."""

    kind: BlockKind
    text: str
    context: tuple[str, ...]


def compare(before: Document, after: Document) -> Tally:
    """Count what differs."""
    if before.text == after.text:
        return Tally()
    old, new = tuple(_statements(before)), tuple(_statements(after))
    keys_old, keys_new = [(one.kind, one.text) for one in old], [(one.kind, one.text) for one in new]
    pairs = list(matches(keys_old, keys_new))
    tally = _lines(before.text, after.text)
    for one, other in pairs:
        if old[one].context != new[other].context and normative_words(old[one].text):
            tally = tally.plus(Tally(statements_changed=1, normative_statements=1))
    for gone, come in _gaps(pairs, old, new):
        tally = tally.plus(_gap(gone, come))
    return tally


def _statements(document: Document) -> Iterator[_Statement]:
    above = _headings(document)
    leads: list[tuple[int, str]] = []
    row, anchor = "", ""
    for block in document.blocks:
        if block.kind in _NOT_STATED:
            row = ""
            continue
        text = block.text.strip() if block.kind in _SOLID else " ".join(block.text.split())
        if block.anchor != anchor or block.kind is BlockKind.HEADING:
            anchor, leads = block.anchor, []
        indent = len(block.text) - len(block.text.lstrip(" \t"))
        depth = indent + 1 if block.kind is BlockKind.LIST_ITEM else 0
        while leads and leads[-1][0] >= depth and block.kind is not BlockKind.TABLE_ROW:
            leads.pop()
        if block.kind is BlockKind.TABLE_ROW:
            row = row or text
        elif not _RULE.fullmatch(text):  # the line below a table's head parts nothing
            row = ""
        yield _Statement(block.kind, text, (*above.get(anchor, ()), *(lead for _, lead in leads), row))
        if _LEAD.search(text):
            leads.append((depth, text))


def _headings(document: Document) -> dict[str, tuple[str, ...]]:
    """Give the titles above each section, its own last."""
    found: dict[str, tuple[str, ...]] = {}
    for section in document.sections:
        found[section.anchor] = (*found.get(section.parent, ()), section.title)
    return found


def _gaps(
    pairs: Sequence[tuple[int, int]], old: Sequence[_Statement], new: Sequence[_Statement]
) -> Iterator[tuple[Sequence[_Statement], Sequence[_Statement]]]:
    """Give what stands between statements that both have, where anything does."""
    a = b = 0
    for one, other in (*pairs, (len(old), len(new))):
        if one > a or other > b:
            yield old[a:one], new[b:other]
        a, b = one + 1, other + 1


def _gap(gone: Sequence[_Statement], come: Sequence[_Statement]) -> Tally:
    """Pair what is gone with what came in its place, kind by kind, in order; the rest is removed or added."""
    tally = Tally()
    waiting: dict[BlockKind, list[_Statement]] = {}
    for one in gone:
        waiting.setdefault(one.kind, []).append(one)
    for other in come:
        queue = waiting.get(other.kind)
        tally = tally.plus(_changed(queue.pop(0), other) if queue else _alone(other, added=True))
    for queue in waiting.values():
        for one in queue:
            tally = tally.plus(_alone(one, added=False))
    return tally


def _alone(one: _Statement, *, added: bool) -> Tally:
    words, normative = len(_TOKEN.findall(one.text)), len(normative_words(one.text))
    bound = int(normative > 0)
    if added:
        return Tally(words_added=words, statements_added=1, normative_added=normative, normative_statements=bound)
    return Tally(words_removed=words, statements_removed=1, normative_removed=normative, normative_statements=bound)


def _changed(one: _Statement, other: _Statement) -> Tally:
    a, b = _TOKEN.findall(one.text), _TOKEN.findall(other.text)
    kept = sum(1 for _ in matches(a, b))
    old, new = normative_words(one.text), normative_words(other.text)
    return Tally(
        words_added=len(b) - kept,
        words_removed=len(a) - kept,
        statements_changed=1,
        normative_added=_more(new, old),
        normative_removed=_more(old, new),
        normative_statements=int(bool(old or new)),
    )


def _more(a: Iterable[str], b: Iterable[str]) -> int:
    """Count what is in the first and not in the second, as often as it is there."""
    return (Counter(a) - Counter(b)).total()


def _lines(before: str, after: str) -> Tally:
    old, new = split(before), split(after)
    kept = sum(1 for _ in matches(old, new))
    return Tally(lines_added=len(new) - kept, lines_removed=len(old) - kept)
