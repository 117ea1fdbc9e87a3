"""What policies cap, found by asking them."""

from specs.policy.caps import cap_of
from specs.policy.shipped import shipped
from specs.rules.actions import Action, Verdict
from specs.rules.policy import Policy
from specs.rules.registry import Event, Value

SPENDS: dict[str, Value] = {"author_kind": "agent", "task_step": "spend", "context_served": True}


def test_the_shipped_policy_caps_what_an_agent_spends() -> None:
    policies = tuple(shipped())
    assert cap_of(policies, Event.TASK, SPENDS, "cost") == 50.0
    assert cap_of(policies, Event.TASK, SPENDS, "tokens") == 20_000_000
    assert cap_of(policies, Event.TASK, SPENDS | {"author_kind": "human"}, "cost") is None


def test_what_does_not_go_anyway_has_no_cap() -> None:
    silent = Policy("large", frozenset({Event.TASK}), "cost > 3.0", Action(Verdict.DENY))
    assert cap_of((silent,), Event.TASK, SPENDS, "cost") is None
