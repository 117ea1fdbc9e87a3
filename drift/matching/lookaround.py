"""Matches regular expressions with lookaround in linear time: each pair of instruction and position is tried once.

RE2 knows no lookaround, and the usual engines take exponential time on some patterns. Here a pattern becomes a small
program; a place where it failed before is never tried again, so the work is at most the length of the program times
that of the text (times that of the text once more for a lookbehind). Backreferences are not known.
"""

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any, NamedTuple

from specs.values import dataclass, field

# The parser of the standard library, without its matcher; untyped, so taken by name.
_parser: Any = import_module("re._parser")

MOST_INSTRUCTIONS = 5_000
MOST_REPEATS = 1_000
_DIGITS = frozenset("0123456789")
_SPACES = frozenset(" \t\n\r\f\v\u00a0\ufeff\u2028\u2029")
_WORDS = _DIGITS | frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_")
_CATEGORIES = {"DIGIT": _DIGITS, "SPACE": _SPACES, "WORD": _WORDS}

Test = Callable[[str], bool]


class UnknownFormError(ValueError):
    """A pattern has a form that this matcher does not know."""


class Step(NamedTuple):
    """One instruction: `do` is char, at or look (which ask), go (to one of its `ways`), save or match."""

    do: str
    test: Test | None = None
    ways: tuple[int, ...] = ()
    slot: int = 0
    word: str = ""
    negated: bool = False
    behind: bool = False
    inner: "Program | None" = None


@dataclass(slots=True)
class Program:
    """The instructions of a pattern; `groups` counts its capturing groups."""

    steps: list[Step] = field(default_factory=list)
    groups: int = 0

    def search(self, text: str) -> tuple[str | None, ...] | None:
        """Give the leftmost match and its groups as a backtracking engine would; None when there is no match."""
        tried: set[tuple[int, int]] = set()
        known: dict[tuple[int, int], bool] = {}
        for start in range(len(text) + 1):
            found = self.run(text, start, tried, known)
            if found is not None:
                spans = [(found.get(2 * number), found.get(2 * number + 1)) for number in range(1, self.groups + 1)]
                whole = text[start : found[-1]]
                return (whole, *(None if end is None else text[begin:end] for begin, end in spans))
        return None

    def run(
        self, text: str, start: int, tried: set[tuple[int, int]], known: dict[tuple[int, int], bool], stop: int = -1
    ) -> dict[int, int] | None:
        """Match from one position, to `stop` exactly where that is given; -1 holds the end of the match."""
        pending: list[tuple[int, int, dict[int, int]]] = [(0, start, {})]
        while pending:
            at, position, slots = pending.pop()
            while (at, position) not in tried:
                tried.add((at, position))
                step = self.steps[at]
                if step.do == "match":
                    if stop in (-1, position):
                        return {**slots, -1: position}
                    break
                if step.ways:
                    pending += [(way, position, slots) for way in reversed(step.ways[1:])]
                    at = step.ways[0]
                    continue
                if step.do == "save":
                    slots = {**slots, step.slot: position}
                elif not _holds(step, text, position, known):
                    break
                position += step.do == "char"
                at += 1
        return None


def _holds(step: Step, text: str, position: int, known: dict[tuple[int, int], bool]) -> bool:
    """Tell whether a step that asks something about a position may be passed."""
    if step.do == "char":
        return position < len(text) and step.test is not None and step.test(text[position])
    if step.do == "at":
        return _stands(step.word, text, position)
    return _looks(step, text, position, known) != step.negated


def _looks(step: Step, text: str, position: int, known: dict[tuple[int, int], bool]) -> bool:
    """Tell whether what a lookaround speaks of stands at a position."""
    inner = step.inner
    if inner is None:
        return False
    key = (id(inner), position)
    if key not in known:
        starts = range(position + 1) if step.behind else (position,)
        stop = position if step.behind else -1
        tried: set[tuple[int, int]] = set()
        known[key] = any(inner.run(text, start, tried, known, stop) is not None for start in starts)
    return known[key]


def _stands(word: str, text: str, position: int) -> bool:
    if word.startswith("AT_BEGINNING"):
        return position == 0
    if word.startswith("AT_END"):
        return position == len(text)
    before = position > 0 and text[position - 1] in _WORDS
    after = position < len(text) and text[position] in _WORDS
    return (before != after) == (word == "AT_BOUNDARY")


def compiled(pattern: str) -> Program:
    """Make the program of a pattern (Python's syntax). Raises `UnknownFormError`, or `re.error` for no pattern."""
    tree = _parser.parse(pattern)
    program = Program(groups=tree.state.groups - 1)
    _Writer(program).write(tree)
    program.steps.append(Step("match"))
    return program


class _Writer:
    """Writes the steps of a parsed pattern."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._steps = program.steps

    def write(self, tree: Any) -> None:
        """Add the steps of a sequence."""
        for operator, argument in tree:
            if len(self._steps) > MOST_INSTRUCTIONS:
                raise UnknownFormError("the pattern is too large")
            self._one(str(operator), argument)

    def _one(self, name: str, argument: Any) -> None:
        steps = self._steps
        if name in {"LITERAL", "NOT_LITERAL", "ANY", "IN"}:
            steps.append(Step("char", _test(name, argument)))
        elif name == "AT":
            steps.append(Step("at", word=str(argument)))
        elif name == "BRANCH":
            self._branch(argument[1])
        elif name == "SUBPATTERN":
            number, added, _removed, tree = argument
            if added:
                raise UnknownFormError("flags inside the pattern are not known together with lookaround")
            steps += [Step("save", slot=2 * number)] if number else []
            self.write(tree)
            steps += [Step("save", slot=2 * number + 1)] if number else []
        elif name in {"MAX_REPEAT", "MIN_REPEAT"}:
            self._repeat(*argument, lazy=name == "MIN_REPEAT")
        elif name in {"ASSERT", "ASSERT_NOT"}:
            inner = Program()
            _Writer(inner).write(argument[1])
            inner.steps.append(Step("match"))
            steps.append(Step("look", negated=name == "ASSERT_NOT", behind=argument[0] < 0, inner=inner))
        elif name == "FAILURE":
            steps.append(Step("char", lambda _char: False))
        else:
            raise UnknownFormError("backreferences and conditions are not known")

    def _branch(self, ways: Sequence[Any]) -> None:
        fork = len(self._steps)
        self._steps.append(Step("go"))
        starts, ends = [], []
        for way in ways:
            starts.append(len(self._steps))
            self.write(way)
            ends.append(len(self._steps))
            self._steps.append(Step("go"))
        self._steps[fork] = Step("go", ways=tuple(starts))
        for end in ends:
            self._steps[end] = Step("go", ways=(len(self._steps),))

    def _repeat(self, least: int, most: int, tree: Any, *, lazy: bool) -> None:
        endless = str(most) == "MAXREPEAT"
        if max(least, 0 if endless else most) > MOST_REPEATS:
            raise UnknownFormError(f"it repeats something more than {MOST_REPEATS} times")
        for _ in range(least):
            self.write(tree)
        if endless:
            fork = len(self._steps)
            self._steps.append(Step("go"))
            self.write(tree)
            self._steps.append(Step("go", ways=(fork,)))
            self._fork(fork, lazy=lazy)
            return
        forks = []
        for _ in range(most - least):
            forks.append(len(self._steps))
            self._steps.append(Step("go"))
            self.write(tree)
        for fork in forks:
            self._fork(fork, lazy=lazy)

    def _fork(self, fork: int, *, lazy: bool) -> None:
        """Let a fork go into the repeated part or past all that is written."""
        ways = (fork + 1, len(self._steps))
        self._steps[fork] = Step("go", ways=ways[::-1] if lazy else ways)


def _test(name: str, argument: Any) -> Test:
    if name == "LITERAL":
        return chr(argument).__eq__
    if name == "NOT_LITERAL":
        return chr(argument).__ne__
    if name == "ANY":
        return lambda char: char != "\n"
    return _among(argument)


def _among(items: Sequence[Any]) -> Test:
    """Give the test of a character class."""
    negated = False
    singles: set[str] = set()
    ranges: list[tuple[str, str]] = []
    without: list[frozenset[str]] = []
    for operator, argument in items:
        name = str(operator)
        if name == "NEGATE":
            negated = True
        elif name == "LITERAL":
            singles.add(chr(argument))
        elif name == "RANGE":
            ranges.append((chr(argument[0]), chr(argument[1])))
        else:
            word = str(argument).removeprefix("CATEGORY_")
            known = _CATEGORIES[word.removeprefix("NOT_")]
            if word.startswith("NOT_"):
                without.append(known)
            else:
                singles |= known

    def test(char: str) -> bool:
        inside = char in singles or any(low <= char <= high for low, high in ranges)
        return (inside or any(char not in known for known in without)) != negated

    return test
