"""Stretches of a text to be asked by place: where its statements are inferred. Pure."""

from bisect import bisect_left
from collections.abc import Iterable
from typing import NamedTuple

from specs.authorship.statements import Statement
from specs.revision import Provenance


class Spans(NamedTuple):
    """Stretches of a text that do not overlap, in order."""

    starts: list[int]
    ends: list[int]

    def meet(self, start: int, end: int) -> bool:
        """Say whether any of them shares a character with another stretch."""
        last = bisect_left(self.starts, end) - 1
        return last >= 0 and self.ends[last] > start


def inferred_spans(statements: Iterable[Statement]) -> Spans:
    """Give where statements stand that no person has said."""
    waiting = [one for one in statements if one.provenance is Provenance.INFERRED]
    return Spans([one.start for one in waiting], [one.end for one in waiting])
