"""What a spec no longer says, sentence by sentence, with the marks that its words had: so that it may come back.

Kept in chunks. A full chunk is never changed again, so that revisions share it; beyond a bound the oldest is forgotten.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, pairwise

from specs.authorship.pieces import TOKEN, Sentence, folded
from specs.authorship.runs import Ground, Mark, Run

CHUNK_TOKENS = 2_000
MOST_TOKENS = 250_000
MOST_PLACES = 8


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence that was deleted or changed, as it was."""

    text: str
    runs: tuple[Run, ...]


@dataclass(frozen=True)
class Chunk:
    """Passages in the order in which they were forgotten."""

    passages: tuple[Passage, ...] = ()

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash(self.passages)

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """The passages, cut into tokens."""
        return tuple(map(_read, self.passages))

    @cached_property
    def exact(self) -> dict[tuple[str, ...], int]:
        """Where a sentence stands; the first, if twice."""
        places: dict[tuple[str, ...], int] = {}
        for at, sentence in enumerate(self.sentences):
            places.setdefault(sentence.exact, at)
        return places

    @cached_property
    def pairs(self) -> dict[tuple[str, str], list[int]]:
        """Which sentences hold two words in a row."""
        return index_pairs(self.sentences)

    def marks(self, at: int) -> list[Mark]:
        """Give the mark that each token of a sentence had."""
        ground = Ground(self.passages[at].runs)
        return [ground.at(start) for start, _ in self.sentences[at].spans]

    @cached_property
    def size(self) -> int:
        """How many tokens it holds."""
        return sum(len(sentence.keys) for sentence in self.sentences)


@dataclass(frozen=True, slots=True)
class Memory:
    """All that is remembered: full chunks, oldest first, and the one that is being filled."""

    full: tuple[Chunk, ...] = ()
    open: Chunk = field(default_factory=Chunk)

    @property
    def chunks(self) -> tuple[Chunk, ...]:
        """Give every chunk, newest first."""
        return (self.open, *reversed(self.full))


NOTHING = Memory()


def word_pairs(sentence: Sentence) -> set[tuple[str, str]]:
    """Give each two words that follow each other."""
    return set(pairwise(sentence.keys[at] for at in sentence.words))


def index_pairs(sentences: Iterable[Sentence]) -> dict[tuple[str, str], list[int]]:
    """Say which sentences hold two words in a row: what all of them hold tells nothing and is cut short."""
    places: dict[tuple[str, str], list[int]] = {}
    for at, sentence in enumerate(sentences):
        for pair in word_pairs(sentence):
            found = places.setdefault(pair, [])
            if len(found) < MOST_PLACES:
                found.append(at)
    return places


def remember(memories: Sequence[Memory], gone: Iterable[Passage]) -> Memory:
    """Join what the parents of a revision remember, and add what went with it. What is known stays as it was."""
    full = tuple(dict.fromkeys(chain.from_iterable(memory.full for memory in memories)))
    known: set[tuple[str, ...]] = set()
    passages: list[Passage] = []
    open_ = ((memory.open.passages, memory.open.sentences) for memory in memories)
    read = ((passage, _read(passage)) for passage in gone)
    for passage, sentence in chain(*(zip(*pair, strict=True) for pair in open_), read):
        if sentence.exact not in known and not any(sentence.exact in chunk.exact for chunk in full):
            known.add(sentence.exact)
            passages.append(passage)
    now = Chunk(tuple(passages))
    if sum(map(len, known)) >= CHUNK_TOKENS:
        full, now = (*full, now), Chunk()
    left = sum(chunk.size for chunk in full)
    while full and left > MOST_TOKENS:
        left -= full[0].size
        full = full[1:]
    return Memory(full, now)


def _read(passage: Passage) -> Sentence:
    found = list(TOKEN.finditer(passage.text))
    exact = tuple(match[0] for match in found)
    return Sentence(exact, tuple(map(folded, exact)), tuple(match.span() for match in found))
