"""Finds whole sentences of a new text in an old one and in what was forgotten: in place, moved or returned."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

from specs.authorship.memory import Chunk, Memory
from specs.authorship.pieces import Sentence
from specs.authorship.runs import Ground, Mark
from specs.diff import matches

LEAST_WORDS = 3


@dataclass(slots=True)
class Old:
    """A sentence of a parent, with the mark of each token; `free` are those that nothing new has claimed."""

    sentence: Sentence
    marks: list[Mark]
    free: list[bool] = field(init=False)

    def __post_init__(self) -> None:
        self.free = [True] * len(self.marks)


@dataclass(slots=True)
class Rest:
    """A sentence of the new text in a statement that is new or changed, and what was found of it so far.

    `found` has the marks by side (one a parent, and last what was forgotten), or None, for each token. `settled`: the
    very sentence was found.
    """

    sentence: Sentence
    sides: int
    settled: bool = False
    found: list[list[Mark | None]] = field(init=False)

    def __post_init__(self) -> None:
        self.found = [[None] * len(self.sentence.keys) for _ in range(self.sides + 1)]

    def unfound(self) -> list[bool]:
        """Say of each token whether no side knows it."""
        return [not any(marks) for marks in zip(*self.found, strict=True)]

    def marks(self, otherwise: Mark) -> Iterator[Mark]:
        """Give each token's mark: its first known origin, in doubt if it is on any side; `otherwise` for new ones."""
        for known in zip(*self.found, strict=True):
            marks = [mark for mark in known if mark]
            doubt = next((mark.doubt for mark in marks if mark.doubt), "")
            yield Mark(marks[0].origin, doubt) if marks else otherwise


@dataclass(frozen=True, slots=True)
class Gap:
    """What stands on both sides between two statements that both have in the same order."""

    olds: list[Old]
    rests: list[Rest]


def old_sentences(cut: Sequence[Sentence], ground: Ground) -> list[Old]:
    """Give sentences with the marks of their tokens."""
    return [Old(sentence, [ground.at(start) for start, _ in sentence.spans]) for sentence in cut]


def find_whole(gaps: Sequence[Gap], place: int) -> None:
    """Find whole sentences of one parent: in their gap in order, then anywhere."""
    for gap in gaps:
        pairs = list(matches([old.sentence.exact for old in gap.olds], [rest.sentence.exact for rest in gap.rests]))
        for here, there in pairs:
            _take(gap.olds[here], gap.rests[there], place)
        _anywhere(gap.olds, gap.rests, place, 1)
    olds = [old for gap in gaps for old in gap.olds]
    rests = [rest for gap in gaps for rest in gap.rests]
    source = _anywhere(olds, rests, place, LEAST_WORDS)
    for number, at in _spread(source, len(rests)):
        near = 0 <= at < len(olds) and olds[at].free[0] and not rests[number].found[place][0]
        if near and olds[at].sentence.exact == rests[number].sentence.exact:
            source[number] = at
            _take(olds[at], rests[number], place)


def _anywhere(olds: Sequence[Old], rests: Sequence[Rest], place: int, least: int) -> dict[int, int]:
    """Find sentences of so many words in another order, each old one once; say which is which."""
    free: dict[tuple[str, ...], list[int]] = {}
    for at in range(len(olds) - 1, -1, -1):
        if olds[at].free[0]:
            free.setdefault(olds[at].sentence.exact, []).append(at)
    source: dict[int, int] = {}
    for number, rest in enumerate(rests):
        places = free.get(rest.sentence.exact)
        if places and not rest.found[place][0] and len(rest.sentence.words) >= least:
            source[number] = places.pop()
            _take(olds[source[number]], rest, place)
    return source


def _take(old: Old, rest: Rest, place: int) -> None:
    rest.found[place] = list(old.marks)
    rest.settled = True
    old.free = [False] * len(old.free)


def _spread(source: dict[int, int], count: int) -> Iterator[tuple[int, int]]:
    """Go from what was found to its neighbours, forwards and back: short sentences come along with long ones."""
    for number in range(1, count):
        if number not in source and number - 1 in source:
            yield number, source[number - 1] + 1
    for number in range(count - 2, -1, -1):
        if number not in source and number + 1 in source:
            yield number, source[number + 1] - 1


def recall_whole(rests: Sequence[Rest], memories: Sequence[Memory]) -> None:
    """Find whole sentences among those forgotten, the newest first."""
    open_ = [rest.settled for rest in rests]
    for chunk in _chunks(memories):
        source: dict[int, int] = {}
        for number, rest in enumerate(rests):
            at = chunk.exact.get(rest.sentence.exact)
            if at is not None and not rest.settled and len(rest.sentence.words) >= LEAST_WORDS:
                source[number] = at
                _recall(chunk, at, rest)
        for number, at in _spread(source, len(rests)):
            near = 0 <= at < len(chunk.passages) and not open_[number] and not rests[number].settled
            if near and chunk.sentences[at].exact == rests[number].sentence.exact:
                source[number] = at
                _recall(chunk, at, rests[number])


def _recall(chunk: Chunk, at: int, rest: Rest) -> None:
    rest.found[-1] = list(chunk.marks(at))
    rest.settled = True


def _chunks(memories: Sequence[Memory]) -> list[Chunk]:
    return list(dict.fromkeys(chain.from_iterable(memory.chunks for memory in memories)))
