"""Cuts prose into tokens that a merge never splits: words, numbers, dates, versions, links, code spans, identifiers.

Each token carries the blanks before it, which are no part of what it is: a paragraph that flows over its lines in
another way has the same tokens.
"""

import re
from typing import NamedTuple

# Scripts written without blanks: each character stands alone.
IDEOGRAPHS = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
ATOMS = r"""
    (?P<blank>\s*+)
    (?: (?P<code>(?<!`)(?P<ticks>`+)(?!`).*?(?<!`)(?P=ticks)(?!`))
  | (?P<target>\]\((?:[^()\s]|\([^()\s]*\))*(?:[ \t]+"[^"\n]*")?\) | \]\[[^\]\n]*\] | \[\^[^\]\s]+\])
  | (?P<anchor>\{\#[^{}\n]*\})
  | (?P<url>URL)
  | (?P<tag><!--.{0,200}?--> | </?[A-Za-z][^<>\n]*> | &\#?\w{1,30};)
  | (?P<word>(?:--?|[./~]+|[@\#$%])?LETTER+(?:[-.+/:@,'\u2019=]+LETTER+)*(?:[%+]|\(\))?)
  | (?P<ideograph>[IDEOGRAPHS])
  | (?P<mark>\*+|_+|~+|\|)
  | (?P<other>[^\w\s])
  | (?P<end>\Z))
"""
URL = r"<?\b[a-z][a-z0-9+.-]{0,30}+://[^\s<>()\[\]`]*[^\s<>()\[\]`.,;:!?'\"*_]>?"


def _atoms(letter: str, url: str) -> re.Pattern[str]:
    found = ATOMS.replace("URL", url).replace("LETTER", letter).replace("IDEOGRAPHS", IDEOGRAPHS)
    return re.compile(found, re.VERBOSE)


NOTHING = r"(?!)"
# The same for every text: those for plain ones are spared looking for what they cannot hold.
READERS = {
    (plain, led): _atoms(r"\w" if plain else rf"[^\W{IDEOGRAPHS}]", URL if led else NOTHING)
    for plain in (True, False)
    for led in (True, False)
}
PARTS = re.compile(r"[^\W_]+|[\W_]+")
SPLIT = frozenset({"word", "code"})


class Token(NamedTuple):
    """What stands there, the blanks before it, and its sort: a group name of `ATOMS`."""

    text: str
    before: str
    sort: str


def tokenise(text: str) -> tuple[list[Token], str]:
    """Cut a text into tokens, and give the blanks after the last one."""
    tokens: list[Token] = []
    blank = ""
    for found in READERS[text.isascii(), "://" in text].finditer(text):
        sort, blank = found.lastgroup or "other", found[1]
        if sort == "end":
            break
        tokens.append(Token(found[sort], blank, sort))
    return tokens, blank


def part_stays(one: Token, other: Token, at: int) -> bool:
    """Whether two words begin (0) or end (-1) with the same part, one that says something: `ERC-20` and `EIP-20`."""
    if {one.sort, other.sort} - SPLIT:
        return False
    parts = [PARTS.findall(token.text) for token in (one, other)]
    telling = [[part for part in found if part[0].isalnum()] for found in parts]
    return min(map(len, telling)) > 0 and max(map(len, telling)) > 1 and telling[0][at] == telling[1][at]
