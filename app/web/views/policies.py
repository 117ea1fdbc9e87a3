"""The view of a project's policies."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from specs.policy.examples import Tried
from specs.policy.records import Decided
from specs.rules.policy import Policy
from specs.service.policies.rehearsing import Rehearsal

NAME = re.compile(r"[a-z][a-z0-9-]*")


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """A policy with its examples, each tried, and where it stands on the page."""

    policy: Policy
    tried: tuple[Tried, ...]
    anchor: str

    @property
    def failing(self) -> int:
        """How many of its examples do not hold."""
        return sum(not one.holds for one in self.tried)

    @property
    def state(self) -> str:
        """The mark of how it stands: kept, drift where it cannot be read or an example fails, none where none is."""
        if self.policy.broken or self.failing:
            return "drift"
        return "kept" if self.tried else "none"

    @property
    def told(self) -> str:
        """Say how it stands."""
        if self.policy.broken:
            return "cannot be read"
        count = len(self.tried)
        if self.failing:
            return f"{self.failing} of {count} examples fail{'s' if self.failing == 1 else ''}"
        return f"{count} example{'s hold' if count > 1 else ' holds'}" if count else "no examples"


@dataclass(frozen=True, slots=True)
class PoliciesPage:
    """The policies in force with their examples, the last decisions, and what a rehearsal came to.

    `given` is what was rehearsed; `replaced` are shipped policies whose place was taken.
    """

    rows: tuple[PolicyRow, ...]
    replaced: frozenset[str]
    decided: tuple[Decided, ...] = ()
    proposals: tuple[tuple[str, str], ...] = ()
    given: Mapping[str, Any] = field(default_factory=dict)
    done: Rehearsal | None = None
    error: str = ""
    hint: str = ""

    @property
    def failing(self) -> int:
        """How many policies have something to mend."""
        return sum(row.state == "drift" for row in self.rows)


def rows_of(policies: Sequence[Policy], tried: Sequence[Tried]) -> tuple[PolicyRow, ...]:
    """Set beside each policy its own examples, and give it an anchor: its id, or its place where two have the same."""
    rows: list[PolicyRow] = []
    for number, policy in enumerate(policies, 1):
        alone = NAME.fullmatch(policy.id) and sum(one.id == policy.id for one in policies) == 1
        anchor = f"policy-{policy.id if alone else number}"
        rows.append(PolicyRow(policy, tuple(one for one in tried if one.policy == policy), anchor))
    return tuple(rows)
