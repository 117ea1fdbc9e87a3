"""The passages a spec is served in."""

from hypothesis import given
from hypothesis import strategies as st

from specs.parser import parse
from sync.contexts import units as module
from sync.contexts.units import units

REFUNDS = """# Refunds

## Requirements

### Requirement: Once
A refund MUST be made once.

#### Scenario: Twice
- WHEN it is asked for twice, `pay.refund` answers the same

### Requirement: Soon
Within ten days.
"""


def test_a_requirement_is_served_with_its_scenarios() -> None:
    once, soon = units(parse(REFUNDS))
    assert (once.title, once.names, once.normative) == ("Requirement: Once", ("pay.refund",), True)
    assert once.text.endswith("answers the same\n\n")
    assert once.anchors[0] == once.anchor
    assert len(once.anchors) == 2
    assert (soon.title, soon.normative) == ("Requirement: Soon", False)


def test_what_is_too_long_for_one_piece_is_parted(monkeypatch) -> None:
    monkeypatch.setattr(module, "LONGEST", 40)
    assert [unit.title for unit in units(parse(REFUNDS))] == [
        "Requirement: Once",
        "Scenario: Twice",
        "Requirement: Soon",
    ]


def test_meaning_is_named_by_content() -> None:
    once, soon = units(parse(REFUNDS))
    assert once.digest != soon.digest
    assert once.digest == units(parse(REFUNDS + "\n"))[0].digest


@given(
    st.lists(st.sampled_from(["# a", "## b", "### c", "#### d", "##### e", "words", "", "b\n==", "```"]), max_size=20)
)
def test_units_hold_all_text_under_headings(lines: list[str]) -> None:
    document = parse("\n".join(lines))
    found = units(document)
    for section in document.sections:
        body = section.body.strip()
        assert not body or any(body in unit.text for unit in found)
