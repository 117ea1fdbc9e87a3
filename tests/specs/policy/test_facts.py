"""Laws of facts: any texts have facts, equal texts none, the order of specs means nothing, nothing is cut unseen."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from specs.cel import evaluate
from specs.normative import normative_words
from specs.parser import parse
from specs.policy.change import Change, ChangedSpec, Side
from specs.policy.deciding import decide
from specs.policy.facts import facts_of
from specs.policy.shipped import shipped
from specs.policy.statements import _statements, compare
from specs.rules.actions import Verdict
from specs.rules.registry import FACTS, TYPES

LINES = [
    "# Title",
    "## Part",
    "It MUST hold.",
    "It should not.",
    "- one",
    "  - SHALL nest:",
    "| a | b |",
    "| - | - |",
    "",
    "---",
    "status: draft",
    "owners: [a]",
    "```yaml policy",
    "id: p",
    "```",
    "```yaml invariant",
    "id: i",
    "kind: layers",
    "<!-- x -->",
    "> quoted MUST",
    "\ttext: ",
]
texts = st.lists(st.sampled_from(LINES), max_size=12).map("\n".join) | st.text(max_size=40)
sides = st.builds(Side, st.sampled_from(["a.md", "b/c.md"]), texts, st.booleans())
specs = st.builds(ChangedSpec, st.none() | sides, sides)


@settings(deadline=None, max_examples=50)
@given(st.lists(specs, max_size=4))
def test_any_change_has_facts_of_their_types(changed: list[ChangedSpec]) -> None:
    facts = facts_of(Change(tuple(changed)))
    values = facts.all()
    assert values.keys() == {fact.name for fact in FACTS}
    for name in facts.values:
        condition = f"{name} == {name}" if TYPES[name].of is None else f"size({name}) >= 0"
        assert evaluate(condition, TYPES, values) is True
    assert decide(shipped(), facts).verdict in set(Verdict)


@settings(deadline=None, max_examples=50)
@given(st.lists(specs, max_size=4), st.randoms())
def test_the_order_of_specs_means_nothing(changed: list[ChangedSpec], random: object) -> None:
    shuffled = list(changed)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = (dict(facts_of(Change(tuple(found))).values) for found in (changed, shuffled))
    assert sorted(map(repr, one.pop("specs"))) == sorted(map(repr, other.pop("specs")))  # type: ignore[arg-type]
    assert one == other


@settings(deadline=None, max_examples=50)
@given(sides)
def test_what_stays_as_it_is_touches_nothing(side: Side) -> None:
    values = facts_of(Change((ChangedSpec(side, side),))).values
    counts = {name: value for name, value in values.items() if isinstance(value, int) and name != "specs_touched"}
    assert not any(counts.values())


@settings(deadline=None, max_examples=50)
@given(texts, texts)
def test_no_binding_statement_changes_unseen(one: str, other: str) -> None:
    before, after = parse(one), parse(other)
    bound = [Counter(found for found in _statements(side) if normative_words(found.text)) for side in (before, after)]
    if bound[0] != bound[1]:
        assert compare(before, after).normative_statements > 0


def test_what_rules_cannot_see_whole_is_cut() -> None:
    new = tuple(ChangedSpec(None, Side(f"{n}.md", "# A\n")) for n in range(101))
    assert facts_of(Change(new)).cut
    assert not facts_of(Change(new[:100])).cut
    owners = ", ".join(f"o{n}" for n in range(21))
    assert facts_of(Change((ChangedSpec(None, Side("a.md", f"---\nowners: [{owners}]\n---\n")),))).cut


def test_each_spec_has_its_own_numbers() -> None:
    change = Change(
        (
            ChangedSpec(Side("a.md", "# A\n\nSo.\n"), Side("a.md", "# A\n\nSo it is.\n")),
            ChangedSpec(Side("b.md", "# B\n"), Side("c.md", "---\nowners: [x]\n---\n# B\n\nIt MUST.\n")),
        )
    )
    values = facts_of(change).all()
    assert evaluate('specs.exists(s, s.path == "a.md" && s.normative == 0 && s.words == 2)', TYPES, values) is True
    assert evaluate('specs.exists(s, s.former_path == "b.md" && "x" in s.owners)', TYPES, values) is True
    assert evaluate('specs.exists(s, s.path == "a.md" && s.normative > 0)', TYPES, values) is False
