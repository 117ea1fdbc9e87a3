"""Decisions as JSON and back, as they are kept and as they travel. What is read was written here."""

from collections.abc import Mapping
from typing import Any

from specs.access import Role
from specs.policy.deciding import Decision, Ruling
from specs.rules.actions import Action, Reviewers, Verdict, read_span, span_told
from specs.rules.policy import Origin
from specs.rules.registry import BY_NAME
from specs.rules.values import Misfit, plain, read_value


def action_json(action: Action) -> dict[str, Any]:
    """Write an action."""
    found: dict[str, Any] = {}
    if action.verdict is not None:
        found["verdict"] = action.verdict.word
    if action.reviewers:
        found["reviewers"] = [{"role": one.role.value, "count": one.count} for one in action.reviewers]
    if action.freeze is not None:
        found["freeze"] = span_told(action.freeze)
    if action.notify:
        found["notify"] = list(action.notify)
    return found


def action_of(value: Mapping[str, Any]) -> Action:
    """Read an action."""
    word = value.get("verdict")
    return Action(
        verdict=None if word is None else Verdict[word.upper()],
        reviewers=tuple(Reviewers(Role(one["role"]), one["count"]) for one in value.get("reviewers", ())),
        freeze=read_span(value["freeze"]) if "freeze" in value else None,
        notify=tuple(value.get("notify", ())),
    )


def decision_json(decision: Decision) -> dict[str, Any]:
    """Write a decision with all that explains it; facts that have their default are left out."""
    whole = Action(decision.verdict, decision.reviewers, decision.freeze, decision.notify)
    facts = {name: plain(value) for name, value in decision.facts.items() if value != BY_NAME[name].default}
    return {
        **action_json(whole),
        "rulings": [_ruling_json(one) for one in decision.rulings],
        "facts": facts,
    }


def decision_of(value: Mapping[str, Any]) -> Decision:
    """Read a decision back; a fact that is known no longer is left out."""
    whole = action_of(value)
    facts = {name: fact.default for name, fact in BY_NAME.items()}
    for name, written in value.get("facts", {}).items():
        read = read_value(BY_NAME[name].type, written) if name in BY_NAME else Misfit("", "")
        if not isinstance(read, Misfit):
            facts[name] = read
    rulings = tuple(_ruling_of(one) for one in value.get("rulings", ()))
    verdict = Verdict.REVIEW if whole.verdict is None else whole.verdict
    return Decision(verdict, whole.reviewers, whole.freeze, whole.notify, rulings, facts)


def _ruling_json(ruling: Ruling) -> dict[str, Any]:
    origin = ruling.origin
    found: dict[str, Any] = {"policy": ruling.policy, "applies": ruling.applies}
    if origin.line:
        found["line"] = origin.line
    if origin.spec:
        found |= {"spec": origin.spec, "revision": origin.revision}
    if ruling.action is not None:
        found["action"] = action_json(ruling.action)
    if ruling.why:
        found["why"] = ruling.why
    if ruling.problem:
        found["problem"] = ruling.problem
    return found


def _ruling_of(value: Mapping[str, Any]) -> Ruling:
    return Ruling(
        policy=value["policy"],
        origin=Origin(value.get("spec", ""), value.get("revision", ""), value.get("line", 0)),
        applies=value["applies"],
        action=action_of(value["action"]) if "action" in value else None,
        why=value.get("why", ""),
        problem=value.get("problem", ""),
    )
