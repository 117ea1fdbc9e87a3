"""The order of passages for a question: a weighted sum of signals, each brought to mean 0 and deviation 1. Pure.

The weights but for `binding` and structure were fitted on changes of eighteen public projects, each tried with weights
fitted on the others. Structure has a weight of its own, as no public data tells which code a task touches.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from heapq import nlargest
from operator import mul
from types import MappingProxyType

from specs.values import dataclass
from sync.contexts.meaning import Similar
from sync.contexts.shelf import Asked, Shelf
from sync.contexts.ties import Area, Tie, ties

STRUCTURE, STEEPEST = 0.8, 4.0
# From this cosine on a passage bears on the task though they share no word.
ALIKE = 0.35
MOST_RANKED = 400
BYTES_PER_TOKEN = 4
Signals = Mapping[str, Sequence[float]]

# Without vectors, and with them.
LEXICAL: Mapping[str, float] = {
    "text": 0.62,
    "pairs": 0.08,
    "heading": 0.22,
    "name": 0.20,
    "title": 0.16,
    "whole": 0.22,
    "best": 0.40,
    "binding": 0.60,
}
MEANING: Mapping[str, float] = {
    "text": 0.44,
    "pairs": 0.07,
    "heading": 0.16,
    "name": 0.17,
    "title": 0.08,
    "whole": 0.17,
    "best": 0.40,
    "binding": 0.60,
    "meaning": 0.58,
    "named": 0.09,
}


# The signals as people understand them; structure stands apart.
PARTS: Mapping[str, tuple[str, ...]] = {
    "words": ("text", "pairs", "whole", "best"),
    "heading": ("heading", "name", "title"),
    "meaning": ("meaning", "named"),
    "binding": ("binding",),
}


@dataclass(frozen=True, slots=True)
class Ranked:
    """A passage in its place: its row on the shelf, its score, and why it was chosen.

    `parts` are what the score is the sum of, by sort (`PARTS`).
    """

    row: int
    score: float
    reasons: tuple[str, ...]
    parts: tuple[tuple[str, float], ...] = ()


def signals(shelf: Shelf, asked: Asked, similar: Similar | None = None) -> dict[str, Sequence[float]]:
    """Give every signal of every row, raw; rows that are gone have 0 throughout."""
    found = shelf.scores(asked)
    volume_of = shelf.volume_of
    whole, name = found.pop("whole"), found.pop("name")
    result: dict[str, Sequence[float]] = dict(found)
    alive = [unit is not None for unit in shelf.units]
    result["whole"] = [whole[at] if there else 0.0 for at, there in zip(volume_of, alive, strict=True)]
    result["name"] = [name[at] if there else 0.0 for at, there in zip(volume_of, alive, strict=True)]
    result["binding"] = [float(binds and there) for binds, there in zip(shelf.binding, alive, strict=True)]
    result["best"] = _best(shelf, result)
    if similar is not None:
        for at, (signal, scores) in enumerate((("meaning", similar.best), ("named", similar.title))):
            usual = similar.usual[at] or _mean(scores.values())
            result[signal] = [
                scores.get(digest, usual) if there else 0.0 for digest, there in zip(shelf.digests, alive, strict=True)
            ]
    return result


def _mean(scores: Collection[float]) -> float:
    return sum(scores) / len(scores) if scores else 0.0


def _best(shelf: Shelf, found: Signals) -> list[float]:
    """Give each row the score of the best passage of its spec: a spec that bears on the task lifts all it says."""
    text, heading = found["text"], found["heading"]
    steep = scale(text, shelf.alive), 0.3 * scale(heading, shelf.alive)
    best = [0.0] * len(shelf.volumes)
    for at, a, b in zip(shelf.volume_of, text, heading, strict=True):
        score = a * steep[0] + b * steep[1]
        best[at] = max(best[at], score)
    return [best[at] if unit is not None else 0.0 for at, unit in zip(shelf.volume_of, shelf.units, strict=True)]


def scale(scores: Sequence[float], alive: int) -> float:
    """Give what a signal is multiplied by to have deviation 1 over the rows that are there.

    0 for a signal that tells rows apart in nothing. The mean is the same for all rows and changes no order.
    """
    if not alive:
        return 0.0
    mean = sum(scores) / alive
    variance = sum(map(mul, scores, scores)) / alive - mean * mean
    return 1 / math.sqrt(variance) if variance > 1e-12 else 0.0  # noqa: PLR2004 (what rounding leaves of none)


def rank(
    shelf: Shelf, asked: Asked, area: Area, similar: Similar | None = None, most: int = MOST_RANKED
) -> list[Ranked]:
    """Give the passages that bear on a question, best first, at most so many; what shares nothing is left out."""
    found = signals(shelf, asked, similar)
    tied = ties(shelf, area)
    steeps = factors(found, LEXICAL if similar is None else MEANING, shelf.alive, spreads(similar))
    total = summed(found, steeps)
    steep = _structure_scale(tied, shelf.alive)
    for row, tie in tied.items():
        total[row] += _structure(tie, steep)
    shares = [any(row) for row in zip(found["text"], found["heading"], strict=True)]
    alike = [score >= ALIKE for score in found["meaning"]] if similar is not None else [False] * len(shares)
    bearing = [
        row for row, unit in enumerate(shelf.units) if unit is not None and (shares[row] or alike[row] or row in tied)
    ]
    least = nlargest(most, (total[row] for row in bearing))[-1:]
    near = [row for row in bearing if total[row] >= least[0]] if least else []
    near.sort(key=lambda row: (-round(total[row], 9), *_place(shelf, row)))
    return [
        Ranked(
            row,
            total[row],
            _reasons(tied.get(row), shares[row], alike[row]),
            _parts(found, steeps, row, _structure(tied.get(row), steep)),
        )
        for row in near[:most]
    ]


def _structure(tie: Tie | None, steep: float) -> float:
    return 0.0 if tie is None else STRUCTURE * min(STEEPEST, tie.weight * steep)


def _parts(found: Signals, steeps: Mapping[str, float], row: int, structure: float) -> tuple[tuple[str, float], ...]:
    """Say what the score of a row is the sum of."""
    parts = {
        part: sum(steeps[name] * found[name][row] for name in names if name in steeps) for part, names in PARTS.items()
    }
    return tuple((part, score) for part, score in {**parts, "structure": structure}.items() if score)


def within(shelf: Shelf, ranked: Sequence[Ranked], tokens: int, least: int = 24) -> list[Ranked]:
    """Give the first passages that together hold about so many tokens, and at least so many of them."""
    taken: list[Ranked] = []
    held = 0
    for one in ranked:
        if held > tokens and len(taken) >= least:
            break
        unit = shelf.units[one.row]
        held += len(unit.text) // BYTES_PER_TOKEN if unit else 0
        taken.append(one)
    return taken


def spreads(similar: Similar | None) -> dict[str, float]:
    """Give the deviations that are known of more than the rows at hand."""
    known = similar.spread if similar is not None else None
    return {} if known is None else {"meaning": known[0], "named": known[1]}


def weighted(
    found: Signals, weights: Mapping[str, float], alive: int, known: Mapping[str, float] = MappingProxyType({})
) -> list[float]:
    """Add up the signals of each row by their weights, each brought to deviation 1 first."""
    return summed(found, factors(found, weights, alive, known))


def factors(
    found: Signals, weights: Mapping[str, float], alive: int, known: Mapping[str, float] = MappingProxyType({})
) -> dict[str, float]:
    """Give what each signal is multiplied by: its weight, with the signal brought to deviation 1."""
    return {
        name: weight / known[name] if known.get(name) else weight * scale(found[name], alive)
        for name, weight in weights.items()
    }


def summed(found: Signals, steeps: Mapping[str, float]) -> list[float]:
    """Add up the signals of each row, each multiplied by its factor."""
    total = [0.0] * len(found["text"])
    for name, steep in steeps.items():
        if steep:
            total = [so_far + steep * score for so_far, score in zip(total, found[name], strict=True)]
    return total


def _structure_scale(tied: Mapping[int, Tie], alive: int) -> float:
    return scale([tie.weight for tie in tied.values()], alive)


def _place(shelf: Shelf, row: int) -> tuple[str, int]:
    unit = shelf.units[row]
    return shelf.volume(row).path, unit.line if unit else 0


def _reasons(tie: Tie | None, *said: bool) -> tuple[str, ...]:
    words = [reason for reason, holds in zip(("words of the task", "meaning of the task"), said, strict=True) if holds]
    return (*(tie.reasons if tie else ()), *words)
