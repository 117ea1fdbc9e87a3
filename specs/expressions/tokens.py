"""Cuts an expression into tokens. Knows which letters make which token, not what they mean together."""

import re
from enum import StrEnum

from specs.values import dataclass

MAX_LENGTH = 2000
MAX_TOKENS = 400

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", '"': '"', "`": "`", "?": "?"}
_TOKEN = re.compile(
    r"""(?P<blank>\s+|//[^\n]*)
    |(?P<double>\d+\.\d+(?:[eE][-+]?\d{1,3})?|\d+[eE][-+]?\d{1,3})
    |(?P<int>\d+)
    |(?P<text>[rR]?(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'))
    |(?P<name>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<sign>&&|\|\||==|!=|<=|>=|[-+*/%<>!?:.,()\[\]])""",
    re.VERBOSE,
)
_RAW = re.compile(r"[rR]")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)


class ExpressionError(Exception):
    """What is wrong with an expression, where (an offset into it), and what to do. Never leaves this package."""

    def __init__(self, message: str, hint: str, at: int) -> None:
        super().__init__(message)
        self.message, self.hint, self.at = message, hint, at


class Sort(StrEnum):
    """The sort of a token."""

    INT = "int"
    DOUBLE = "double"
    TEXT = "text"
    NAME = "name"
    SIGN = "sign"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """A token: its source, or for a text what it stands for; `at` is its offset."""

    sort: Sort
    value: str
    at: int


def tokens(source: str) -> tuple[Token, ...]:
    """Cut an expression; the last token is `END`. Raises `ExpressionError` for what is no token, or for too much."""
    if len(source) > MAX_LENGTH:
        raise ExpressionError(
            f"This expression is longer than {MAX_LENGTH} characters.", "Split it into several rules.", 0
        )
    found: list[Token] = []
    at = 0
    while at < len(source):
        match = _TOKEN.match(source, at)
        if match is None or match.lastgroup is None:
            raise ExpressionError(f"{source[at : at + 12]!r} is nothing an expression can hold.", _hint(source[at]), at)
        at = match.end()
        if match.lastgroup == "blank":
            continue
        value = _text(match.group(), match.start()) if match.lastgroup == "text" else match.group()
        found.append(Token(Sort(match.lastgroup), value, match.start()))
        if len(found) > MAX_TOKENS:
            hint = "Split it into several rules."
            raise ExpressionError(f"This expression has more than {MAX_TOKENS} parts.", hint, match.start())
    return (*found, Token(Sort.END, "", len(source)))


def _text(literal: str, at: int) -> str:
    if _RAW.match(literal):
        return literal[2:-1]

    def one(match: re.Match[str]) -> str:
        if match.group(1):
            return chr(int(match.group(1), 16))
        if match.group(2) not in _ESCAPES:
            hint = "Write a raw text, r'...', where a backslash is meant."
            raise ExpressionError(f"There is no escape {match.group()}.", hint, at)
        return _ESCAPES[match.group(2)]

    return _ESCAPE.sub(one, literal[1:-1])


def _hint(letter: str) -> str:
    if letter in "\"'":
        return "Close the quotation mark on the same line."
    if letter in "&|=":
        return "Write && for and, || for or, == for equal."
    return "Rules use names, texts, numbers, lists and the operators of CEL."
