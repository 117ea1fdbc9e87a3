"""The order of passages for a question: a weighted sum of signals, each brought to mean 0 and deviation 1. Pure.

The weights but for `binding` and structure were fitted on changes of eighteen public projects, each tried with weights
fitted on the others. Structure has a weight of its own, as no public data tells which code a task touches.
"""

from collections.abc import Mapping, Sequence
from heapq import nlargest
from types import MappingProxyType

from specs.values import dataclass
from sync.contexts.meaning import Similar
from sync.contexts.measuring import NOWHERE, Measured, measured, scale
from sync.contexts.shelf import Asked, Shelf
from sync.contexts.ties import Area, Tie, ties

STRUCTURE, STEEPEST = 0.8, 4.0
MOST_RANKED = 400
# What sums that are the same may differ by.
ROUNDING = 1e-9
# A task of so few words is asked with other weights than one of so many.
FEW, MANY = 12, 36
BYTES_PER_TOKEN = 4
# Why a passage was chosen that nothing ties to the code of the task.
SAID, MEANT = "words of the task", "meaning of the task"
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
    "size": 0.0,
}
# The same for a task in a few words: its meaning, and that of whole specs, tell more than the few words that match, and
# where those leave it open a spec of many passages is likelier meant than one of few.
SHORT: Mapping[str, float] = {
    "text": 0.06,
    "pairs": 0.03,
    "heading": 0.0,
    "name": 0.08,
    "title": 0.06,
    "whole": 0.28,
    "best": 0.11,
    "binding": 0.60,
    "meaning": 0.54,
    "named": 0.54,
    "size": 0.30,
}


# The signals as people understand them; structure stands apart.
PARTS: Mapping[str, tuple[str, ...]] = {
    "words": ("text", "pairs", "whole", "best"),
    "heading": ("heading", "name", "title"),
    "meaning": ("meaning", "named"),
    "binding": ("binding",),
    "size": ("size",),
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
    found = measured(shelf, asked, similar)
    names = (*found.rows, *found.specs, *found.alike)
    return {
        name: [found.value(name, row) if unit is not None else 0.0 for row, unit in enumerate(shelf.units)]
        for name in names
    }


def weights_for(asked: Asked, similar: Similar | None) -> Mapping[str, float]:
    """Give the weights for a question: between those for a few words and those for a text, by its length."""
    if similar is None:
        return LEXICAL
    share = min(1.0, max(0.0, (asked.length - FEW) / (MANY - FEW)))
    return {name: share * weight + (1 - share) * SHORT[name] for name, weight in MEANING.items()}


def rank(
    shelf: Shelf, asked: Asked, area: Area, similar: Similar | None = None, most: int = MOST_RANKED
) -> list[Ranked]:
    """Give the passages that bear on a question, best first, at most so many; what shares nothing is left out."""
    found = measured(shelf, asked, similar)
    tied = ties(shelf, area)
    steeps = found.steeps(weights_for(asked, similar), spreads(similar))
    total = found.totals(steeps)
    steep = _structure_scale(tied, shelf.alive)
    for row, tie in tied.items():
        total[row] += _structure(tie, steep)
    bearing = found.bearing(total)
    for row in tied:
        if shelf.units[row] is not None:
            bearing[row] = total[row]
    least = min(nlargest(most, bearing), default=NOWHERE) - ROUNDING
    near = [row for row, score in enumerate(bearing) if score >= least and score != NOWHERE]
    near.sort(key=lambda row: (-round(total[row], 9), *_place(shelf, row)))
    return [
        Ranked(
            row,
            total[row],
            _reasons(tied.get(row), found.shares(row), found.means(row)),
            _parts(found, steeps, row, _structure(tied.get(row), steep)),
        )
        for row in near[:most]
    ]


def _structure(tie: Tie | None, steep: float) -> float:
    return 0.0 if tie is None else STRUCTURE * min(STEEPEST, tie.weight * steep)


def _parts(found: Measured, steeps: Mapping[str, float], row: int, structure: float) -> tuple[tuple[str, float], ...]:
    """Say what the score of a row is the sum of."""
    parts = {
        part: sum(steeps[name] * found.value(name, row) for name in names if name in steeps)
        for part, names in PARTS.items()
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
    words = [reason for reason, holds in zip((SAID, MEANT), said, strict=True) if holds]
    return (*(tie.reasons if tie else ()), *words)
