"""Who brought which characters of a text: runs that tile it. Values, and how to slice and lay them."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple


class Mark(NamedTuple):
    """Where a token comes from: the revision that brought it, and the one since which it waits for a person, or ""."""

    origin: str
    doubt: str = ""


class Run(NamedTuple):
    """So many characters with one mark."""

    length: int
    mark: Mark


class Laid(NamedTuple):
    """A mark laid on a stretch of a text."""

    start: int
    end: int
    mark: Mark


class Ground:
    """The runs of a text, to be asked by place."""

    def __init__(self, runs: Sequence[Run]) -> None:
        self._marks = [run.mark for run in runs]
        self._ends = list(accumulate(run.length for run in runs))

    def at(self, place: int) -> Mark:
        """Give the mark of a character."""
        return self._marks[bisect_right(self._ends, place)]

    def between(self, start: int, end: int) -> Iterator[Laid]:
        """Give the stretches of a slice, placed as they stand in the text."""
        number = bisect_right(self._ends, start)
        while start < end:
            stop = min(end, self._ends[number])
            yield Laid(start, stop, self._marks[number])
            start, number = stop, number + 1


def tiled(size: int, laid: Iterable[Laid], otherwise: Mark) -> tuple[Run, ...]:
    """Make runs that tile a text of `size` characters out of stretches that do not overlap.

    Blanks between two stretches go with the one before; a text without any stretch is all `otherwise`.
    """
    ordered = sorted(laid)
    if not ordered:
        return (Run(size, otherwise),) if size else ()
    runs: list[Run] = []
    begun = 0
    for here, following in zip(ordered, [*ordered[1:], None], strict=True):
        if following is not None and following.mark == here.mark:
            continue
        end = following.start if following is not None else size
        runs.append(Run(end - begun, here.mark))
        begun = end
    return tuple(runs)
