"""Knows the words that can turn a statement: normative and negating ones, numbers and their units, names of code."""

import re
from enum import StrEnum

from specs.merging.tokens import Token, tokenise

NORMATIVE = frozenset(["must", "shall", "should", "may", "required", "recommended", "optional", "mandatory", "always"])
NEGATION = frozenset(
    ["not", "no", "never", "none", "neither", "nor", "without", "unless", "except", "only", "cannot", "nothing"]
)
NUMBER_WORDS = frozenset(
    ["zero", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "once", "twice"]
)
UNITS = frozenset(
    [
        "ns",
        "ms",
        "sec",
        "second",
        "min",
        "minute",
        "hour",
        "hourly",
        "day",
        "daily",
        "week",
        "weekly",
        "month",
        "monthly",
        "year",
        "yearly",
        "bit",
        "byte",
        "kb",
        "mb",
        "gb",
        "tb",
        "kib",
        "mib",
        "gib",
        "tib",
        "percent",
        "px",
        "rem",
        "hz",
        "khz",
        "mhz",
        "ghz",
        "meter",
        "metre",
        "mile",
        "km",
        "kg",
        "usd",
        "eur",
        "gbp",
        "dollar",
        "euro",
        "cent",
    ]
)
COMPARING = frozenset("<>=≤≥±%")
CONTRACTED = re.compile(r"n['\u2019]t$")
DIGIT = re.compile(r"\d")
IDENTIFIER = re.compile(r"\w_\w|\w\w\.\w\w|^[a-z]+[A-Z]|^--\w|^[./]+/?\w|/\w+/|:\w|\(\)$")


class Hazard(StrEnum):
    """What a word does in a statement."""

    STRONG = "strong"  # says whether, or how firmly, the statement holds
    NUMBER = "number"  # a number, or what it counts
    NAME = "name"  # an identifier, a part of a span of code, an anchor


def said(token: Token) -> list[str]:
    """Give the words that a token says: alike as code, at a sentence's begin, and where a unit stands in the plural."""
    text = token.text.strip("`").strip().casefold()
    parts = [part.text for part in tokenise(text)[0]] if token.sort == "code" else [text]
    return [_singular(part) for part in parts if part in COMPARING or any(map(str.isalnum, part))]


def hazard_of(word: str, token: Token) -> Hazard | None:
    """Say what one of the words of a token does; None for an ordinary one."""
    if word in COMPARING:
        return Hazard.NUMBER
    if token.sort not in {"word", "code", "anchor"}:
        return None
    if word in NORMATIVE or word in NEGATION or CONTRACTED.search(word):
        return Hazard.STRONG
    if word in NUMBER_WORDS or word in UNITS or (token.sort != "anchor" and DIGIT.search(word)):
        return Hazard.NUMBER
    return Hazard.NAME if token.sort in {"code", "anchor"} or IDENTIFIER.search(token.text) else None


def _singular(word: str) -> str:
    return word[:-1] if word.endswith("s") and word[:-1] in UNITS else word
