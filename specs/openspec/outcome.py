"""What applying a delta needs and gives: what the change began from, steps, conflicts, the spec afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal, TypeAlias

from specs.openspec.blocks import Block, read_spec
from specs.problem import Problem

Operation: TypeAlias = Literal["RENAMED", "REMOVED", "MODIFIED", "ADDED"]
Outcome: TypeAlias = Literal["applied", "merged", "already", "conflict", "refused"]


@dataclass(frozen=True, slots=True)
class Base:
    """What a change began from: the spec's text then ("" where there was none).

    `texts` are those from which single requirements of the delta began at another time, by their names. `earlier` are
    texts the spec had before that, newest first: where a branch was squashed, the history shows a later beginning than
    there was, and a delta that brings old words back gives it away.
    """

    text: str
    texts: Mapping[str, str] = field(default_factory=dict)
    earlier: tuple[str, ...] = ()

    def block(self, name: str, *others: str) -> Block | None:
        """Find a requirement as it was, under its name or an earlier one."""
        known = _blocks(self.texts.get(name, self.text))
        return next((known[one] for one in (name, *others) if one in known), None)

    def undone(self, ours: str, theirs: str, *names: str) -> str:
        """Give the earlier version of a requirement of which `theirs` brings replaced lines back; "" for none."""
        now, then = _lines(ours), _lines(theirs)
        for text in self.earlier:
            known = _blocks(text)
            old = next((known[one].text for one in names if one in known), "")
            was = _lines(old)
            if (was - now) & then and (now - was) - then:
                return old
        return ""


@dataclass(frozen=True, slots=True)
class Heading:
    """What a new spec is headed by: its capability, and the change that makes it."""

    capability: str
    change: str


@dataclass(frozen=True, slots=True)
class DeltaConflict:
    """A requirement, or one scenario of it, that changed since the change was written. `line` is the delta's."""

    operation: Operation
    requirement: str
    scenario: str
    reason: str
    base: str
    ours: str
    theirs: str
    line: int
    suggestions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """What became of one operation of the delta."""

    operation: Operation
    name: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Applied:
    """The spec after a delta. `text` is the spec as it was where a conflict or an error forbids to apply it."""

    text: str
    steps: tuple[Step, ...]
    problems: tuple[Problem, ...]
    conflicts: tuple[DeltaConflict, ...]
    left: int = 0

    @property
    def clean(self) -> bool:
        """Say whether it could be applied as a whole."""
        return not self.conflicts and not any(problem.severity == "error" for problem in self.problems)


def _lines(block: str) -> frozenset[str]:
    """Give the lines of a requirement below its header that say something."""
    return frozenset(line.strip() for line in block.splitlines()[1:] if line.strip())


@lru_cache(maxsize=64)
def _blocks(text: str) -> Mapping[str, Block]:
    """Give the requirements of a spec by name; a delta asks again and again for those of the text it began from."""
    return {block.name: block for block in read_spec(text).blocks}
