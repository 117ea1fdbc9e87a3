"""Every signal of every passage for a question, and the weighted sum of them, in few passes over many rows. Pure.

Some signals are told by row, some by spec and those of meaning by content: each stays as it is told, and what all rows
of a spec share is added up once.
"""

import math
from collections.abc import Mapping, Sequence
from operator import mul
from types import MappingProxyType

from specs.values import dataclass
from sync.contexts.meaning import Similar
from sync.contexts.shelf import Asked, Shelf

# From this cosine on a passage bears on the task though they share no word. A short task is like nothing much: then
# what stands out from all others does, unless it is faint.
ALIKE, FAINT = 0.35, 0.2
BY_ROW = ("text", "pairs", "heading", "title", "binding")
HEADING_SHARE = 0.3
NOWHERE = -math.inf


@dataclass(frozen=True, slots=True)
class Alike:
    """A signal of meaning: what is known, by row, and what all others count as."""

    known: Mapping[int, float]
    usual: float

    def sums(self, shelf: Shelf) -> tuple[float, float]:
        """Give the sum over all rows that are there, and that of squares."""
        scores = [score for row, score in self.known.items() if shelf.units[row] is not None]
        rest = shelf.alive - len(scores)
        return sum(scores) + rest * self.usual, sum(map(mul, scores, scores)) + rest * self.usual * self.usual


@dataclass(frozen=True, slots=True)
class Measured:
    """Every signal, raw: by row, by the number of a spec, and those of meaning. Rows that are gone mean nothing.

    From the cosine `near` on a passage bears on the question by its meaning alone.
    """

    shelf: Shelf
    rows: Mapping[str, Sequence[float]]
    specs: Mapping[str, Sequence[float]]
    alike: Mapping[str, Alike]
    near: float = ALIKE

    def value(self, name: str, row: int) -> float:
        """Give a signal of one row."""
        if name in self.rows:
            return self.rows[name][row]
        if name in self.specs:
            return self.specs[name][self.shelf.volume_of[row]]
        told = self.alike[name]
        return told.known.get(row, told.usual)

    def steeps(
        self, weights: Mapping[str, float], known: Mapping[str, float] = MappingProxyType({})
    ) -> dict[str, float]:
        """Give what each signal is multiplied by: its weight, with the signal brought to deviation 1.

        `known` are the deviations that are known of more than the rows at hand.
        """
        return {
            name: weight / known[name] if known.get(name) else weight * self._scale(name)
            for name, weight in weights.items()
        }

    def _scale(self, name: str) -> float:
        alive = self.shelf.alive
        if name in self.rows:
            return scale(self.rows[name], alive)
        if name in self.specs:
            counts = [len(volume.rows) if volume else 0 for volume in self.shelf.volumes]
            each = [count * score for count, score in zip(counts, self.specs[name], strict=True)]
            return _steep(sum(each), sum(map(mul, each, self.specs[name])), alive)
        total, squares = self.alike[name].sums(self.shelf)
        return _steep(total, squares, alive)

    def totals(self, steeps: Mapping[str, float]) -> list[float]:
        """Add up the signals of each row, each multiplied by its factor."""
        shared = [sum(steeps.get(name, 0.0) * told.usual for name, told in self.alike.items())] * len(
            self.shelf.volumes
        )
        for name, scores in self.specs.items():
            shared = [so_far + steeps.get(name, 0.0) * score for so_far, score in zip(shared, scores, strict=True)]
        a, b, c, d, e = (steeps.get(name, 0.0) for name in BY_ROW)
        columns = (self.rows[name] for name in BY_ROW)
        total = [
            shared[at] + a * text + b * pair + c * heading + d * title + e * binds
            for at, text, pair, heading, title, binds in zip(self.shelf.volume_of, *columns, strict=True)
        ]
        for name, told in self.alike.items():
            steep = steeps.get(name, 0.0)
            for row, score in told.known.items():
                total[row] += steep * (score - told.usual)
        return total

    def shares(self, row: int) -> bool:
        """Say whether a row shares a word with the question."""
        return bool(self.rows["text"][row] or self.rows["heading"][row])

    def means(self, row: int) -> bool:
        """Say whether a row means what the question does."""
        return "meaning" in self.alike and self.value("meaning", row) >= self.near

    def bearing(self, total: Sequence[float]) -> list[float]:
        """Give the sums of the rows that share something with the question, and `NOWHERE` for all others."""
        told = self.alike.get("meaning")
        units = self.shelf.units
        if told is not None and told.usual >= self.near:
            return [
                score if unit is not None and (self.shares(row) or self.means(row)) else NOWHERE
                for row, (score, unit) in enumerate(zip(total, units, strict=True))
            ]
        found = [
            score if text or heading else NOWHERE
            for score, text, heading in zip(total, self.rows["text"], self.rows["heading"], strict=True)
        ]
        for row, score in told.known.items() if told is not None else ():
            if score >= self.near and units[row] is not None:
                found[row] = total[row]
        return found


def measured(shelf: Shelf, asked: Asked, similar: Similar | None = None) -> Measured:
    """Measure every signal of a question."""
    found = dict(shelf.scores(asked))
    specs = {name: _there(shelf, found.pop(name)) for name in ("whole", "name")}
    specs["best"] = _best(shelf, found)
    specs["size"] = [math.log(max(1, len(volume.rows))) if volume else 0.0 for volume in shelf.volumes]
    rows: dict[str, Sequence[float]] = {**found, "binding": shelf.binding}
    if similar is None:
        return Measured(shelf, rows, specs, {})
    alike = _alike(shelf, similar)
    return Measured(shelf, rows, specs, alike, _near(shelf, alike["meaning"], similar))


def _near(shelf: Shelf, told: Alike, similar: Similar) -> float:
    """Give the cosine from which a passage stands out: a deviation above the mean, within bounds."""
    if similar.spread is not None:
        mean, deviation = similar.usual[0], similar.spread[0]
    else:
        total, squares = told.sums(shelf)
        mean = total / max(1, shelf.alive)
        deviation = math.sqrt(max(0.0, squares / max(1, shelf.alive) - mean * mean))
    return min(ALIKE, max(FAINT, mean + deviation))


def _there(shelf: Shelf, scores: Sequence[float]) -> list[float]:
    return [score if volume is not None else 0.0 for score, volume in zip(scores, shelf.volumes, strict=True)]


def _alike(shelf: Shelf, similar: Similar) -> dict[str, Alike]:
    found = {}
    for at, (name, scores) in enumerate((("meaning", similar.best), ("named", similar.title))):
        usual = similar.usual[at] or (sum(scores.values()) / len(scores) if scores else 0.0)
        known = {row: scores[digest] for row, digest in enumerate(shelf.digests) if digest in scores}
        found[name] = Alike(known, usual)
    return found


def _best(shelf: Shelf, found: Mapping[str, Sequence[float]]) -> list[float]:
    """Give each spec the score of its best passage: a spec that bears on the task lifts all it says."""
    text, heading = found["text"], found["heading"]
    a, b = scale(text, shelf.alive), HEADING_SHARE * scale(heading, shelf.alive)
    score = [a * one + b * other for one, other in zip(text, heading, strict=True)]
    return [
        max(score[volume.rows.start : volume.rows.stop], default=0.0) if volume else 0.0 for volume in shelf.volumes
    ]


def scale(scores: Sequence[float], alive: int) -> float:
    """Give what a signal is multiplied by to have deviation 1 over the rows that are there.

    0 for a signal that tells rows apart in nothing. The mean is the same for all rows and changes no order.
    """
    return _steep(sum(scores), sum(map(mul, scores, scores)), alive)


def _steep(total: float, squares: float, alive: int) -> float:
    if not alive:
        return 0.0
    mean = total / alive
    variance = squares / alive - mean * mean
    return 1 / math.sqrt(variance) if variance > 1e-12 else 0.0  # noqa: PLR2004 (what rounding leaves of none)
