"""An inverted index of weighted terms: rows come and go, and each query is weighed by the rows of the moment. Pure.

Rows are weighed by log frequency and brought to length 1; how rare a term is enters on the side of the query alone
(`lnc.ltc` in Manning, Raghavan and Schuetze, *Introduction to Information Retrieval*, 6.4.3). So a row that changes
leaves all others as they are.
"""

import math
from array import array
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any


class Postings:
    """Terms of rows, which are numbered from 0 by whoever holds them."""

    def __init__(self) -> None:
        self._rows: dict[str, tuple[array[int], array[float]]] = {}
        self._seen: dict[str, int] = {}
        self._kept: Mapping[str, Any] = {}

    def kept(self) -> dict[str, list[str]]:
        """Give all terms as JSON has them, to be taken up again by `of`; rows that went make that mean nothing."""
        return {term: [b64encode(part.tobytes()).decode() for part in held] for term, held in self._rows.items()}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Postings":
        """Take up what was kept, to be asked alone: a term is read when it is asked for."""
        made = cls()
        made._kept = kept
        return made

    def _take_up(self, terms: Collection[str], rows: int) -> None:
        """Read terms that were kept. What has another shape than `kept` gives it counts as not there."""
        for term in terms:
            if term in self._rows or term not in self._kept:
                continue
            held, weights = array("I"), array("f")
            try:
                held.frombytes(b64decode(self._kept[term][0]))
                weights.frombytes(b64decode(self._kept[term][1]))
            except (ValueError, TypeError, LookupError):
                continue
            if held and len(held) == len(weights) and max(held) < rows:
                self._rows[term], self._seen[term] = (held, weights), len(held)

    def add(self, row: int, counts: Mapping[str, int]) -> None:
        """Enter a row's terms with how often each occurs."""
        raw = {term: 1 + math.log(times) for term, times in counts.items()}
        length = math.sqrt(sum(weight * weight for weight in raw.values())) or 1.0
        for term, weight in raw.items():
            held = self._rows.get(term)
            if held is None:
                held = self._rows[term] = (array("I"), array("f"))
            held[0].append(row)
            held[1].append(weight / length)
            self._seen[term] = self._seen.get(term, 0) + 1

    def forget(self, terms: Collection[str]) -> None:
        """Have the terms of a row that goes counted no more. What it scores from now on means nothing."""
        for term in terms:
            self._seen[term] -= 1

    def scores(self, query: Counter[str], rows: int, alive: int) -> list[float]:
        """Give the similarity of the query with each of `rows` rows, of which `alive` count; 0 to about 1."""
        found = [0.0] * rows
        if self._kept:
            self._take_up(query, rows)
        wanted = {
            term: (1 + math.log(times)) * (math.log((1 + alive) / (1 + seen)) + 1)
            for term, times in query.items()
            if (seen := self._seen.get(term))
        }
        length = math.sqrt(sum(weight * weight for weight in wanted.values()))
        for term in sorted(wanted):
            weight = wanted[term] / length
            held, weights = self._rows[term]
            for row, share in zip(held, weights, strict=True):
                found[row] += share * weight
        return found
