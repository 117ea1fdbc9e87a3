"""Decides an act by the policies in force: each rule says what it says, and the most restrictive answer wins.

The order of rules means nothing. What stands here and not in any policy cannot be overruled: silence wants a person,
a rule that cannot be evaluated wants a person, an agent never changes policies alone, and no policy can forbid the
administrators to mend the policies.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from specs import cel
from specs.access import Role
from specs.policy.facts import Facts
from specs.rules.actions import Action, Reviewers, Verdict, both, fewest, span_told
from specs.rules.policy import Origin, Policy
from specs.rules.reading import WANT_PERSON
from specs.rules.registry import TYPES, Event, Value

MAX_POLICIES = 200
FROZEN = "frozen"
MAX_TOTAL_STEPS = 500_000
TWO_ADMINS = Action(Verdict.REVIEW, (Reviewers(Role.ADMIN, 2),))


@dataclass(frozen=True, slots=True)
class Ruling:
    """What one rule said: its action where it applies. `problem` says why it could not be evaluated."""

    policy: str
    origin: Origin
    applies: bool
    action: Action | None = None
    why: str = ""
    problem: str = ""

    @property
    def told(self) -> str:
        """Say it in a sentence."""
        name = f"{self.policy or 'a policy without id'} ({self.origin.told})"
        if not self.applies or self.action is None:
            return f"{name} has nothing to say."
        reason = f" It could not be evaluated: {self.problem}" if self.problem else f" {self.why}".rstrip()
        return f"{name}: {self.action.told}.{reason}"


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of an act. `rulings` holds every rule that was asked, sorted by id; `decided` those that carried it.

    `reviewers` are demands that must all be met, the highest role first; none unless the verdict is `REVIEW`.
    `policies` names the set of policies that was asked, as `name_of` does.
    """

    verdict: Verdict
    reviewers: tuple[Reviewers, ...] = ()
    freeze: timedelta | None = None
    notify: tuple[str, ...] = ()
    rulings: tuple[Ruling, ...] = ()
    facts: Mapping[str, Value] = field(default_factory=dict)
    policies: str = ""

    @property
    def decided(self) -> tuple[Ruling, ...]:
        """Give the rules without which the decision would be another."""
        wanted = set(self.reviewers)
        return tuple(
            one
            for one in self.rulings
            if one.applies
            and one.action is not None
            and one.action.verdict is self.verdict
            and (self.verdict is not Verdict.REVIEW or wanted & set(one.action.reviewers))
        )

    @property
    def held(self) -> bool:
        """Whether it is one on what a frozen actor does, or freezes its author."""
        shipped = any(one.policy == FROZEN and one.origin == Origin() for one in self.rulings)
        return shipped or self.freeze is not None

    @property
    def told(self) -> str:
        """Say what was decided, in the words of policies."""
        return Action(self.verdict, self.reviewers, self.freeze, self.notify).told

    @property
    def reasons(self) -> tuple[str, ...]:
        """Say rule by rule why, the deciding ones only."""
        return tuple(one.told for one in self.decided)


def decide(policies: Iterable[Policy], facts: Facts, event: Event = Event.PROPOSAL) -> Decision:
    """Ask every policy of the event. The same policies and facts always give the same decision, in whatever order."""
    values = facts.all()
    asked = sorted((one for one in policies if event in one.events), key=_order)
    rulings = [*_asked(asked, values), *_floor(event, facts, values)]
    action = Action()
    for ruling in rulings:
        if ruling.applies and ruling.action is not None:
            action = both(action, ruling.action)
    verdict = action.verdict
    if verdict is None:
        silent = _own("silence", WANT_PERSON, "No policy says that this may go through, so a person decides.")
        rulings, action, verdict = [*rulings, silent], both(action, WANT_PERSON), Verdict.REVIEW
    if verdict is Verdict.DENY and _mends_policies(values):
        why = "A change of nothing but policies cannot be denied to an administrator: two of them decide."
        rulings = [*rulings, _own("mending", TWO_ADMINS, why)]
        verdict, action = Verdict.REVIEW, Action(Verdict.REVIEW, TWO_ADMINS.reviewers, None, action.notify)
    freeze = action.freeze if values["author_kind"] != "human" else None
    ordered = tuple(sorted(rulings, key=lambda one: (one.policy, one.origin.spec, one.origin.line, one.told)))
    return Decision(verdict, fewest(action.reviewers), freeze, action.notify, ordered, values)


def evaluate(policy: Policy, values: Mapping[str, Value]) -> Ruling:
    """Ask one policy. One that cannot be evaluated applies, and wants a person at least."""
    if policy.broken:
        return _failed(policy, policy.broken)
    found = cel.evaluate(policy.when, TYPES, values)
    if isinstance(found, cel.NoAnswer):
        return _failed(policy, found.reason)
    return Ruling(policy.id, policy.origin, found, policy.then if found else None, policy.why)


def frozen(until: str, reason: str) -> Decision:
    """Make the decision on whatever a frozen actor does."""
    why = f"The author is frozen until {until}: {reason.rstrip('.')}. A reviewer can thaw it."
    return Decision(Verdict.DENY, rulings=(_own(FROZEN, Action(Verdict.DENY), why),))


def allowed(why: str) -> Decision:
    """Make the decision on what no policy is asked about."""
    return Decision(Verdict.ALLOW, rulings=(_own("not-asked", Action(Verdict.ALLOW), why),))


def name_of(policies: Iterable[Policy]) -> str:
    """Name a set of policies by all that decides; another revision of any of them is another name."""
    rows = sorted((one.id, one.origin.spec, one.origin.revision, one.when, one.then.told) for one in policies)
    return hashlib.sha256(repr(rows).encode("utf-8", "surrogatepass")).hexdigest()


def _order(policy: Policy) -> tuple[str, str, int, str, str, str]:
    return policy.id, policy.origin.spec, policy.origin.line, policy.when, policy.then.told, policy.broken


def _asked(policies: list[Policy], values: Mapping[str, Value]) -> list[Ruling]:
    """Ask policies as far as their steps stay within bounds; what is beyond counts as not evaluated."""
    steps, rulings = 0, []
    for index, policy in enumerate(policies):
        steps += policy.steps
        if index >= MAX_POLICIES or steps > MAX_TOTAL_STEPS:
            rulings.append(_failed(policy, "There are more policies than one decision may take."))
        else:
            rulings.append(evaluate(policy, values))
    return rulings


def _failed(policy: Policy, problem: str) -> Ruling:
    action = both(WANT_PERSON, Action(notify=policy.then.notify))
    return Ruling(policy.id, policy.origin, applies=True, action=action, why=policy.why, problem=problem)


def _floor(event: Event, facts: Facts, values: Mapping[str, Value]) -> list[Ruling]:
    """Give what holds whatever policies say."""
    if event is not Event.PROPOSAL:
        return []
    found = []
    if facts.cut:
        why = (
            f"The change touches {' and '.join(facts.cut)}: a rule about the rest would be passed over, so a person "
            "looks at it. In smaller changes each is decided by the rules."
        )
        found.append(_own("too-large", WANT_PERSON, why))
    if values["author_kind"] != "human" and values["policies_touched"]:
        found.append(_own("policies-want-people", WANT_PERSON, "Only people decide about policies."))
    return found


def _own(name: str, action: Action, why: str) -> Ruling:
    return Ruling(name, Origin(), applies=True, action=action, why=why)


def _mends_policies(values: Mapping[str, Value]) -> bool:
    """Say whether an administrator changes policies and nothing that binds besides."""
    return (
        values["author_kind"] == "human"
        and values["author_role"] == Role.ADMIN.value
        and bool(values["policies_touched"])
        and not values["invariants"]
    )


def explain(decision: Decision) -> tuple[str, ...]:
    """Give the lines that tell a person what was decided and by which rules."""
    lines = [f"Decided: {decision.told}."]
    lines += [f"  {one.told}" for one in decision.decided]
    beside = [one for one in decision.rulings if one.applies and one not in decision.decided]
    lines += [f"  besides, {one.told}" for one in beside]
    if decision.freeze is not None:
        lines.append(f"  The author is frozen for {span_told(decision.freeze)}.")
    return tuple(lines)
