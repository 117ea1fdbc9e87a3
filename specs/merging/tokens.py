"""Cuts prose into tokens that a merge never splits: words, numbers, dates, versions, links, code spans, identifiers.

Each token carries the blanks before it, which are no part of what it is: a paragraph that flows over its lines in
another way has the same tokens.
"""

import re
from dataclasses import dataclass

# Scripts written without blanks: each character stands alone.
IDEOGRAPHS = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
LETTER = rf"[^\W{IDEOGRAPHS}]"
ATOMS = re.compile(
    rf"""
    (?P<blank>\s+)
  | (?P<code>(?<!`)(?P<ticks>`+)(?!`).*?(?<!`)(?P=ticks)(?!`))
  | (?P<target>\]\((?:[^()\s]|\([^()\s]*\))*(?:[ \t]+"[^"\n]*")?\) | \]\[[^\]\n]*\] | \[\^[^\]\s]+\])
  | (?P<anchor>\{{\#[^{{}}\n]*\}})
  | (?P<url><?\b[a-z][a-z0-9+.-]{{0,30}}://[^\s<>()\[\]`]*[^\s<>()\[\]`.,;:!?'"*_]>?)
  | (?P<tag><!--.{{0,200}}?--> | </?[A-Za-z][^<>\n]*> | &\#?\w{{1,30}};)
  | (?P<word>(?:--?|[./~]+|[@\#$%])?{LETTER}+(?:[-.+/:@,'\u2019=]+{LETTER}+)*(?:[%+]|\(\))?)
  | (?P<ideograph>[{IDEOGRAPHS}])
  | (?P<mark>\*+|_+|~+|\|)
  | (?P<other>[^\w\s])
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Token:
    """What stands there, the blanks before it, and its sort: a group name of `ATOMS`."""

    text: str
    before: str
    sort: str


def tokenise(text: str) -> tuple[list[Token], str]:
    """Cut a text into tokens, and give the blanks after the last one."""
    tokens: list[Token] = []
    before = ""
    for found in ATOMS.finditer(text):
        sort = found.lastgroup or "other"
        if sort == "ticks":
            sort = "code"
        if sort == "blank":
            before = found[0]
        else:
            tokens.append(Token(found[0], before, sort))
            before = ""
    return tokens, before
