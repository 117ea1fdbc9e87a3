"""Says no to a merge by words where the two sides' edits may hang together. When in doubt, a person decides."""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from specs.merging.tokens import Token
from specs.merging.values import Reason
from specs.merging.weave import Edit

NORMATIVE = frozenset(["must", "shall", "should", "may", "required", "recommended", "optional", "mandatory", "always"])
NEGATION = frozenset(
    ["not", "no", "never", "none", "neither", "nor", "without", "unless", "except", "only", "cannot", "nothing"]
)
NUMBER_WORDS = frozenset(
    ["zero", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "once", "twice"]
)
CONTRACTED = re.compile(r"n['\u2019]t$")
DIGIT = re.compile(r"\d")
IDENTIFIER = re.compile(r"\w_\w|\w\w\.\w\w|[a-z][A-Z]|^--\w|^[./]+/?\w|/\w+/|:\w|\(\)$")
END = frozenset(".!?")
CLOSERS = frozenset([")", '"', "'", "\u201d", "\u2019", "*", "**", "_", "]"])
SAYING = frozenset({"word", "code", "target", "url", "ideograph"})
REWRITTEN = 0.6
LEAST = 3
NEAR = 4


@dataclass(frozen=True, slots=True)
class Touch:
    """What one side did to a sentence: the words it took out and put in, and the places in the base where it did."""

    removed: tuple[Token, ...]
    added: tuple[Token, ...]
    edits: tuple[Edit, ...]


def objection(
    base: Sequence[Token], sides: Sequence[Sequence[Token]], changes: Sequence[Sequence[Edit]]
) -> Reason | None:
    """Give the reason why two sides' edits of one piece of prose must not both be made, or None."""
    for start, end in sentences(base):
        touches = [_touch(base, tokens, edits, start, end) for tokens, edits in zip(sides, changes, strict=True)]
        ours, theirs = touches
        if not ours.edits or not theirs.edits or _leads(ours) or _leads(theirs):
            continue
        size = _words(base[start:end])
        if any(_words(touch.removed) >= max(LEAST, REWRITTEN * size) for touch in touches):
            return Reason.EDITED
        if turns(ours) and turns(theirs):
            return Reason.DEPENDENT
        if _reverses(base, ours, theirs) or _reverses(base, theirs, ours):
            return Reason.DEPENDENT
    return None


def sentences(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Cut tokens into sentences: ranges that tile them. The end of a block ends its last one."""
    start = 0
    for at in range(1, len(tokens) + 1):
        if at == len(tokens) or ends_sentence(tokens, at):
            yield start, at
            start = at


def ends_sentence(tokens: Sequence[Token], at: int) -> bool:
    """Whether a sentence ends before a token: at a block's end, or after a full stop and what closes behind it."""
    if tokens[at - 1].sort == "break":
        return True
    if not tokens[at].before or tokens[at].text[:1].islower():
        return False
    last = at - 1
    while last > 0 and tokens[last].text in CLOSERS and not tokens[last].before:
        last -= 1
    return tokens[last].text in END


def critical(token: Token) -> bool:
    """Whether a word can turn a statement: normative, negating, a number, an identifier, inline code."""
    if token.sort in {"code", "anchor"}:
        return True
    if token.sort != "word":
        return False
    word = token.text.casefold()
    return _strong(word) or word in NUMBER_WORDS or bool(DIGIT.search(word) or IDENTIFIER.search(token.text))


def turns(touch: Touch) -> bool:
    """Whether an edit takes out or puts in what can turn a statement, or the word after a number: its unit.

    What only looks otherwise than before does not count.
    """
    old, new = Counter(map(_core, touch.removed)), Counter(map(_core, touch.added))
    gone = (token for token in touch.removed if new[_core(token)] < old[_core(token)])
    come = (token for token in touch.added if old[_core(token)] < new[_core(token)])
    return any(map(critical, gone)) or any(map(critical, come))


def _strong(word: str) -> bool:
    return word in NORMATIVE or word in NEGATION or bool(CONTRACTED.search(word))


def _reverses(base: Sequence[Token], one: Touch, other: Touch) -> bool:
    """Whether one side's new or dropped `not` or `must` stands so near the other's edit that it is about that."""
    old, new = Counter(map(_core, one.removed)), Counter(map(_core, one.added))
    if not any(_strong(word) and old[word] != new[word] for word in {**old, **new}):
        return False
    if Counter(map(_core, other.removed)) == Counter(map(_core, other.added)):
        return False
    for mine in one.edits:
        for theirs in other.edits:
            first, second = (mine, theirs) if mine.start <= theirs.start else (theirs, mine)
            if _words(base[first.end : second.start]) < NEAR:
                return True
    return False


def _core(token: Token) -> str:
    """Give what a token says, without marks of code."""
    return token.text.strip("`").strip().casefold()


def _words(tokens: Sequence[Token]) -> int:
    return sum(token.sort in SAYING for token in tokens)


def _leads(touch: Touch) -> bool:
    """Whether an edit changes nothing but where links lead."""
    return all(token.sort in {"target", "url"} for token in (*touch.removed, *touch.added))


def _touch(base: Sequence[Token], side: Sequence[Token], edits: Sequence[Edit], start: int, end: int) -> Touch:
    first = bisect_left(edits, start, key=lambda edit: edit.end)
    last = bisect_right(edits, end, key=lambda edit: edit.start)
    inside = tuple(edit for edit in edits[first:last] if _inside(edit, start, end))
    removed = tuple(token for edit in inside for token in base[max(start, edit.start) : min(end, edit.end)])
    return Touch(removed, tuple(token for edit in inside for token in side[edit.first : edit.last]), inside)


def _inside(edit: Edit, start: int, end: int) -> bool:
    if edit.start == edit.end:
        return start < edit.start < end or edit.start in {start, end}
    return edit.start < end and start < edit.end
