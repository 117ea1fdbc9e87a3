"""A policy as a value: when it applies and what follows, with the examples it gives of itself."""

from collections.abc import Mapping

from specs.rules.actions import Action
from specs.rules.registry import Event, Value
from specs.values import dataclass, field


@dataclass(frozen=True, slots=True)
class Example:
    """Facts, and what the policy rules on them: `expect` is an action, or None where it has nothing to say."""

    facts: Mapping[str, Value]
    expect: Action | None
    line: int


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a policy stands: the spec's path and the digest of its revision, both empty for what is shipped.

    What no policy says but holds all the same has no line either.
    """

    spec: str = ""
    revision: str = ""
    line: int = 0

    @property
    def told(self) -> str:
        """Say where that is."""
        if self.spec:
            return f"{self.spec}:{self.line}"
        return "shipped with Holdfast" if self.line else "always so"


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy. One that is `broken` cannot be evaluated: it applies to every act of its events, and wants a person."""

    id: str
    events: frozenset[Event]
    when: str
    then: Action
    why: str = ""
    steps: int = 0
    examples: tuple[Example, ...] = ()
    origin: Origin = field(default_factory=Origin)
    broken: str = ""
