"""How much is decided inside each function of a file: branches are given to the definition they stand in. No language.

A reader says where functions and branches are while it walks the tree; `finished` puts them together. Local functions
and lambdas are no definitions, so what they decide counts for the function round them.
"""

from drift.facts import Body


class Bodies:
    """Gathers functions and branches by the bytes they stand at, in any order."""

    def __init__(self) -> None:
        self._functions: list[tuple[int, int, str, int]] = []
        self._branches: list[int] = []

    def function(self, name: str, line: int, start: int, end: int) -> None:
        """Take a function or method that has a body; `name` and `line` are its definition's."""
        self._functions.append((start, -end, name, line))

    def branch(self, start: int) -> None:
        """Take the start of something that makes one more way through the code."""
        self._branches.append(start)

    def finished(self) -> tuple[Body, ...]:
        """Give a body for each function, in order of their start. Of nested ones the inner counts its own branches."""
        ordered = sorted(self._functions)
        counts = [1] * len(ordered)
        branches = sorted(self._branches)
        open_: list[int] = []
        following = 0
        for branch in branches:
            while following < len(ordered) and ordered[following][0] <= branch:
                open_.append(following)
                following += 1
            while open_ and -ordered[open_[-1]][1] <= branch:
                open_.pop()
            if open_:
                counts[open_[-1]] += 1
        return tuple(Body(name, line, count) for (_, _, name, line), count in zip(ordered, counts, strict=True))
