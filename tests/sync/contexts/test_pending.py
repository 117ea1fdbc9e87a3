"""What proposals would change in what is served, told in short and as not in force."""

from uuid import UUID

from specs.proposals.delta import Operation, SpecDelta
from specs.revision import Actor, ActorKind
from sync.contexts.bundle import pack
from sync.contexts.context import PassageKind
from sync.contexts.pending import MOST_LINES, Pending, proposed

BEFORE = "# A\n\n## One\n\nOld rule.\n\n## Two\n\nOther.\n"
ADA = Actor(UUID(int=1), "Ada", ActorKind.HUMAN)


def pending(*parts: SpecDelta) -> list[Pending]:
    return [Pending(UUID(int=7), "d" * 64, "Quicken it", ADA, parts)]


def part(
    after: str, operation: Operation = Operation.EDIT, before: str = BEFORE, *, path: str = "a.md", to: str = "a.md"
) -> SpecDelta:
    return SpecDelta(UUID(int=3), operation, "base", path, to, before, after)


def test_a_change_of_a_served_section_is_told_with_its_diff() -> None:
    (passage,) = proposed(pending(part(BEFORE.replace("Old", "New"))), {"a.md": {"one"}}, ())
    assert (passage.kind, passage.anchor, passage.heading) == (PassageKind.PROPOSAL, "one", "Quicken it")
    assert passage.text == "- Old rule.\n+ New rule."
    text = pack([passage], 500, "m" * 16).text
    assert "proposal · a.md#one · revision dddddddddddd · not in force by human Ada" in text


def test_a_change_elsewhere_is_not() -> None:
    assert proposed(pending(part(BEFORE.replace("Old", "New"))), {"a.md": {"two"}, "b.md": {"one"}}, ()) == []


def test_retiring_and_renaming_change_all_of_a_spec() -> None:
    (gone,) = proposed(pending(part(BEFORE, Operation.RETIRE)), {"a.md": {"two"}}, ())
    assert gone.text == "would retire this spec"
    (moved,) = proposed(pending(part(BEFORE, to="b.md")), {"a.md": {"two"}}, ())
    assert moved.text == "would move to b.md"


def test_a_new_spec_is_told_where_it_would_cover_the_paths() -> None:
    text = '---\ncovers: ["src/pay/**"]\n---\n# Pay\n\nNew rule.\n'
    made = pending(part(text, Operation.CREATE, before=""))
    assert proposed(made, {}, ("src/other.py",)) == []
    (passage,) = proposed(made, {}, ("src/pay/api.py",))
    assert passage.text.startswith("would create this spec")


def test_a_long_change_is_cut() -> None:
    text = BEFORE.replace("Old rule.", "\n\n".join(f"Rule {number}." for number in range(90)))
    (passage,) = proposed(pending(part(text)), {"a.md": {"one"}}, ())
    assert len(passage.text.split("\n")) == MOST_LINES + 1
    assert passage.text.endswith("more lines")
