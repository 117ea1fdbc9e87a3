"""Finds what is left of changed sentences: the likest one first, then words in order, then clauses that moved.

A word that two sentences merely share by chance is nobody's legacy: scattered words count only where enough of a
sentence is left, and else only clauses do.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, pairwise

from specs.authorship.aligning import aligned
from specs.authorship.matching import Gap, Old, Rest
from specs.authorship.memory import Chunk, Memory, index_pairs, word_pairs
from specs.authorship.pieces import Sentence, is_word
from specs.diff import Match

# How much of a sentence must be left for its scattered words to count.
STILL, RETURNED = 0.5, 0.6
# Words this short hold sentences together and say little of where one comes from.
SHORT, LIGHT = 3, 0.4
CLAUSE_WORDS, CLAUSE_LETTERS = 3, 12
LEAST_RETURNED = 4
MOST_PLACES = 4


def find_like(gaps: Sequence[Gap], place: int) -> None:
    """Find what one parent has of the sentences that were not found whole."""
    _likest(gaps, place)
    for gap in gaps:
        _in_order(gap, place)
    _clauses(gaps, place)


def recall_like(rests: Sequence[Rest], memories: Sequence[Memory]) -> None:
    """Find forgotten sentences that came back with a change, where little was found so far."""
    chunks = list(dict.fromkeys(chain.from_iterable(memory.chunks for memory in memories)))
    for rest in rests:
        unfound = rest.unfound()
        fresh = sum(unfound[at] for at in rest.sentence.words)
        if rest.settled or fresh < LEAST_RETURNED or 2 * fresh < len(rest.sentence.words):
            continue
        best = _best(rest.sentence, chunks)
        if best is None:
            continue
        chunk, at = best
        pairs = aligned(chunk.sentences[at].keys, rest.sentence.keys)
        if min(_shares(pairs, chunk.sentences[at], rest.sentence)) >= RETURNED:
            marks = chunk.marks(at)
            for here, there in pairs:
                rest.found[-1][there] = marks[here]


def _best(sentence: Sentence, chunks: Sequence[Chunk]) -> tuple[Chunk, int] | None:
    """Give the forgotten sentence that shares most pairs of words; the newest of equals."""
    wanted = sorted(word_pairs(sentence))
    best: tuple[int, Chunk, int] | None = None
    for chunk in chunks:
        votes = Counter(at for pair in wanted for at in chunk.pairs.get(pair, ()))
        if votes:
            at, count = min(votes.items(), key=lambda vote: (-vote[1], vote[0]))
            if best is None or count > best[0]:
                best = (count, chunk, at)
    return None if best is None else best[1:]


def _likest(gaps: Sequence[Gap], place: int) -> None:
    """Pair changed sentences with the old ones that share most with them, those of their own gap before others."""
    olds = [(number, old) for number, gap in enumerate(gaps) for old in gap.olds if old.free[0]]
    rests = [(number, rest) for number, gap in enumerate(gaps) for rest in gap.rests if not rest.settled]
    index = index_pairs(old.sentence for _, old in olds)
    scored: list[tuple[bool, float, int, int]] = []
    for there, (number, rest) in enumerate(rests):
        votes = Counter(at for pair in sorted(word_pairs(rest.sentence)) for at in index.get(pair, ()))
        for here, count in votes.items():
            size = len(olds[here][1].sentence.words) + len(rest.sentence.words)
            scored.append((olds[here][0] != number, -count / size, there, here))
    paired_old: set[int] = set()
    paired_new: set[int] = set()
    for elsewhere, _, there, here in sorted(scored):
        if here in paired_old or there in paired_new:
            continue
        old, rest = olds[here][1], rests[there][1]
        pairs = aligned(old.sentence.keys, rest.sentence.keys)
        shares = _shares(pairs, old.sentence, rest.sentence)
        if (min(shares) if elsewhere else max(shares)) >= STILL:
            paired_old.add(here)
            paired_new.add(there)
            _claim(((old, i, rest, j) for i, j in pairs), place)


def _in_order(gap: Gap, place: int) -> None:
    """Align what is left on both sides of a gap: sentences that were split, joined or largely rewritten."""
    left = [(old, at) for old in gap.olds for at, free in enumerate(old.free) if free]
    right = [
        (rest, at) for rest in gap.rests if not rest.settled for at, mark in enumerate(rest.found[place]) if not mark
    ]
    if not left or not right:
        return
    pairs = aligned([old.sentence.keys[at] for old, at in left], [rest.sentence.keys[at] for rest, at in right])
    by_rest: dict[int, list[Match]] = {}
    for here, there in pairs:
        by_rest.setdefault(id(right[there][0]), []).append((here, there))
    for found in by_rest.values():
        rest = right[found[0][1]][0]
        sources = list({id(left[here][0]): left[here][0] for here, _ in found}.values())
        matched = sum(_weight(rest.sentence.keys[right[there][1]]) for _, there in found)
        share = max(matched / _weigh(rest.sentence), matched / sum(_weigh(old.sentence) for old in sources))
        for run in _contiguous(found):
            words = [rest.sentence.keys[right[there][1]] for _, there in run]
            if share >= STILL or _is_clause(words):
                _claim(((*left[here], *right[there]) for here, there in run), place)


def _clauses(gaps: Sequence[Gap], place: int) -> None:
    """Find clauses that moved from one sentence to another, or within one."""
    olds = [old for gap in gaps for old in gap.olds if any(old.free)]
    index: dict[tuple[str, ...], list[tuple[Old, int]]] = {}
    for old in olds:
        for at, key in _clause_keys(old.sentence):
            places = index.setdefault(key, [])
            if len(places) < MOST_PLACES:
                places.append((old, at))
    for rest in (rest for gap in gaps for rest in gap.rests if not rest.settled):
        unfound = rest.unfound()
        done = 0
        for at, key in _clause_keys(rest.sentence):
            if at < done:
                continue
            runs = [_extended(old, start, rest, at, unfound) for old, start in index.get(key, ())]
            best = max(runs, key=len, default=[])
            if _is_clause([rest.sentence.keys[there] for _, _, _, there in best]):
                _claim(best, place)
                done = best[-1][3] + 1


def _clause_keys(sentence: Sentence) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Give the tokens from each word to the second one after it."""
    words = sentence.words
    for first, last in zip(words, words[CLAUSE_WORDS - 1 :], strict=False):
        if last - first < 2 * CLAUSE_WORDS:
            yield first, sentence.keys[first : last + 1]


def _extended(old: Old, start: int, rest: Rest, at: int, unfound: Sequence[bool]) -> list[tuple[Old, int, Rest, int]]:
    """Go on from a place in both sentences for as long as they agree and nobody claimed it."""
    found = []
    here, there = old.sentence.keys, rest.sentence.keys
    while start < len(here) and at < len(there) and here[start] == there[at] and old.free[start] and unfound[at]:
        found.append((old, start, rest, at))
        start, at = start + 1, at + 1
    return found


def _claim(pairs: "Iterator[tuple[Old, int, Rest, int]] | Sequence[tuple[Old, int, Rest, int]]", place: int) -> None:
    for old, here, rest, there in pairs:
        if old.free[here] and not rest.found[place][there]:
            rest.found[place][there] = old.marks[here]
            old.free[here] = False


def _contiguous(pairs: Sequence[Match]) -> Iterator[list[Match]]:
    run = [pairs[0]]
    for before, pair in pairwise(pairs):
        if pair != (before[0] + 1, before[1] + 1):
            yield run
            run = []
        run.append(pair)
    yield run


def _is_clause(keys: Sequence[str]) -> bool:
    words = [key for key in keys if is_word(key)]
    return len(words) >= CLAUSE_WORDS and sum(map(len, words)) >= CLAUSE_LETTERS


def _shares(pairs: Sequence[Match], old: Sentence, new: Sentence) -> tuple[float, float]:
    """Say how much of each of two sentences is in the other."""
    matched = sum(_weight(new.keys[there]) for _, there in pairs)
    return matched / _weigh(old), matched / _weigh(new)


def _weigh(sentence: Sentence) -> float:
    return sum(map(_weight, sentence.keys)) or 1


def _weight(key: str) -> float:
    if not is_word(key):
        return 0.0
    return LIGHT if len(key) <= SHORT and key.isalpha() else 1.0
