"""Globs over segments: `*` is any run inside one segment, `**` any number of whole segments. Nothing else is special.

Matching steps a set of states through the segments, so no pattern can make it slow: the work is at most the
length of the pattern times the length of the name. Knows neither modules nor files.
"""

from collections.abc import Sequence

from specs.values import dataclass

ANY = "**"


@dataclass(frozen=True, slots=True)
class Glob:
    """A pattern, split. `prefix` holds the segments before the first one with a wildcard.

    `literals` are texts that every match contains: a cheap first sieve.
    """

    segments: tuple[str, ...]
    prefix: tuple[str, ...]
    literals: tuple[str, ...]

    @classmethod
    def parse(cls, pattern: str, separator: str) -> "Glob":
        """Split a pattern at its separator; neighbouring `**` mean the same as one."""
        segments: list[str] = []
        for segment in pattern.split(separator):
            if segment != ANY or segments[-1:] != [ANY]:
                segments.append(segment)
        first = next((at for at, segment in enumerate(segments) if "*" in segment), len(segments))
        literals = tuple(part for segment in segments[first:] for part in segment.split("*") if part)
        return cls(tuple(segments), tuple(segments[:first]), literals)

    def matches(self, segments: Sequence[str]) -> bool:
        """Say whether the pattern matches all the segments."""
        states = self._closure({0})
        for segment in segments:
            states = self._step(states, segment)
            if not states:
                return False
        return len(self.segments) in states

    def shortest(self, segments: Sequence[str]) -> int:
        """Give the least number of leading segments, one at least, that the pattern matches; 0 for none."""
        states = self._closure({0})
        for length, segment in enumerate(segments, start=1):
            states = self._step(states, segment)
            if not states:
                return 0
            if len(self.segments) in states:
                return length
        return 0

    def _closure(self, states: set[int]) -> set[int]:
        """`**` may stand for nothing: every state before one is also the state after it."""
        for state in list(states):
            following = state
            while following < len(self.segments) and self.segments[following] == ANY:
                following += 1
                states.add(following)
        return states

    def _step(self, states: set[int], segment: str) -> set[int]:
        after: set[int] = set()
        for state in states:
            if state == len(self.segments):
                continue
            wanted = self.segments[state]
            if wanted == ANY:
                after.add(state)
            elif segment_matches(wanted, segment):
                after.add(state + 1)
        return self._closure(after)


def segment_matches(pattern: str, segment: str) -> bool:
    """Match one segment; each `*` is any run of characters, also an empty one, unless it is the whole pattern."""
    if "*" not in pattern:
        return pattern == segment
    first, *middle, last = pattern.split("*")
    if len(segment) < len(first) + len(last) or not segment.startswith(first) or not segment.endswith(last):
        return False
    position, end = len(first), len(segment) - len(last)
    for part in middle:
        position = segment.find(part, position, end)
        if position < 0:
            return False
        position += len(part)
    return True
