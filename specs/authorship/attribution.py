"""Says of each token of a revision which revision brought it, from texts and parents alone.

The idea is WikiWho's (F. Floeck, M. Acosta, 2014): tokens keep their first author through moves, merges, and deletion
and return. Whole statements are looked for first, then whole sentences, here and among what was deleted before, then
words within those that were changed. The same revisions give the same answer wherever and however often they are asked.

A token is also in doubt since the revision that put it, or changed the statement it stands in, without a person having
said so. An edit by a person leaves in doubt what it leaves standing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from specs.authorship.likeness import find_like, recall_like
from specs.authorship.matching import Gap, Old, Rest, find_whole, old_sentences, recall_whole
from specs.authorship.memory import NOTHING, Memory, Passage, remember
from specs.authorship.pieces import Piece, pieces, sentences
from specs.authorship.runs import Ground, Laid, Mark, Run, tiled
from specs.diff import matches


@dataclass(frozen=True, slots=True)
class Attribution:
    """The authors of a revision's text, as runs that tile it, and what the spec said before and no longer says."""

    text: str
    runs: tuple[Run, ...]
    memory: Memory = NOTHING


@dataclass(frozen=True, slots=True)
class Written:
    """A revision to be attributed: its digest, its text, and whether a person said it."""

    revision: str
    text: str
    explicit: bool = True

    @property
    def mark(self) -> Mark:
        """The mark of what this revision brings."""
        return Mark(self.revision, "" if self.explicit else self.revision)


def attribute(written: Written, parents: Sequence[Attribution] = ()) -> Attribution:
    """Attribute a revision, given the attributions of its parents in their order."""
    if not parents:  # nothing was said before: all of it is new
        return Attribution(written.text, tiled(len(written.text), (), written.mark))
    new = pieces(written.text)
    sides = [_Side(parent, written.text, new) for parent in parents]
    laid: list[Laid] = []
    todo: dict[int, list[Rest]] = {}
    for number, piece in enumerate(new):
        known = [side.whole(number) for side in sides if number in side.source]
        if known:
            # Where any parent has the very statement and a person said it there, a person said it.
            laid += min(known, key=lambda stretches: any(one.mark.doubt for one in stretches))
        else:
            todo[number] = [Rest(sentence, len(sides)) for sentence in sentences(written.text, piece)]
    _search(sides, todo)
    for rests in todo.values():
        for rest in rests:
            laid += _laid(rest, written.mark)
    gone = [passage for side in sides for passage in side.gone()]
    memory = remember([parent.memory for parent in parents], gone)
    return Attribution(written.text, tiled(len(written.text), laid, written.mark), memory)


def _search(sides: "Sequence[_Side]", todo: Mapping[int, list[Rest]]) -> None:
    """Look for the sentences of new and changed statements: whole before alike, the parents before what is past."""
    rests = [rest for found in todo.values() for rest in found]
    if not rests:
        return
    gaps = [side.gaps(todo) for side in sides]
    memories = [side.parent.memory for side in sides]
    for place, own in enumerate(gaps):
        find_whole(own, place)
    recall_whole(rests, memories)
    for place, own in enumerate(gaps):
        find_like(own, place)
    recall_like(rests, memories)


def _laid(rest: Rest, mark: Mark) -> Iterator[Laid]:
    """Lay the marks of a sentence. Whoever changes a statement without being a person puts all of it in doubt."""
    for (start, end), own in zip(rest.sentence.spans, rest.marks(mark), strict=True):
        yield Laid(start, end, Mark(own.origin, mark.doubt or own.doubt))


class _Side:
    """One parent beside the new text: `source` says which statement of the parent each of the new text is."""

    def __init__(self, parent: Attribution, text: str, new: Sequence[Piece]) -> None:
        self.parent = parent
        self._text = text
        self._new = new
        self._old = pieces(parent.text)
        self._ground = Ground(parent.runs)
        self._ordered = list(matches([piece.key for piece in self._old], [piece.key for piece in new]))
        self.source = {there: here for here, there in self._ordered}
        self._find_moved()

    def _find_moved(self) -> None:
        """Find statements that stand elsewhere now: each old one goes to one place, in their order."""
        taken = set(self.source.values())
        free: dict[str, list[int]] = {}
        for number in range(len(self._old) - 1, -1, -1):
            if number not in taken:
                free.setdefault(self._old[number].key, []).append(number)
        for number, piece in enumerate(self._new):
            places = free.get(piece.key)
            if places and number not in self.source:
                self.source[number] = places.pop()

    def whole(self, number: int) -> list[Laid]:
        """Give the marks of a statement that this parent has, laid where it stands now."""
        old, new = self._old[self.source[number]], self._new[number]
        if self.parent.text[old.start : old.end] == self._text[new.start : new.end]:
            shift = new.start - old.start
            return [Laid(a + shift, b + shift, mark) for a, b, mark in self._ground.between(old.start, old.end)]
        # The same words in other lines, or an item with another number.
        before = [span for sentence in sentences(self.parent.text, old) for span in sentence.spans]
        after = [span for sentence in sentences(self._text, new) for span in sentence.spans]
        return [Laid(*there, self._ground.at(here[0])) for here, there in zip(before, after, strict=True)]

    def gaps(self, todo: Mapping[int, list[Rest]]) -> list[Gap]:
        """Give what stands between statements that are in both in the same order, where something is to be found."""
        found = []
        kept = set(self.source.values())
        x, y = 0, 0
        for here, there in (*self._ordered, (len(self._old), len(self._new))):
            rests = [rest for number in range(y, there) for rest in todo.get(number, ())]
            gone = [number for number in range(x, here) if number not in kept]
            if rests or gone:
                found.append(Gap([old for number in gone for old in self._sentences(number)], rests))
            x, y = here + 1, there + 1
        return found

    def _sentences(self, number: int) -> list[Old]:
        return old_sentences(list(sentences(self.parent.text, self._old[number])), self._ground)

    def gone(self) -> Iterator[Passage]:
        """Give the sentences of all statements that the new text does not have as they were."""
        kept = set(self.source.values())
        for number, piece in enumerate(self._old):
            if number in kept:
                continue
            for sentence in sentences(self.parent.text, piece):
                start, end = sentence.spans[0][0], sentence.spans[-1][1]
                runs = tuple(Run(b - a, mark) for a, b, mark in self._ground.between(start, end))
                yield Passage(self.parent.text[start:end], runs)
