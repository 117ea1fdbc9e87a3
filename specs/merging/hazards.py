"""Knows the words that can turn a statement: normative and negating ones, numbers and their units, names of code."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
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
LEAST_SPELT = 6
COMPARING = frozenset("<>=≤≥±%")
CONTRACTED = re.compile(r"n['\u2019]t$")
DIGIT = re.compile(r"\d")
COUNT = re.compile(r"[\W_]*\d")
NUMBER = re.compile(r"\d+(?![^\W_])")  # none amid a name: `onErc20Received`
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


def changed_numbers(balance: Mapping[str, int]) -> set[str]:
    """Give the numbers that words put in and taken out hold, less those that only stand in another name than before."""
    found: Counter[str] = Counter()
    for word, count in balance.items():
        for number in NUMBER.findall(word):
            found[number] += count
    return {number for number, count in found.items() if count}


def hazard_of(word: str, token: Token, numbers: AbstractSet[str]) -> Hazard | None:
    """Say what one of the words of a token does; None for an ordinary one. Given are the numbers that changed."""
    if word in COMPARING:
        return Hazard.NUMBER
    if token.sort not in {"word", "code", "anchor"}:
        return None
    if word in NORMATIVE or negates(word):
        return Hazard.STRONG
    if word in NUMBER_WORDS or word in UNITS or (token.sort != "anchor" and _counts(word, numbers)):
        return Hazard.NUMBER
    named = token.sort in {"code", "anchor"} or IDENTIFIER.search(token.text) or DIGIT.search(word)
    return Hazard.NAME if named else None


def negates(word: str) -> bool:
    """Whether a word turns a statement into its opposite, not only how firmly it holds."""
    return word in NEGATION or bool(CONTRACTED.search(word))


def respelt(removed: Sequence[Token], added: Sequence[Token]) -> bool:
    """Whether one word took another's place that is the same with one letter put right: `sensetive`, `sensitive`."""
    words = [token.text for token in (*removed, *added)]
    if len(removed) != 1 or len(added) != 1 or not all(map(str.isalpha, words)):
        return False
    one, other = sorted(words, key=len)
    if len(one) < LEAST_SPELT or len(other) - len(one) > 1 or one[0].casefold() != other[0].casefold():
        return False
    first = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    swapped = one[:first] + one[first : first + 2][::-1] + one[first + 2 :]
    skip = first if len(one) < len(other) else first + 1
    return other == swapped or one[skip:] == other[first + 1 :]


def _counts(word: str, numbers: AbstractSet[str]) -> bool:
    """Whether a word is a number, or a name with one that changed: `5ms` always, `ERC-20` not beside `EIP-20`."""
    return bool(COUNT.match(word)) or not numbers.isdisjoint(NUMBER.findall(word))


def _singular(word: str) -> str:
    return word[:-1] if word.endswith("s") and word[:-1] in UNITS else word
