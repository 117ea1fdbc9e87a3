"""Keeps keys while positions move: matches the requirements of two versions of a file by what they say.

For dialects whose numbers are positions. The same two versions always give the same keys.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias, TypeVar

from specs.requirements.values import Part, Requirement, TaskItem

LEAST_ALIKE = 0.5
MAX_PAIRS = 40_000
Words: TypeAlias = Counter[str]

_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d+$")
_T = TypeVar("_T", Requirement, Part, TaskItem)


def rekey(
    before: Sequence[Requirement], after: Sequence[Requirement], taken: Iterable[str] = ()
) -> tuple[Requirement, ...]:
    """Give the requirements of the later version the keys that they had in the earlier one.

    What is new gets its own position as key where that was never used, else the next free number. `taken` are keys of
    yet earlier versions, which are not given again.
    """
    used = {*taken, *(key for one in before for key in _keys(one))}
    pairs = _matched(before, after, _said)
    names: dict[str, str] = {}
    for new, old in pairs.items():
        names[after[new].key] = before[old].key
    fresh = set(names.values())
    for one in after:
        if one.key not in names:
            names[one.key] = _free(one.key, used | fresh)
            fresh.add(names[one.key])
    old_parts = [part for one in before for part in one.parts]
    given: dict[str, str] = {}
    for index, one in enumerate(after):
        mate = before[pairs[index]].parts if index in pairs else ()
        for new, old in _matched(mate, one.parts, _words).items():
            given[one.parts[new].key] = mate[old].key
    _moved(old_parts, [part for one in after for part in one.parts], given)
    return tuple(_renamed(one, names[one.key], given, used) for one in after)


def rekey_tasks(
    before: Sequence[TaskItem], after: Sequence[TaskItem], taken: Iterable[str] = ()
) -> tuple[TaskItem, ...]:
    """Give the tasks of the later version the keys that they had in the earlier one, as `rekey` does."""
    used = {*taken, *(one.key for one in before)}
    names = {after[new].key: before[old].key for new, old in _matched(before, after, _named).items()}
    used |= set(names.values())
    for one in after:
        if one.key not in names:
            names[one.key] = _free(one.key, used)
            used.add(names[one.key])
    return tuple(replace(one, key=names[one.key], parent=names.get(one.parent, "")) for one in after)


def keys_of(requirements: Sequence[Requirement]) -> set[str]:
    """Give all keys of some requirements and their parts."""
    return {key for one in requirements for key in _keys(one)}


def _keys(one: Requirement) -> list[str]:
    return [one.key, *(part.key for part in one.parts)]


def _renamed(one: Requirement, key: str, given: Mapping[str, str], used: set[str]) -> Requirement:
    taken = used | set(given.values())
    parts = []
    for part in one.parts:
        own = given.get(part.key)
        if own is None:
            own = _free(key + part.key[len(one.key) :] if part.key.startswith(one.key) else part.key, taken)
            taken.add(own)
        parts.append(replace(part, key=own))
    return replace(one, key=key, parts=tuple(parts))


def _free(key: str, taken: set[str]) -> str:
    """Give the key itself, or with the next number that was never used."""
    if key not in taken:
        return key
    found = _NUMBER.search(key)
    stem = key[: found.start()] if found else f"{key}~"
    numbers = [int(one[len(stem) :]) for one in taken if one.startswith(stem) and one[len(stem) :].isdigit()]
    return f"{stem}{max(numbers, default=1) + 1}"


def _moved(old: Sequence[Part], new: Sequence[Part], given: dict[str, str]) -> None:
    """Match parts that went to another requirement: what no pair of requirements explained."""
    lost = [part for part in old if part.key not in set(given.values())]
    found = [part for part in new if part.key not in given]
    for index, other in _matched(lost, found, _words).items():
        given[found[index].key] = lost[other].key


def _matched(before: Sequence[_T], after: Sequence[_T], words: Callable[[_T], Words]) -> dict[int, int]:
    """Pair what says the same, then what says most alike; of equals those with the same number, then in order."""
    old, new = [words(one) for one in before], [words(one) for one in after]
    pairs: dict[int, int] = {}
    gone: set[int] = set()
    scored: list[tuple[float, bool, int, int]] = []
    if len(old) * len(new) > MAX_PAIRS:
        places: dict[str, list[int]] = {}
        for index, one in enumerate(before):
            places.setdefault(one.text.strip(), []).append(index)
        for index, other in enumerate(after):
            mates = places.get(other.text.strip())
            if mates:
                pairs[index] = mates.pop(0)
        return pairs
    for there, right in enumerate(new):
        for here, left in enumerate(old):
            alike = _alike(left, right)
            if alike >= LEAST_ALIKE:
                same = before[here].label == after[there].label
                scored.append((-alike, not same, there, here))
    for _, _, there, here in sorted(scored):
        if there not in pairs and here not in gone:
            pairs[there] = here
            gone.add(here)
    return pairs


def _alike(left: Words, right: Words) -> float:
    size = left.total() + right.total()
    return 2 * (left & right).total() / size if size else 1.0


def _named(one: TaskItem) -> Words:
    return Counter(_WORD.findall(one.name.casefold()))


def _words(one: Part) -> Words:
    return Counter(_WORD.findall(one.text.casefold()))


def _said(one: Requirement) -> Words:
    return Counter(_WORD.findall(f"{one.name} {one.statement} {' '.join(part.text for part in one.parts)}".casefold()))
