"""Merges an address that both sides changed: a link's target, a path, the name of an image. Its parts are its words.

An address is one word of a sentence, and yet people move a host while others raise a version or name another file.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from specs.diff import matches
from specs.merging.tokens import Token
from specs.merging.weave import Edit, edits, weave

PART = re.compile(r"[^/?#]*[/?#]+|[^/?#]+")
NUMBER = re.compile(r"\d+")
LEAST = 3  # one part of each side, and one between


def is_address(token: Token) -> bool:
    """Whether a token is an address: it leads somewhere, or has parts like a path."""
    return token.sort in {"url", "target"} or (token.sort == "word" and "/" in token.text)


def merge_address(base: str, ours: str, theirs: str) -> str | None:
    """Merge three versions of one address by its parts, what ends with a `/`, `?` or `#`.

    None where a changed part of one side does not stand a whole part apart from the other's, and where both changed
    numbers: versions and dates in one address go together.
    """
    parts = [PART.findall(text) for text in (base, ours, theirs)]
    if min(map(len, parts)) < LEAST:
        return None
    mine, other = (edits(list(matches(parts[0], side)), len(parts[0]), len(side)) for side in parts[1:])
    if _counts(parts[0], parts[1], mine) and _counts(parts[0], parts[2], other):
        return None
    merged: list[str] = []
    at = 0
    for meeting in weave(mine, other, _meets):
        if meeting.ours and meeting.theirs:
            return None
        merged += parts[0][at : meeting.start]
        side = parts[1] if meeting.ours else parts[2]
        for edit in meeting.ours or meeting.theirs:
            merged += side[edit.first : edit.last]
        at = meeting.end
    return "".join([*merged, *parts[0][at:]])


def _meets(ours: Edit, theirs: Edit) -> bool:
    first, second = (ours, theirs) if (ours.start, ours.end) <= (theirs.start, theirs.end) else (theirs, ours)
    return second.start <= first.end


def _counts(base: Sequence[str], side: Sequence[str], changes: Sequence[Edit]) -> bool:
    """Whether one side's edits take out or put in a number. One that only moved with its host is none."""
    removed = (part for edit in changes for part in base[edit.start : edit.end])
    added = (part for edit in changes for part in side[edit.first : edit.last])
    return _numbers(removed) != _numbers(added)


def _numbers(parts: Iterable[str]) -> Counter[str]:
    return Counter(number for part in parts for number in NUMBER.findall(part))
