"""Words of a text as retrieval compares them: identifiers in parts, endings cut, what says nothing left out. Pure.

Writing without blanks between words (Chinese, Japanese) is read in pairs of characters. Endings are cut as English
inflects; other languages lose a plural at most, on both sides alike.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise

WORD = re.compile(r"[^\W_]+")
PART = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")
SENTENCE = re.compile(r"[\n\u3002\uff01\uff1f]|[.;:!?]\s")
# Besides the words of grammar: those that every specification is made of.
STOP = frozenset(
    """a all also an and any are as at be but by can each for from given has have if in into is it its may must no not
    of on only or requirement scenario shall should such system that the their then there these they this to user was
    were when which will with""".split()  # noqa: SIM905 (a list of words reads better as a text)
)
LEAST = 4
ENDINGS = (
    *(("ational", "ate"), ("ization", "ize"), ("isation", "ize"), ("ation", "ate"), ("fulness", "ful")),
    *(("ousness", "ous"), ("iveness", "ive"), ("ality", "al"), ("ivity", "ive"), ("bility", "ble")),
    *(("ement", ""), ("ment", ""), ("ness", ""), ("able", ""), ("ible", ""), ("ance", ""), ("ence", "")),
    *(("tion", "t"), ("sion", "s"), ("ally", "al"), ("ly", ""), ("ers", ""), ("er", ""), ("or", "")),
    *(("ive", ""), ("ize", ""), ("ate", ""), ("al", "")),
)


def words(text: str) -> list[str]:
    """Give the search words of a text, in order: folded, identifiers in parts, endings cut."""
    found: list[str] = []
    for match in WORD.finditer(unicodedata.normalize("NFKC", text)):
        found.extend(_terms(match.group()))
    return found


def pairs(text: str) -> list[str]:
    """Give the neighbouring words of a text, in order; no pair reaches over the end of a sentence or line."""
    found: list[str] = []
    for sentence in SENTENCE.split(text):
        row = words(sentence)
        found.extend(f"{before} {after}" for before, after in pairwise(row))
    return found


@lru_cache(maxsize=200_000)
def _terms(word: str) -> tuple[str, ...]:
    if not word.isascii() and UNSPACED.search(word):
        runs = UNSPACED.findall(word)
        rest = [part.casefold() for part in UNSPACED.split(word) if part]
        return (*(run[at : at + 2] for run in runs for at in range(max(1, len(run) - 1))), *rest)
    parts = PART.findall(word) if word.isascii() else [word]
    return tuple(stem(part) for part in map(str.casefold, parts) if part not in STOP)


def stem(word: str) -> str:
    """Cut the ending of a folded word, so that its inflections meet (after Porter, 1980, shortened)."""
    if len(word) < LEAST or not word.isascii() or not word.isalpha():
        return word[:-1] if len(word) >= LEAST and word.endswith("s") and not word.endswith("ss") else word
    low = _inflected(_singular(word))
    for ending, instead in ENDINGS:
        if low.endswith(ending) and len(low) - len(ending) >= LEAST:
            low = low[: -len(ending)] + instead
            break
    if low.endswith("e") and len(low) > LEAST:
        low = low[:-1]
    return f"{low[:-1]}i" if low.endswith("y") and len(low) >= LEAST else low


def _singular(word: str) -> str:
    if word.endswith("sses"):
        return word[:-2]
    if word.endswith("ies"):
        return f"{word[:-3]}i"
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def _inflected(word: str) -> str:
    """Cut `ing` and `ed`, and mend what they had changed: `stopping`, `caching`, `refunded`."""
    ending = "ing" if word.endswith("ing") else "ed" if word.endswith("ed") and not word.endswith("eed") else ""
    rest = word.removesuffix(ending)
    if not ending or len(rest) < LEAST - 1 or not any(letter in "aeiouy" for letter in rest):
        return word
    if rest.endswith(("at", "bl", "iz")):
        return f"{rest}e"
    return rest[:-1] if rest[-1] == rest[-2] and rest[-1] not in "lsz" else rest
