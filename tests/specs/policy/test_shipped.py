import pytest

from specs.parser import parse
from specs.policy.change import Side
from specs.policy.deciding import decide, evaluate
from specs.policy.facts import Facts
from specs.policy.shipped import TEXT, in_force, policies_of, shipped
from specs.rules.actions import Reviewers, Role, Verdict

LOOSE = """# P

```yaml policy
id: policies-need-two
event: proposal
when: policies_touched > 0
then: {then}
why: x
```
"""


def test_the_shipped_policy_is_a_spec_without_problems():
    assert parse(TEXT).problems == ()
    assert [policy.broken for policy in shipped()] == [""] * 16


@pytest.mark.parametrize("policy", shipped(), ids=lambda policy: policy.id)
def test_its_examples_hold(policy):
    assert policy.examples
    for example in policy.examples:
        assert evaluate(policy, Facts(example.facts).all()).action == example.expect


@pytest.mark.parametrize(
    ("values", "verdict", "wanted"),
    [
        ({"author_kind": "human", "normative_statements": 9, "invariants": ("a",)}, Verdict.ALLOW, ()),
        ({"author_kind": "agent", "words_added": 30}, Verdict.ALLOW, ()),
        ({"author_kind": "agent", "repository": "code", "normative_statements": 1}, Verdict.ALLOW, ()),
        ({"author_kind": "agent", "repository": "code", "policies_touched": 1}, Verdict.REVIEW, ((Role.REVIEWER, 2),)),
        ({"author_kind": "agent", "normative_statements": 1}, Verdict.REVIEW, ((Role.REVIEWER, 1),)),
        ({"author_kind": "agent", "policies_touched": 1}, Verdict.REVIEW, ((Role.REVIEWER, 2),)),
        ({"author_kind": "human", "policies_touched": 1}, Verdict.REVIEW, ((Role.REVIEWER, 2),)),
        ({"author_kind": "agent", "consecutive_failures": 5}, Verdict.DENY, ()),
    ],
)
def test_what_it_decides(values, verdict, wanted):
    decision = decide(shipped(), Facts(values))
    assert decision.verdict is verdict
    assert decision.reviewers == tuple(Reviewers(*one) for one in wanted)


def test_a_policy_of_the_same_id_takes_its_place_unless_it_is_broken():
    two = Facts({"author_kind": "human", "policies_touched": 1})
    own = policies_of(Side("p.md", LOOSE.format(then="review 1 from reviewer")), "rev")
    assert decide(in_force(own), two).reviewers == (Reviewers(Role.REVIEWER, 1),)
    broken = policies_of(Side("p.md", LOOSE.format(then="alow")))
    assert decide(in_force(broken), two).reviewers == (Reviewers(Role.REVIEWER, 2),)


def test_drafts_and_retired_specs_put_nothing_in_force():
    text = LOOSE.format(then="deny")
    assert policies_of(Side("p.md", f"---\nstatus: draft\n---\n{text}")) == ()
    assert policies_of(Side("p.md", text, retired=True)) == ()
    (policy,) = policies_of(Side("p.md", text), "rev")
    assert policy.origin.told == "p.md:3"
