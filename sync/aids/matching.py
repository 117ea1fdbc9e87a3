"""Finds names from a few letters: the beginning of a word, of several, or the humps of a camel. Pure and linear.

`paycha`, `pay.cha`, `PC` and `charge` all find `payments.charge`. Nearer matches come first, then shorter names.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate
from typing import TypeAlias

from specs.values import dataclass

MOST_LETTERS = 100
MOST_RANKED = 20_000
SEGMENT = re.compile(r"[./:#\\]+")
Rank: TypeAlias = tuple[int, int, int, str]


def letters_of(wanted: str) -> str:
    """Give what of a query is compared: its letters and digits, folded."""
    return "".join(char for char in wanted.casefold() if char.isalnum())[:MOST_LETTERS]


def rank(wanted: str, name: str) -> Rank | None:
    """Say how near a name is to what was typed, the nearest least; None where it is no answer."""
    letters, folded = letters_of(wanted), name.casefold()
    if not letters:
        return (1, 0, len(name), name)
    typed = wanted.strip().casefold()
    if folded.startswith(typed):
        return (int(folded != typed), 0, len(name), name)
    if any(part.startswith(typed) for part in SEGMENT.split(folded)[-1:]):
        return (2, 0, len(name), name)
    runs = runs_of(letters, name)
    return None if runs is None else (3, runs, len(name), name)


def runs_of(letters: str, name: str) -> int | None:
    """Give with how few runs, each from the beginning of a word on, a name spells the letters; None for never."""
    words = words_of(name)
    # best[k]: the fewest runs that spell the first k letters with the words so far
    best: dict[int, int] = {0: 0}
    for word in words:
        for done, runs in sorted(best.items(), reverse=True):
            for size in range(1, common(letters, done, word) + 1):
                now = done + size
                best[now] = min(best.get(now, len(letters) + 1), runs + 1)
    return best.get(len(letters))


def words_of(name: str) -> list[str]:
    """Cut a name into its words, folded: at signs, and where small letters turn to capitals or digits."""
    words: list[str] = []
    before = ""
    short = name[:500]
    for char, after in zip(short, f"{short[1:]} ", strict=False):
        if char.isalnum():
            hump = char.isupper() and (not before.isupper() or after.islower())
            if hump or not before.isalnum() or (char.isdigit() and not before.isdigit()):
                words.append("")
            words[-1] += char.casefold()
        before = char
    return words


def common(letters: str, start: int, word: str) -> int:
    """Count the letters from `start` on with which a word begins."""
    size = 0
    while size < len(word) and start + size < len(letters) and word[size] == letters[start + size]:
        size += 1
    return size


@dataclass(frozen=True)
class Names:
    """Names that are asked for again and again."""

    texts: Sequence[str]

    def best(self, wanted: str, limit: int) -> list[int]:
        """Give the places of the nearest names, the nearest first."""
        ranked = ((rank(wanted, self.texts[at]), at) for at in self._likely(letters_of(wanted)))
        found = sorted((near, at) for near, at in ranked if near is not None)
        return [at for _, at in found[:limit]]

    def _likely(self, letters: str) -> Sequence[int]:
        """Give the places of names that hold the letters in order: all that could be an answer, found in one pass."""
        if not letters:
            return range(min(len(self.texts), MOST_RANKED))
        escaped = [re.escape(char) for char in letters]
        pattern = escaped[0] + "".join(rf"[^{char}\n]*{char}" for char in escaped[1:])
        places: list[int] = []
        for found in re.finditer(pattern, self._joined):
            at = bisect_right(self._starts, found.start()) - 1
            if not places or places[-1] != at:
                places.append(at)
            if len(places) >= MOST_RANKED:
                break
        return places

    @cached_property
    def _joined(self) -> str:
        return "\n".join(text.casefold() for text in self.texts)

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *accumulate(len(text.casefold()) + 1 for text in self.texts)][: len(self.texts)]
