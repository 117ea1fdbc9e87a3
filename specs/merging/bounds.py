"""Counts words: a merge holds no word less than both edits leave, and none more than both put in."""

import re
from collections import Counter

WORDS = re.compile(r"\w+")


def within_bounds(base: str, ours: str, theirs: str, merged: str) -> bool:
    """Whether each word stands in a merged text as often as two edits of a base allow."""
    before, mine, other, found = (Counter(WORDS.findall(text)) for text in (base, ours, theirs, merged))
    for word in {**before, **mine, **other, **found}:
        by_ours, by_theirs = mine[word] - before[word], other[word] - before[word]
        allowed = [before[word] + by_ours + by_theirs]
        if by_ours * by_theirs > 0:  # both did the same way: perhaps the same edit
            allowed.append(before[word] + (max if by_ours > 0 else min)(by_ours, by_theirs))
        if not max(0, min(allowed)) <= found[word] <= max(0, *allowed):
            return False
    return True
