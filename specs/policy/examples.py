"""Tries policies on the examples they give of themselves."""

from collections.abc import Iterable
from dataclasses import dataclass

from specs.policy.deciding import evaluate
from specs.policy.facts import Facts
from specs.rules.actions import Action
from specs.rules.policy import Example, Policy


@dataclass(frozen=True, slots=True)
class Tried:
    """One example of a policy, and what the policy rules on it; `problem` where that could not be evaluated."""

    policy: Policy
    example: Example
    got: Action | None
    problem: str = ""

    @property
    def holds(self) -> bool:
        """Whether the policy does what the example says."""
        return not self.problem and self.got == self.example.expect

    @property
    def told(self) -> str:
        """Say what it rules, or why it cannot."""
        wanted = self.example.expect.told if self.example.expect is not None else "nothing"
        got = self.problem or (self.got.told if self.got is not None else "nothing")
        return got if self.holds else f"expected {wanted}, got {got}"


def try_examples(policies: Iterable[Policy]) -> tuple[Tried, ...]:
    """Try every example of policies that are not broken, in order; facts that it does not name have their defaults."""
    found = []
    for policy in policies:
        for example in () if policy.broken else policy.examples:
            ruling = evaluate(policy, Facts(example.facts).all())
            found.append(Tried(policy, example, ruling.action, ruling.problem))
    return tuple(found)
