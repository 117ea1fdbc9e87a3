"""Which files history changed together: what belongs to a task though nothing imports it. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import permutations

# A commit that touches more files says little of any two of them.
LARGEST, LEAST, MOST = 30, 2, 5
OFTEN = 0.25


def companions(commits: Iterable[Sequence[str]], present: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Give for each file that is there those that changed with it most: twice at least, in a quarter of its changes.

    `commits` are the paths that each changed.
    """
    here = frozenset(present)
    times: Counter[str] = Counter()
    both: Counter[tuple[str, str]] = Counter()
    for paths in commits:
        touched = sorted(here.intersection(paths))
        if len(paths) <= LARGEST:
            times.update(touched)
            both.update(permutations(touched, 2))
    found: dict[str, list[tuple[int, str]]] = {}
    for (one, other), count in both.items():
        if count >= LEAST and count >= OFTEN * times[one]:
            found.setdefault(one, []).append((-count, other))
    return {one: tuple(other for _, other in sorted(others)[:MOST]) for one, others in found.items()}
