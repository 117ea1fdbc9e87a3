"""Chooses between versions of one thing without looking inside: what one side alone changed, or changed further."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import TypeVar

Thing = TypeVar("Thing")


def choose(base: Thing, ours: Thing, theirs: Thing) -> Thing | None:
    """Give what three versions of one thing come to, or None where the sides changed it differently."""
    if theirs in (ours, base):
        return ours
    return theirs if ours == base else None


def choose_mark(base: str, ours: str, theirs: str) -> str | None:
    """Choose a list mark or heading mark. The numbers of ordered lists are counted anew later: any of them will do."""
    if all(mark[:1].isdigit() and mark[-1] == ours[-1:] for mark in (base, ours, theirs)):
        return choose(base, ours, theirs) or min(ours, theirs, key=lambda mark: (int(mark[:-1]), mark))
    return choose(base, ours, theirs)


def blanks_rank(blanks: str) -> tuple[int, str]:
    """Order blanks: more lines outdo fewer."""
    return blanks.count("\n"), blanks


def choose_blanks(base: str, ours: str, theirs: str) -> str:
    """Merge the blanks before a word: where both changed them, a line break outdoes blanks."""
    chosen = choose(base, ours, theirs)
    return max(ours, theirs, key=blanks_rank) if chosen is None else chosen


def wider(
    ours: Sequence[str], theirs: Sequence[str], ours_dropped: AbstractSet[int], theirs_dropped: AbstractSet[int]
) -> int | None:
    """Say which side (0 or 1) made the very edit that the other made, and perhaps more; None where neither did.

    Given are each side's version and the base places that it dropped.
    """
    if ours == theirs:
        return 0
    if len(ours) > len(theirs) and theirs_dropped <= ours_dropped and within(theirs, ours):
        return 0
    if len(theirs) > len(ours) and ours_dropped <= theirs_dropped and within(ours, theirs):
        return 1
    return None


def within(part: Sequence[str], whole: Sequence[str]) -> bool:
    """Whether all of a sequence stands in another, in order; not so for one of nothing but marks."""
    if not any(any(map(str.isalnum, item)) for item in part):
        return False
    rest = iter(whole)
    return all(any(item == other for other in rest) for item in part)
