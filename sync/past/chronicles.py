"""Keeps the steps of a repository's history, a line of JSON each, so that a new commit costs what it changed alone.

What is kept may be cut or forged: what is not a chain of steps up to a commit of this history is read again.
"""

import hashlib
import json
from collections.abc import Sequence
from itertools import chain as chained
from typing import Any

from drift.mentions.past import Step
from sync.cache.factcache import FactCache
from sync.cache.factcodec import unpack_all
from sync.cache.stamp import stamp
from sync.gitrepo import Repository
from sync.past.steps import steps_of

ROW = (str, str, int, str, dict, list, list)
TEXTS, TABLES, NUMBERS = frozenset({str}), frozenset({dict}), frozenset({int})


def steps_to(repository: Repository, head: str, cache: FactCache) -> list[Step]:
    """Give all steps up to a commit, oldest first, as far back as they are here."""
    key = hashlib.sha256(f"chronicle {repository.is_shallow} {stamp()}".encode()).hexdigest()
    lines, steps = chain((cache.memo(key) or b"").splitlines())
    places = {step.commit: place for place, step in enumerate(steps)}
    if head in places:
        return steps[: places[head] + 1]
    changes = repository.changes(head, steps[-1].commit) if steps else []
    if not changes or changes[0].parent != steps[-1].commit:
        fork = next((commit for commit in repository.first_parents(head) if commit in places), "")
        steps = steps[: places[fork] + 1] if fork else []
        changes = repository.changes(head, fork)
    with repository.blobs() as blobs:
        fresh = list(steps_of(changes, blobs))
    rows = [written(changed.parent, step) for changed, step in zip(changes, fresh, strict=True)]
    cache.keep_memo(key, b"\n".join((*lines[: len(steps)], *rows)))
    return [*steps, *fresh]


def chain(lines: Sequence[bytes]) -> tuple[list[bytes], list[Step]]:
    """Read kept steps as far as each follows the one before it."""
    good: list[bytes] = []
    steps: list[Step] = []
    for line, row in zip(lines, unpack_all(lines), strict=True):
        parent, step = read_step(row)
        if step is None or (steps and parent != steps[-1].commit):
            break
        good.append(line)
        steps.append(step)
    return good, steps


def written(parent: str, step: Step) -> bytes:
    """Write a step, and the commit it follows, as a line of JSON."""
    row = [parent, step.commit, step.at, step.subject, step.names, list(step.added), list(step.removed)]
    return json.dumps(row, separators=(",", ":")).encode("ascii")


def read_step(row: Any) -> tuple[str, Step | None]:
    """Read the value of a line: the parent and the step; None for anything that `written` did not write."""
    if type(row) is not list or tuple(map(type, row)) != ROW:
        return "", None
    parent, commit, at, subject, names, added, removed = row
    if not (TEXTS.issuperset(map(type, added)) and TEXTS.issuperset(map(type, removed))):
        return "", None
    if not TABLES.issuperset(map(type, names.values())):
        return "", None
    if not NUMBERS.issuperset(map(type, chained.from_iterable(map(dict.values, names.values())))):
        return "", None
    return parent, Step(commit, at, subject, names, tuple(added), tuple(removed))
