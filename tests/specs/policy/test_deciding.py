from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from specs.access import Role
from specs.policy.deciding import decide, explain
from specs.policy.facts import Facts
from specs.policy.shipped import in_force, shipped
from specs.rules.actions import Action, Reviewers, Verdict
from specs.rules.policy import Origin, Policy
from specs.rules.registry import Event

ALL = frozenset(Event)
ONE = (Reviewers(Role.REVIEWER, 1),)
AGENT = Facts({"author_kind": "agent"})

reviewers = st.builds(Reviewers, st.sampled_from([Role.EDITOR, Role.REVIEWER, Role.ADMIN]), st.integers(1, 3))
actions = st.one_of(
    st.just(Action(Verdict.ALLOW)),
    st.just(Action(Verdict.DENY)),
    st.builds(lambda found: Action(Verdict.REVIEW, (found,)), reviewers),
    st.builds(lambda hours: Action(freeze=timedelta(hours=hours)), st.integers(1, 9)),
    st.just(Action(notify=("admin",))),
)
policies = st.builds(
    Policy,
    id=st.sampled_from(["a", "b", "c", "people-write"]),
    events=st.just(ALL),
    when=st.sampled_from(["true", "false", "words_added > 5", 'author_kind == "agent"', "nope", "1/0 == 1"]),
    then=actions,
    origin=st.builds(Origin, spec=st.sampled_from(["x.md", "y.md"]), line=st.integers(1, 99)),
    broken=st.sampled_from(["", "", "", "it is broken"]),
)
facts = st.builds(
    lambda kind, words, touched: Facts({"author_kind": kind, "words_added": words, "policies_touched": touched}),
    st.sampled_from(["human", "agent", "system"]),
    st.integers(0, 10),
    st.integers(0, 1),
)


def test_silence_wants_a_person():
    decision = decide((), AGENT)
    assert (decision.verdict, decision.reviewers) == (Verdict.REVIEW, ONE)
    assert "No policy says" in decision.reasons[0]


@settings(deadline=None, max_examples=60)
@given(st.lists(policies, max_size=6), facts, st.randoms())
def test_the_order_of_rules_means_nothing(rules, values, random):
    shuffled = list(rules)
    random.shuffle(shuffled)
    assert decide(rules, values) == decide(shuffled, values)


@settings(deadline=None, max_examples=60)
@given(st.lists(policies, max_size=5), policies, facts)
def test_one_more_rule_never_loosens_unless_it_is_the_first_to_speak(rules, more, values):
    before, after = decide(rules, values), decide([*rules, more], values)
    spoke = any(one.applies and one.action and one.action.verdict is not None for one in before.rulings)
    silence = [one.policy for one in before.rulings if one.applies]
    if spoke and "silence" not in silence and "mending" not in silence:
        assert after.verdict >= before.verdict


@settings(deadline=None, max_examples=60)
@given(st.lists(policies, max_size=5), policies, facts)
def test_a_rule_that_breaks_never_loosens(rules, broken, values):
    whole = Policy(broken.id, ALL, "true", Action(Verdict.ALLOW), origin=broken.origin)
    torn = Policy(broken.id, ALL, "", broken.then, origin=broken.origin, broken="it is broken")
    assert decide([*rules, torn], values).verdict >= Verdict.REVIEW
    assert decide([*rules, torn], values).verdict >= decide([*rules, whole], values).verdict


@settings(deadline=None, max_examples=60)
@given(st.lists(policies, max_size=5), facts)
def test_only_agents_are_frozen(rules, values):
    decision = decide(rules, values)
    assert decision.freeze is None or values.values["author_kind"] != "human"


@settings(deadline=None, max_examples=60)
@given(st.lists(policies, max_size=5))
def test_agents_never_change_policies_alone(rules):
    values = Facts({"author_kind": "agent", "policies_touched": 1})
    assert decide(in_force(tuple(rules)), values).verdict >= Verdict.REVIEW


def test_the_higher_demand_implies_the_lower():
    rules = [
        Policy("a", ALL, "true", Action(Verdict.REVIEW, (Reviewers(Role.REVIEWER, 2),))),
        Policy("b", ALL, "true", Action(Verdict.REVIEW, (Reviewers(Role.ADMIN, 1),))),
        Policy("c", ALL, "true", Action(Verdict.REVIEW, (Reviewers(Role.EDITOR, 1),))),
    ]
    decision = decide(rules, AGENT)
    assert decision.reviewers == (Reviewers(Role.ADMIN, 1), Reviewers(Role.REVIEWER, 2))
    assert [one.policy for one in decision.decided] == ["a", "b"]
    assert explain(decision)[0] == "Decided: review 1 from admin; review 2 from reviewer."


def test_no_policy_denies_administrators_to_mend_the_policies():
    rules = [Policy("never", ALL, "true", Action(Verdict.DENY))]
    values = Facts({"author_kind": "human", "author_role": "admin", "policies_touched": 1})
    assert decide(rules, values).reviewers == (Reviewers(Role.ADMIN, 2),)
    assert decide(rules, values.given({"policies_touched": 0})).verdict is Verdict.DENY


def test_a_change_that_no_rule_sees_whole_wants_a_person():
    decision = decide(shipped(), Facts({"author_kind": "human"}, cut=("101 invariants (rules see 100)",)))
    assert decision.verdict is Verdict.REVIEW
    assert "touches 101 invariants (rules see 100)" in " ".join(decision.reasons)


def test_too_many_policies_are_not_asked_and_let_nothing_through():
    rules = [Policy(f"p{n:03}", ALL, "true", Action(Verdict.ALLOW)) for n in range(201)]
    assert decide(rules[:200], AGENT).verdict is Verdict.ALLOW
    assert decide(rules, AGENT).verdict is Verdict.REVIEW


def test_other_events_are_not_asked():
    rules = [Policy("a", frozenset({Event.CHECK}), "true", Action(Verdict.DENY))]
    assert decide(rules, AGENT).verdict is Verdict.REVIEW
    assert decide(rules, AGENT, Event.CHECK).verdict is Verdict.DENY
