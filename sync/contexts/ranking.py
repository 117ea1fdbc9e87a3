"""Lexical ranking of texts for a query: TF-IDF cosine with real idf over the texts at hand. Pure; knows no specs.

Identifiers are split (camel, snake, paths), and writing without spaces is read in pairs of characters, so that code
names in prose and specs in Chinese or Japanese are found. Log term frequency and idf as in Manning, Raghavan and
Schuetze, *Introduction to Information Retrieval*, 6.4; scores of several signals are joined after z-normalisation.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, pstdev

WORD = re.compile(r"[^\W_]+", re.UNICODE)
CAMEL = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")
STOP = frozenset(
    """a an and are as at be by for from has have if in into is it its of on or that the their then there this to was
    were will with""".split()  # noqa: SIM905 (a list of words reads better as a text)
)


def words(text: str) -> list[str]:
    """Give the search words of a text, in order: folded, identifiers whole and in parts, plurals cut."""
    found: list[str] = []
    for match in WORD.finditer(text):
        word = match.group()
        if UNSPACED.search(word):
            for run in UNSPACED.findall(word):
                found.extend(run[at : at + 2] for at in range(max(1, len(run) - 1)))
            continue
        parts = CAMEL.findall(word) if word.isascii() else []
        found.append(_fold(word))
        if len(parts) > 1:
            found.extend(_fold(part) for part in parts)
    return [word for word in found if word not in STOP]


def _fold(word: str) -> str:
    """Fold case and cut a plural `s`, which is all the stemming that code names bear."""
    low = word.casefold()
    return low[:-1] if len(low) > 3 and low.endswith("s") and not low.endswith("ss") else low  # noqa: PLR2004 (letters of a word that may lose its plural)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Texts made ready for scoring: weighted terms of each, and the inverse document frequency of every term."""

    vectors: tuple[Mapping[str, float], ...]
    idf: Mapping[str, float]

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Lexicon":
        """Read the texts once."""
        counts = [Counter(words(text)) for text in texts]
        frequency = Counter(term for count in counts for term in count)
        total = len(counts)
        idf = {term: math.log((1 + total) / (1 + seen)) + 1 for term, seen in frequency.items()}
        return cls(tuple(_weigh(count, idf) for count in counts), idf)

    def scores(self, query: str) -> list[float]:
        """Give the cosine of the query with each text, 0 to 1, in the order of the texts."""
        wanted = _weigh(Counter(word for word in words(query) if word in self.idf), self.idf)
        return [sum(weight * vector.get(term, 0.0) for term, weight in wanted.items()) for vector in self.vectors]


def _weigh(count: Mapping[str, int], idf: Mapping[str, float]) -> dict[str, float]:
    """Weigh terms by log frequency and idf, scaled to length 1."""
    raw = {term: (1 + math.log(times)) * idf[term] for term, times in count.items()}
    length = math.sqrt(sum(weight * weight for weight in raw.values()))
    return {term: weight / length for term, weight in raw.items()} if length else {}


def standardise(scores: Sequence[float]) -> list[float]:
    """Bring a signal to mean 0 and deviation 1, so that signals of different scales can be added."""
    if not scores:
        return []
    deviation = pstdev(scores)
    if not deviation:
        return [0.0] * len(scores)
    mean = fmean(scores)
    return [(score - mean) / deviation for score in scores]
