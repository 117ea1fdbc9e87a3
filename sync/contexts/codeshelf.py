"""The definitions of a project's code, ready to be ranked for a passage of a spec: kept between questions. Pure.

As the shelf of passages, with files in place of specs and definitions in place of passages. What a file says together
lifts its definitions: prose speaks of a module as often as of one function in it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath

from drift.describing import Described
from specs.values import dataclass
from sync.contexts.meaning import Similar
from sync.contexts.postings import Postings
from sync.contexts.ranking import weighted
from sync.contexts.terms import words

LEAST_GAPS = 1_000
# From this cosine on a definition bears on a passage though they share no word.
ALIKE = 0.35
MOST_RANKED = 200

# Fitted on sections of public projects whose inline code was taken out; see `benchmarks/code_retrieval.py`.
LEXICAL: Mapping[str, float] = {"text": 0.54, "name": 0.14, "whole": 0.28, "best": 0.13}
MEANING: Mapping[str, float] = {"text": 0.34, "name": 0.10, "whole": 0.22, "best": 0.10, "meaning": 0.59}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a definition stands: in which repository (by id), in which file."""

    repository: str
    path: str


@dataclass(frozen=True, slots=True)
class CodeTie:
    """What speaks for a definition besides words and meaning: how much, and why."""

    weight: float
    reason: str


@dataclass(frozen=True, slots=True)
class RankedCode:
    """A definition in its place: its row on the shelf, its score, and why it was chosen."""

    row: int
    score: float
    reasons: tuple[str, ...]


class CodeShelf:
    """Definitions by row. `rows[row]` is None where one went."""

    def __init__(self) -> None:
        self.rows: list[Described | None] = []
        self.digests: list[str] = []
        self.places: list[Place] = []
        self.named: dict[str, set[int]] = {}
        self._file_of: list[int] = []
        self._files: dict[Place, tuple[int, range]] = {}
        self._made = 0
        self._gaps = 0
        self._text, self._name, self._whole = Postings(), Postings(), Postings()

    @property
    def alive(self) -> int:
        """Count the definitions."""
        return len(self.rows) - self._gaps

    @property
    def files(self) -> Iterable[Place]:
        """Give the files that are on the shelf."""
        return self._files.keys()

    def of_file(self, place: Place) -> Iterable[tuple[int, Described]]:
        """Give the definitions of a file, with their rows."""
        _, rows = self._files.get(place, (0, range(0)))
        return ((row, found) for row in rows if (found := self.rows[row]) is not None)

    def put(self, place: Place, definitions: Sequence[Described]) -> None:
        """Set a file's definitions on the shelf, in place of what was there of it."""
        self.drop(place)
        first, file = len(self.rows), self._made
        self._made += 1
        rows = range(first, first + len(definitions))
        self._files[place] = file, rows
        for one in definitions:
            self.rows.append(one)
            self.digests.append(one.digest(place.path))
            self.places.append(place)
            self._file_of.append(file)
        for row, one in zip(rows, definitions, strict=True):
            for name in {one.name, one.name.rpartition(".")[2]}:
                self.named.setdefault(name, set()).add(row)
        for held, at, counts in self._counted(place, file, rows, definitions):
            held.add(at, counts)

    def drop(self, place: Place) -> None:
        """Take a file from the shelf, if it is there."""
        file, rows = self._files.pop(place, (0, range(0)))
        gone = [found for row in rows if (found := self.rows[row]) is not None]
        if not rows:
            return
        for held, _, counts in self._counted(place, file, rows, gone):
            held.forget(counts)
        for row, one in zip(rows, gone, strict=True):
            for name in {one.name, one.name.rpartition(".")[2]}:
                self.named[name].discard(row)
            self.rows[row] = None
        self._gaps += len(rows)
        if self._gaps > max(LEAST_GAPS, self.alive):
            self._tidy()

    def signals(self, text: str, similar: Similar | None = None) -> dict[str, list[float]]:
        """Give every signal of every row for a passage, raw; rows that are gone have 0 throughout."""
        asked, count = Counter(words(text)), len(self.rows)
        whole = self._whole.scores(asked, self._made, len(self._files))
        found = {
            "text": self._text.scores(asked, count, self.alive),
            "name": self._name.scores(asked, count, self.alive),
            "whole": [whole[file] for file in self._file_of],
        }
        if self._gaps:
            there = [row is not None for row in self.rows]
            for name, scores in found.items():
                found[name] = [score if alive else 0.0 for score, alive in zip(scores, there, strict=True)]
        best = [0.0] * self._made
        for file, score in zip(self._file_of, found["text"], strict=True):
            best[file] = max(best[file], score)
        found["best"] = [best[file] if row else 0.0 for file, row in zip(self._file_of, self.rows, strict=True)]
        if similar is not None:
            usual = similar.usual[0] or (sum(similar.best.values()) / len(similar.best) if similar.best else 0.0)
            found["meaning"] = [
                similar.best.get(digest, usual) if row else 0.0
                for digest, row in zip(self.digests, self.rows, strict=True)
            ]
        return found

    def _counted(
        self, place: Place, file: int, rows: range, definitions: Sequence[Described]
    ) -> Iterable[tuple[Postings, int, Mapping[str, int]]]:
        """Give what is counted of a file's definitions, field by field."""
        folder = PurePosixPath(place.path)
        home = words(" ".join((folder.parent.name, folder.name.partition(".")[0])))
        whole: Counter[str] = Counter(words(place.path.rpartition(".")[0]))
        for row, one in zip(rows, definitions, strict=True):
            name, said, signature = words(one.name), words(one.said), words(one.signature)
            yield self._text, row, Counter([*home, *name, *said, *signature])
            yield self._name, row, Counter([*name, *home])
            whole.update((*name, *said))
        yield self._whole, file, whole

    def _tidy(self) -> None:
        """Make the rows anew, without the gaps."""
        fresh = CodeShelf()
        for place in self._files:
            fresh.put(place, [one for _, one in self.of_file(place)])
        vars(self).update(vars(fresh))


def rank_code(
    shelf: CodeShelf, text: str, similar: Similar | None = None, ties: Mapping[int, CodeTie] | None = None
) -> list[RankedCode]:
    """Give the definitions that bear on a passage, best first; what shares neither word nor meaning is left out.

    `ties` are rows that something else speaks for.
    """
    found = shelf.signals(text, similar)
    known = similar.spread if similar is not None else None
    weights = LEXICAL if similar is None else MEANING
    total = weighted(found, weights, shelf.alive, {} if known is None else {"meaning": known[0]})
    alike = found.get("meaning") or [0.0] * len(total)
    tied = ties or {}
    bearing = [
        row
        for row, one in enumerate(shelf.rows)
        if one is not None and (found["text"][row] or alike[row] >= ALIKE or row in tied)
    ]
    for row, tie in tied.items():
        total[row] += tie.weight
    bearing.sort(key=lambda row: (-round(total[row], 9), shelf.places[row].path, _line(shelf, row)))
    return [RankedCode(row, total[row], _reasons(found, alike, tied, row)) for row in bearing[:MOST_RANKED]]


def _line(shelf: CodeShelf, row: int) -> int:
    one = shelf.rows[row]
    return one.line if one is not None else 0


def _reasons(
    found: Mapping[str, Sequence[float]], alike: Sequence[float], tied: Mapping[int, CodeTie], row: int
) -> tuple[str, ...]:
    said = [tied[row].reason] if row in tied else []
    if found["name"][row]:
        said.append("words of its name")
    elif found["text"][row]:
        said.append("words it says")
    if alike[row] >= ALIKE:
        said.append("meaning")
    return tuple(said)
