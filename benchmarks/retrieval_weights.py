"""Chooses the weights of retrieval's signals on labelled changes, each project tried with weights fitted on the others.

    python -m benchmarks.retrieval_weights BENCH.jsonl.gz --vectors FILE [--folds] [--title-only]

BENCH is as `benchmarks.retrieval` reads it, with labels: queries also have `rel_caps` and `rel_reqs`. FILE keeps the
vectors of an earlier run of that benchmark; without it the lexical weights are fitted. The weights make the labelled
passages likely (softmax over all passages of the query, and over capabilities with a third of the weight). `--folds`
also leaves out one repository at a time and tells what the others' weights reach there. `--title-only` fits the weights
of tasks in a few words, asked with the titles alone.
"""

import argparse
import base64
import hashlib
import json
import struct
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.retrieval import Bench, path_of, read, specs
from specs.parser import parse
from sync.contexts.meaning import Similar, parts, title_of
from sync.contexts.ranking import LEXICAL, MEANING, SHORT, signals
from sync.contexts.shelf import Asked, Shelf

STEPS, RATE = 250, 0.05
CAPABILITY, DECAY = 0.3, 0.002
BUDGET, FIRST, FIRST_CAPS = 2000, 10, 5
Array = Any


@dataclass
class Case:
    """A query: the signals of its passages (rows), which are wanted, whose capability each is and what it costs."""

    repo: str
    rows: Array
    wanted: Array
    caps: Array
    wanted_caps: frozenset[int]
    sizes: Sequence[int]


class Vectors:
    """The vectors that a run of the benchmark kept, by text."""

    def __init__(self, file: Path) -> None:
        self._kept: dict[str, str] = json.loads(file.read_text())

    def of(self, text: str) -> Array:
        """Give the vector of a text that was encoded then."""
        raw = base64.b64decode(self._kept[hashlib.sha256(text.strip().encode()).hexdigest()])
        return np.array(struct.unpack(f"{len(raw) // 4}f", raw))

    def similar(self, shelf: Shelf, task: str) -> Similar:
        """Say how alike the passages of a shelf are to a task, as the database would."""
        asked = np.stack([self.of(text) for text in (*parts(task), title_of(task))])
        units = {unit.digest: unit.meaning for unit in shelf.units if unit is not None}
        likeness = np.stack([self.of(text) for text in units.values()]) @ asked.T
        best, title = likeness[:, :-1].max(1), likeness[:, -1]
        return Similar(
            dict(zip(units, map(float, best), strict=True)), dict(zip(units, map(float, title), strict=True))
        )


def cases(bench: Bench, vectors: Vectors | None, names: Sequence[str], asked: str = "query") -> Iterator[Case]:
    """Make the cases, each repository's specs changed from one query's to the next one's; `asked` names the task."""
    for repo in dict.fromkeys(query["repo"] for query in bench.queries):
        shelf, held = Shelf(), dict[str, str]()
        for query in (one for one in bench.queries if one["repo"] == repo and one["lang"] == "latin"):
            texts = specs([bench.sections[repo][n] for n in query["corpus"]])
            for path in held.keys() - texts.keys():
                shelf.drop(path)
            for path, text in texts.items():
                if held.get(path) != text:
                    shelf.put(path, hashlib.sha256(text.encode()).hexdigest(), parse(text))
            held = texts
            yield _case(query, query[asked], shelf, vectors, names)
        print(repo, file=sys.stderr)


def _case(query: Mapping[str, Any], task: str, shelf: Shelf, vectors: Vectors | None, names: Sequence[str]) -> Case:
    found = signals(shelf, Asked.of(task), vectors.similar(shelf, task) if vectors else None)
    alive = [row for row, unit in enumerate(shelf.units) if unit is not None]
    raw = np.array([found[name] for name in names])[:, alive]
    spread = raw.std(1, keepdims=True)
    rows = ((raw - raw.mean(1, keepdims=True)) / np.where(spread > 0, spread, 1)).T
    numbers: dict[str, int] = defaultdict(lambda: len(numbers))
    caps = np.array([numbers[shelf.volume(row).path] for row in alive])
    units = [unit for row in alive if (unit := shelf.units[row]) is not None]
    wanted = np.array([unit.anchor in set(query["rel_reqs"]) for unit in units])
    wanted_caps = frozenset(
        numbers[path] for cap in query["rel_caps"] if (path := f"{path_of(cap)}/spec.md") in numbers
    )
    return Case(query["repo"], rows, wanted, caps, wanted_caps, [len(unit.text) // 4 + 10 for unit in units])


def fit(found: Sequence[Case], width: int) -> Array:
    """Give the weights that make the wanted passages likeliest (Adam)."""
    weights, first, second = np.full(width, 0.3), np.zeros(width), np.zeros(width)
    chosen = [(one, np.isin(one.caps, list(one.wanted_caps))) for one in found]
    for step in range(1, STEPS + 1):
        slope = 2 * DECAY * weights
        for one, mine in chosen:
            slope += _slope(one, mine, weights) / len(chosen)
        first, second = 0.9 * first + 0.1 * slope, 0.999 * second + 0.001 * slope**2
        weights = weights - RATE * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-9)
    return weights


def _slope(one: Case, mine: Array, weights: Array) -> Array:
    score = one.rows @ weights
    share = np.exp(score - score.max())
    share /= share.sum()
    mean = share @ one.rows
    slope = mean - one.rows[one.wanted].mean(0) if one.wanted.any() else np.zeros_like(weights)
    if mine.any():
        slope = slope + CAPABILITY * (mean - share[mine] @ one.rows[mine] / share[mine].sum())
    return slope


def reached(one: Case, weights: Array) -> tuple[float, float, float]:
    """Give capability recall at 5, and requirement recall at 10 and in 2,000 tokens (-1 where none is labelled)."""
    order = np.argsort(-(one.rows @ weights), kind="stable")
    first = list(dict.fromkeys(one.caps[order].tolist()))[:FIRST_CAPS]
    caps = len(one.wanted_caps.intersection(first)) / max(1, len(one.wanted_caps))
    if not one.wanted.any():
        return caps, -1.0, -1.0
    left, packed = BUDGET, 0
    for row in order:
        if one.sizes[row] <= left:
            left -= one.sizes[row]
            packed += bool(one.wanted[row])
    return caps, float(one.wanted[order[:FIRST]].sum() / one.wanted.sum()), float(packed / one.wanted.sum())


def tell(name: str, found: Sequence[tuple[float, float, float]]) -> None:
    """Print the means of what was reached."""
    columns = ([value for value in column if value >= 0] for column in zip(*found, strict=True))
    means = [sum(column) / max(1, len(column)) for column in columns]
    print(f"{name}: capability recall@5 {means[0]:.3f}, requirement recall@10 {means[1]:.3f}, at 2,000 {means[2]:.3f}")


def main() -> None:
    """Fit, print the weights and, with `--folds`, what weights of other projects reach."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("bench")
    parser.add_argument("--vectors", type=Path)
    for flag in ("--folds", "--title-only"):
        parser.add_argument(flag, action="store_true")
    options = parser.parse_args()
    shipped = LEXICAL if options.vectors is None else SHORT if options.title_only else MEANING
    names, asked = list(shipped), "title" if options.title_only else "query"
    found = list(cases(read(options.bench), Vectors(options.vectors) if options.vectors else None, names, asked))
    tell("shipped weights", [reached(one, np.array(list(shipped.values()))) for one in found])
    weights = fit(found, len(names))
    print("fitted: " + ", ".join(f"{name} {weight:.2f}" for name, weight in zip(names, weights, strict=True)))
    tell("fitted on all", [reached(one, weights) for one in found])
    if options.folds:
        left_out = []
        for repo in dict.fromkeys(one.repo for one in found):
            others = fit([one for one in found if one.repo != repo], len(names))
            left_out += [reached(one, others) for one in found if one.repo == repo]
        tell("fitted on the other projects", left_out)


if __name__ == "__main__":
    main()
