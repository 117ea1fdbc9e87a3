"""Cuts a spec into what has authors: statements, in them sentences, in them tokens. Reads lines, not Markdown.

A light reading on purpose: it runs on every save, over texts that may be large or odd. What it takes for a statement
may be cut otherwise than the parser would; each word still lies in exactly one.
"""

import re
from collections.abc import Iterator
from functools import cached_property, lru_cache

from specs.lines import split_lines
from specs.values import dataclass

# Writing without spaces is read by the character: a whole clause would be one word.
_UNSPACED = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
_WORD = rf"[^\W{_UNSPACED}]+"
# Names, numbers, versions, paths and dates are one token: whoever changes a part of one has written another.
TOKEN = re.compile(rf"[{_UNSPACED}]|{_WORD}(?:[-.:/@+]{{1,2}}{_WORD})*|[^\w\s]")
_FENCE = re.compile(r"[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+|>[ \t]?)*(`{3,}|~{3,})")
_HEADING = re.compile(r"[ ]{0,3}#{1,6}(?:[ \t]|$)")
_ITEM = re.compile(r"[ \t>]*(?:[-*+]|\d{1,9}[.)])(?:[ \t]|$)")
_ORDINAL = re.compile(r"^[ \t>]*\d{1,9}(?=[.)](?:[ \t]|$))")
MAX_KEPT = 100_000
_ENDS = frozenset(".!?")
_UNSPACED_ENDS = frozenset("\u3002\uff01\uff1f")
_CLOSERS = frozenset("\"')]*_`\u201d\u2019\u00bb")


@dataclass(frozen=True, slots=True)
class Piece:
    """A statement's place in its text. `key` is equal for statements that say the same in the same words."""

    start: int
    end: int
    key: str
    fenced: bool = False


@dataclass(frozen=True)
class Sentence:
    """Tokens that belong together: `exact` as written, `keys` as compared, `spans` where they stand."""

    exact: tuple[str, ...]
    keys: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]

    @cached_property
    def words(self) -> tuple[int, ...]:
        """The places of those tokens that are words."""
        return tuple(at for at, key in enumerate(self.keys) if is_word(key))


def is_word(token: str) -> bool:
    """Say whether a token is a word and no mark."""
    return token[0].isalnum() or token[0] == "_"


def folded(token: str) -> str:
    """Give a token as it is compared: a capital that merely begins a sentence makes no other word."""
    return token.lower() if token[1:].islower() or (len(token) == 1 and token.isascii()) else token


def pieces(text: str) -> tuple[Piece, ...]:
    """Cut a text into statements, in order: headings, items, rows, fenced blocks, paragraphs; front matter by lines."""
    return _kept(text) if len(text) <= MAX_KEPT else tuple(_pieces(text))


# A text is looked at when it comes, and again as the parent of the next.
@lru_cache(maxsize=32)
def _kept(text: str) -> tuple[Piece, ...]:
    return tuple(_pieces(text))


def _pieces(text: str) -> list[Piece]:
    found: list[Piece] = []
    at, begun, mark, front = 0, -1, "", text.startswith(("---\n", "---\r\n"))

    def close(end: int, *, fenced: bool = False) -> None:
        nonlocal begun
        if begun >= 0:
            raw = text[begun:end].rstrip()
            found.append(Piece(begun, begun + len(raw), raw if fenced else statement_key(raw), fenced))
        begun = -1

    for line in split_lines(text):
        start, at = at, at + len(line)
        bare = line.strip()
        if mark:
            if bare.startswith(mark) and not bare.strip(mark[0]):
                close(at, fenced=True)
                mark = ""
            continue
        opening = _FENCE.match(line)
        if opening:
            close(start)
            begun, mark = start, opening[1]
        elif not bare:
            close(start)
        elif front or bare[0] == "|" or _HEADING.match(line):
            close(start)
            begun = start
            close(at)
            front = front and (start == 0 or bare != "---")
        elif _ITEM.match(line):
            close(start)
            begun = start
        elif begun < 0:
            begun = start
    close(len(text), fenced=bool(mark))
    return found


def statement_key(text: str, *, fenced: bool = False) -> str:
    """Give what makes two statements the same: their words and marks in order.

    Blanks and line breaks do not count, nor does the number of an item; in a fenced block every character does.
    """
    return text.rstrip() if fenced else _ORDINAL.sub("1", " ".join(text.split()))


def sentences(text: str, piece: Piece) -> Iterator[Sentence]:
    """Cut a statement into sentences; a fenced block into its lines, a row into its cells."""
    tokens: list[tuple[str, int, int]] = []
    ending, row = False, text.startswith("|", piece.start)
    for match in TOKEN.finditer(text, piece.start, piece.end):
        token, start, end = match[0], match.start(), match.end()
        if tokens:
            before, after = tokens[-1][0], tokens[-1][2]
            ended = before in _UNSPACED_ENDS or (ending and start > after)
            if "\n" in text[after:start] if piece.fenced else ended or (row and token == "|"):  # noqa: S105 (a mark)
                yield _sentence(tokens)
                tokens, ending = [], False
        ending = token in _ENDS or (ending and token in _CLOSERS)
        tokens.append((token, start, end))
    if tokens:
        yield _sentence(tokens)


def _sentence(tokens: list[tuple[str, int, int]]) -> Sentence:
    exact = tuple(token for token, _, _ in tokens)
    return Sentence(exact, tuple(map(folded, exact)), tuple((start, end) for _, start, end in tokens))
