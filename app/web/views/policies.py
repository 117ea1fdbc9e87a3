"""The view of a project's policies."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from specs.policy.examples import Tried
from specs.policy.records import Decided
from specs.rules.policy import Policy
from specs.service.policies.rehearsing import Rehearsal


@dataclass(frozen=True, slots=True)
class PoliciesPage:
    """The policies in force with their examples by id, the last decisions, and what a rehearsal came to.

    `given` is what was rehearsed; `replaced` are shipped policies whose place was taken.
    """

    policies: tuple[Policy, ...]
    replaced: frozenset[str]
    tried: Mapping[str, list[Tried]]
    decided: tuple[Decided, ...] = ()
    proposals: tuple[tuple[str, str], ...] = ()
    given: Mapping[str, Any] = field(default_factory=dict)
    done: Rehearsal | None = None
    error: str = ""
    hint: str = ""
