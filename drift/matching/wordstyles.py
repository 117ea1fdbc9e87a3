"""How names are put together from words: snake_case, PascalCase and the like. Knows names, nothing of code."""

import re
from collections.abc import Callable, Mapping

from specs.values import dataclass

WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\W\d_A-Za-z]+")


@dataclass(frozen=True, slots=True)
class Style:
    """A way to write a name: whether a name is written so, and how one would be."""

    fits: Callable[[str], bool]
    made: Callable[[list[str]], str]


def words_of(name: str) -> list[str]:
    """Divide a name into its words, in small letters."""
    return [word.lower() for word in WORD.findall(name)]


def capital(word: str) -> str:
    """Write a word with a capital first letter."""
    return word[:1].upper() + word[1:]


def _joined(name: str, mark: str) -> bool:
    return all(part.isalnum() and part == part.lower() for part in name.split(mark))


STYLES: Mapping[str, Style] = {
    "snake_case": Style(lambda name: _joined(name, "_"), "_".join),
    "kebab-case": Style(lambda name: _joined(name, "-"), "-".join),
    "camelCase": Style(
        lambda name: name.isalnum() and not name[:1].isupper(),
        lambda words: words[0] + "".join(map(capital, words[1:])) if words else "",
    ),
    "PascalCase": Style(
        lambda name: name.isalnum() and not name[:1].islower(),
        lambda words: "".join(map(capital, words)),
    ),
    "SCREAMING_SNAKE_CASE": Style(
        lambda name: all(part.isalnum() and part == part.upper() for part in name.split("_")),
        lambda words: "_".join(words).upper(),
    ),
    "lowercase": Style(lambda name: name.isalnum() and name == name.lower(), "".join),
}


def plain(name: str) -> str:
    """Give the part of a name that is made of words: without marks of privacy round it."""
    return name.strip("_").lstrip("#$").strip("_")


def is_special(name: str) -> bool:
    """Say whether a language prescribes the name (`__init__`), or there is no word in it (`_`)."""
    return (name.startswith("__") and name.endswith("__")) or not plain(name)


def fits(style: str, name: str) -> bool:
    """Say whether a name is written in a style."""
    return STYLES[style].fits(plain(name))


def rewritten(style: str, name: str) -> str:
    """Give the name as the style would write it, with what stood round its words."""
    inner = plain(name)
    made = STYLES[style].made(words_of(inner))
    return name.replace(inner, made, 1) if inner and made else name
