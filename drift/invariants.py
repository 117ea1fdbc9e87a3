"""From an invariant block to something that can be evaluated: the Kind protocol. Knows no particular kind."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from drift.asking import Answers, Ask
from drift.facts import Tier
from drift.findings import Finding
from drift.graphs.graph import Graphs
from drift.index import CodeIndex
from specs.document import Document, InvariantBlock, Yaml
from specs.problem import Problem
from specs.values import dataclass, field

if TYPE_CHECKING:
    from drift.mentions.mentioning import Vocabulary
    from drift.mentions.removal import Past
    from drift.selection.symbols import Symbols


@dataclass(frozen=True, slots=True)
class Invariant:
    """A well-formed invariant of a known kind, with where it is written. `options` are valid for its kind."""

    block: InvariantBlock
    spec_path: str
    options: Mapping[str, Yaml]


class KnownOutcomes(Protocol):
    """What invariants about imports came to before, for a tree of the same shape."""

    def get(self, invariant: "Invariant") -> "Outcome | None":
        """Give the outcome, as it is on this tree; None where it is not known."""

    def keep(self, invariant: "Invariant", outcome: "Outcome") -> None:
        """Take note of an outcome."""


@dataclass(frozen=True)
class World:
    """All that a kind may look at. `documents` by spec path; `past` is None where history was not read.

    `answers` are those to the kinds' questions about sources, None where nobody could read any. `known` spares what was
    judged before.

    What follows from these is made once, when first asked, and shared by all invariants.
    """

    index: CodeIndex
    documents: Mapping[str, Document]
    past: "Past | None" = None
    answers: Answers | None = None
    known: KnownOutcomes | None = field(default=None, compare=False, repr=False)

    @cached_property
    def graphs(self) -> Graphs:
        """The names and import graphs of the index."""
        return Graphs(self.index)

    @cached_property
    def vocabulary(self) -> "Vocabulary":
        """The specs' own words."""
        from drift.mentions.mentioning import Vocabulary  # noqa: PLC0415 (only where names in prose are looked at)

        return Vocabulary(self.documents)

    @cached_property
    def symbols(self) -> "Symbols":
        """What the code defines."""
        from drift.selection.symbols import Symbols  # noqa: PLC0415 (only where a kind asks for definitions)

        return Symbols(self.index, self.graphs)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one invariant came to. `unmatched` lists selectors that matched nothing (each is a finding as well).

    `governs` is the set of paths whose code the invariant speaks about, for context.
    `not_analysed` names what could not be judged for want of something (`history`).
    """

    findings: tuple[Finding, ...]
    unmatched: tuple[str, ...] = ()
    governs: frozenset[str] = frozenset()
    not_analysed: tuple[str, ...] = ()


class Kind(Protocol):
    """One sort of invariant, in one file of `drift.kinds`. The module docstring is its page."""

    name: str

    def tier(self, block: InvariantBlock) -> Tier:
        """Say how far files must be read to judge the block; its options need not be valid."""

    def validate(self, block: InvariantBlock) -> Sequence[Problem]:
        """Check the options of the block; unknown keys and wrong types are problems with line and hint."""

    def evaluate(self, invariant: Invariant, world: World) -> Outcome:
        """Hold the invariant against the code. Pure: same input, same outcome, same order."""


@runtime_checkable
class ShapeKind(Kind, Protocol):
    """A kind whose outcome follows from the shape of the tree, but for lines.

    Imports of packages from outside matter to it only where the invariant could mean their names.
    """

    @property
    def by_shape(self) -> bool:
        """Always true: a kind that cannot promise it has no such property."""


@runtime_checkable
class AskingKind(Kind, Protocol):
    """A kind that needs to know of sources what the index does not hold."""

    def asks(self, invariant: Invariant, world: World) -> Sequence[Ask]:
        """Give the questions whose answers `evaluate` looks up. Pure; the world has no answers yet."""
