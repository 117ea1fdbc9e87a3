"""A decision that was kept is the decision that was made."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from specs.policy.change import Change, ChangedSpec, Side
from specs.policy.deciding import decide, explain
from specs.policy.facts import facts_of
from specs.policy.recorded import decision_json, decision_of
from specs.policy.shipped import in_force, policies_of

OWN = """```yaml policy
id: {name}
event: proposal
when: {when}
then: {then}
why: Because.
```
"""
sources = st.builds(
    lambda name, when, then: OWN.format(name=name, when=when, then=then),
    st.sampled_from(["a", "people-write", "No id"]),
    st.sampled_from(
        ["true", "words_added / 0 > 1", "specs.exists(s, s.words > 0)", "nope", 'context_age > duration("1h")']
    ),
    st.sampled_from(["deny", "[review 2, review 1 from admin]", "[freeze 2h, notify admin]", "block"]),
)


@settings(deadline=None, max_examples=50)
@given(st.lists(sources, max_size=3), st.sampled_from(["human", "agent"]), st.text(max_size=60))
def test_decisions_are_read_back_as_they_were(blocks: list[str], kind: str, text: str) -> None:
    own = policies_of(Side("p.md", "\n".join(blocks)), "rev")
    change = Change((ChangedSpec(None, Side("a.md", text)),), repository="code")
    made = decide(in_force(own), facts_of(change).given({"author_kind": kind}))
    kept = decision_of(json.loads(json.dumps(decision_json(made))))
    assert kept == made
    assert explain(kept) == explain(made)


def test_a_fact_that_is_known_no_longer_is_left_out() -> None:
    kept = decision_of({"verdict": "allow", "facts": {"gone": 1, "words_added": 3, "paths": 5}})
    assert kept.facts["words_added"] == 3
    assert "gone" not in kept.facts
    assert kept.facts["paths"] == ()
