"""Decisions are explained by the rules that made them, the facts these looked at, and what would change the answer."""

from specs.policy.deciding import decide
from specs.policy.explaining import explained, told_value
from specs.policy.facts import Facts
from specs.policy.shipped import shipped
from specs.rules.actions import Action, Verdict
from specs.rules.policy import Policy
from specs.rules.registry import Event

SHIPPED = tuple(shipped())


def test_the_nearest_value_that_would_loosen_it_is_named() -> None:
    facts = Facts({"author_kind": "agent", "words_added": 250, "context_served": True, "specs_touched": 1})
    decision = decide(SHIPPED, facts)
    found = explained(decision, SHIPPED, Event.PROPOSAL)
    assert decision.verdict is Verdict.REVIEW
    assert "agents-large" in {one.policy for one in found.rules}
    assert ("words_added", "250") in {(one.name, one.value) for one in found.facts}
    words = {one.name: one for one in found.others}["words_added"]
    assert (words.now, words.value, words.told) == ("250", "200", "allow")
    assert "Were words_added 200 and not 250, it would be: allow." in found.lines


def test_what_today_decides_otherwise_is_said_and_not_guessed_at() -> None:
    decision = decide(SHIPPED, Facts({"author_kind": "agent", "normative_statements": 2}))
    anyone = Policy("agents-bind", frozenset({Event.PROPOSAL}), "true", Action(Verdict.ALLOW))
    found = explained(decision, (anyone,), Event.PROPOSAL)
    assert (found.moved, found.others) == (True, ())


def test_silence_shows_what_the_rules_that_let_through_look_at() -> None:
    rule = Policy("small", frozenset({Event.PROPOSAL}), "words_added < 3 && !context_served", Action(Verdict.ALLOW))
    found = explained(decide((rule,), Facts({"words_added": 5})), (rule,), Event.PROPOSAL)
    assert [one.name for one in found.facts] == ["words_added", "context_served"]
    assert [(one.name, one.value) for one in found.others] == [("words_added", "2")]


def test_values_are_written_for_people() -> None:
    assert [told_value(one) for one in (True, (), "", ("a", "b"), 0)] == ["true", "none", "nothing", "a, b", "0"]
