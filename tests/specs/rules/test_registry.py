"""The registry of facts is what the documentation says, and every default is of its type."""

from pathlib import Path

import pytest

from specs.cel import evaluate
from specs.policy.facts import Facts
from specs.rules.registry import FACTS, TYPES, Fact
from specs.rules.values import plain, read_value

PAGE = Path(__file__).parents[3] / "docs" / "policy.md"


def row(fact: Fact) -> str:
    kind = " \\| ".join(word or '""' for word in fact.type.values) or fact.type.told
    return f"| `{fact.name}` | {kind} | {fact.meaning} | {', '.join(fact.events)} |"


def test_the_table_of_facts_is_the_registry() -> None:
    section = PAGE.read_text().partition("\n## Facts\n")[2].partition("\n## ")[0]
    written = [line for line in section.splitlines() if line.startswith("| `")]
    assert written == [row(fact) for fact in FACTS], "\n".join(map(row, FACTS))


def test_names_differ() -> None:
    assert len({fact.name for fact in FACTS}) == len(FACTS)


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.name)
def test_defaults_are_of_their_type(fact: Fact) -> None:
    assert read_value(fact.type, plain(fact.default)) == fact.default
    condition = f"{fact.name} == {fact.name}" if fact.type.of is None else f"size({fact.name}) == 0"
    assert evaluate(condition, TYPES, Facts().all()) is True
