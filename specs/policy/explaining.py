"""Explains a decision to whoever waits for it: which rules decided, on which facts, and what would change the answer.

What would change it is found by asking the same policies again, with one fact otherwise at a time. Pure.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from specs.expressions.checking import Refusal, judge
from specs.expressions.syntax import Literal, Node, tree_of
from specs.expressions.tokens import ExpressionError
from specs.expressions.types import Base, Type
from specs.policy.caps import parts_of
from specs.policy.deciding import Decision, Ruling, decide
from specs.policy.facts import Facts
from specs.rules.actions import Action, Verdict, read_span
from specs.rules.policy import Policy
from specs.rules.registry import BY_NAME, TYPES, Event, Value
from specs.rules.values import plain

MOST_TRIED = 120
MOST_TOLD = 8
# What is no property of the change or of its author: nobody can do anything about it.
_GIVEN = frozenset({"task_step", "author_name", "on_behalf_of", "repository", "branch", "tag"})
_RANKS = {Verdict.ALLOW: 0, Verdict.REVIEW: 1, Verdict.DENY: 2}


@dataclass(frozen=True, slots=True)
class FactSaid:
    """A fact that the deciding rules looked at, and what it was."""

    name: str
    meaning: str
    value: str


@dataclass(frozen=True, slots=True)
class Otherwise:
    """One fact that, were it `value`, would make the decision `told`."""

    name: str
    now: str
    value: str
    told: str


@dataclass(frozen=True, slots=True)
class Explained:
    """A decision in words. `others` would change it, one at a time; `moved` where the policies of today say otherwise.

    `whens` are the conditions of the deciding rules by id, of those that are still in force.
    """

    decision: Decision
    rules: tuple[Ruling, ...]
    whens: tuple[tuple[str, str], ...]
    facts: tuple[FactSaid, ...]
    others: tuple[Otherwise, ...] = ()
    moved: bool = False

    @property
    def lines(self) -> tuple[str, ...]:
        """Give all of it as sentences."""
        return (
            *(f"{one.name} was {one.value}: {one.meaning}" for one in self.facts),
            *(f"Were {one.name} {one.value} and not {one.now}, it would be: {one.told}." for one in self.others),
            *(["The policies of today would decide otherwise."] if self.moved else []),
        )


def explained(decision: Decision, policies: Sequence[Policy], event: Event) -> Explained:
    """Explain a decision that was kept, with the policies that are in force now."""
    rules = decision.decided
    named = {one.policy for one in rules}
    asked = [one for one in policies if event in one.events and not one.broken]
    deciding = [one for one in asked if one.id in named]
    loosening = [one for one in asked if one.then.verdict is Verdict.ALLOW and one not in deciding]
    looked = _uses(deciding) or _uses(loosening)
    facts = tuple(
        FactSaid(name, BY_NAME[name].meaning, told_value(decision.facts.get(name, BY_NAME[name].default)))
        for name in looked
    )
    now = decide(policies, Facts(decision.facts), event)
    moved = (now.verdict, now.reviewers) != (decision.verdict, decision.reviewers)
    conditions = [*deciding, *loosening]
    others = () if moved else tuple(_others(now, policies, conditions, event))
    return Explained(decision, rules, tuple((one.id, one.when) for one in deciding), facts, others, moved)


def told_value(value: Value) -> str:
    """Write the value of a fact for a person."""
    if isinstance(value, bool):
        return "true" if value else "false"
    written = plain(value)
    if isinstance(written, list):
        words = [str(one.get("path", one)) if isinstance(one, dict) else str(one) for one in written]
        return ", ".join(words) or "none"
    return str(written) if written != "" else "nothing"


def _uses(policies: Iterable[Policy]) -> tuple[str, ...]:
    """Name the facts that conditions look at, in the order of the one list of facts."""
    found: set[str] = set()
    for one in policies:
        judged = judge(one.when, TYPES)
        if not isinstance(judged, Refusal):
            found |= set(judged.uses)
    return tuple(name for name in BY_NAME if name in found)


def _others(now: Decision, policies: Sequence[Policy], about: Sequence[Policy], event: Event) -> Iterator[Otherwise]:
    """Give, for each fact that would loosen the decision, the nearest value at which it does."""
    literals = [literal for one in about for literal in _literals(one.when)]
    tried = told = 0
    for name in _uses(about):
        if name in _GIVEN:
            continue
        value = now.facts[name]
        for other in _values(BY_NAME[name].type, value, literals):
            if tried == MOST_TRIED or told == MOST_TOLD:
                return
            tried += 1
            then = decide(policies, Facts({**now.facts, name: other}), event)
            if _weight(then) < _weight(now):
                told += 1
                words = Action(then.verdict, then.reviewers).told
                yield Otherwise(name, told_value(value), told_value(other), words)
                break


def _weight(decision: Decision) -> tuple[int, int, int]:
    people = sum(one.count for one in decision.reviewers)
    return _RANKS[decision.verdict], max((one.role.rank for one in decision.reviewers), default=0), people


def _values(type_: Type, now: Value, literals: Sequence[str | float | bool]) -> list[Value]:
    """Give other values that a fact could have: those that conditions speak of, the nearest first."""
    if type_.base is Base.BOOL:
        return [not now]
    if type_.base is Base.TEXT:
        return [word for word in type_.values if word != now]
    if type_.base is Base.DURATION and isinstance(now, timedelta):
        spans = {span for one in literals if isinstance(one, str) and (span := read_span(one)) is not None}
        return [span for _, span in sorted((abs(span - now), span) for span in spans if span != now)]
    if type_.base in {Base.INT, Base.DOUBLE} and isinstance(now, int | float):
        known = {int(one) for one in literals if isinstance(one, int | float) and not isinstance(one, bool)} | {0}
        near = {number + step for number in known for step in (-1, 0, 1) if number + step >= 0}
        as_is = float if type_.base is Base.DOUBLE else int
        return [as_is(one) for _, one in sorted((abs(one - now), one) for one in near if one != now)]
    return [()] if type_.base is Base.LIST and now else []


def _literals(source: str) -> Iterator[str | int | float | bool]:
    try:
        pending: list[Node] = [tree_of(source)]
    except ExpressionError:
        return
    while pending:
        node = pending.pop()
        if isinstance(node, Literal):
            yield node.value
        pending += parts_of(node)
