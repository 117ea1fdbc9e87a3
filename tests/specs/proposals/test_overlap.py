"""Two proposals that touch the same statement, section, path or spec are told of each other."""

from dataclasses import replace
from uuid import UUID

from specs.proposals.delta import Operation, SpecDelta
from specs.proposals.overlap import Closeness, Overlap, overlaps, touches

ONE, TWO = UUID(int=1), UUID(int=2)
BEFORE = "# Pay\n\nOnce.\n\n## Refunds\n\n- Within 30 days.\n- In full.\n\n## Limits\n\nTen.\n"


def edit(*pair: str, spec: UUID = ONE, before: str = BEFORE) -> SpecDelta:
    return SpecDelta(spec, Operation.EDIT, "0" * 64, "pay.md", "pay.md", before, before.replace(*pair))


def met(first: SpecDelta, second: SpecDelta) -> tuple[Overlap, ...]:
    found = overlaps(touches([first]), touches([second]))
    assert found == overlaps(touches([second]), touches([first]))
    return found


def test_the_same_statement() -> None:
    assert met(edit("30", "14"), edit("30 days", "a week")) == (Overlap(Closeness.STATEMENT, ONE, "refunds"),)


def test_the_same_section() -> None:
    assert met(edit("30", "14"), edit("full", "part")) == (Overlap(Closeness.SECTION, ONE, "refunds"),)


def test_other_sections_and_other_specs_do_not_meet() -> None:
    assert met(edit("30", "14"), edit("Ten", "Nine")) == ()
    assert met(edit("30", "14"), edit("30", "14", spec=TWO)) == ()


def test_the_same_statement_on_bases_that_differ_elsewhere() -> None:
    other = edit("30", "7", before=BEFORE.replace("Once.", "Once or twice.\n\nLogged."))
    assert met(edit("30", "14"), other) == (Overlap(Closeness.STATEMENT, ONE, "refunds"),)


def test_retiring_and_renaming_touch_all_of_a_spec() -> None:
    retire = SpecDelta(ONE, Operation.RETIRE, "0" * 64, "pay.md", "pay.md", BEFORE, BEFORE)
    rename = replace(edit("x", "x"), to_path="charges.md")
    for whole in (retire, rename):
        assert met(whole, edit("30", "14")) == (Overlap(Closeness.SPEC, ONE),)
        assert met(whole, edit("30", "14", spec=TWO)) == ()
    assert met(retire, rename) == (Overlap(Closeness.SPEC, ONE),)


def test_two_that_want_one_path() -> None:
    first = SpecDelta(ONE, Operation.CREATE, None, "new.md", "new.md", "", "a\n")
    second = SpecDelta(TWO, Operation.CREATE, None, "New.md", "New.md", "", "b\n")
    assert met(first, second) == (Overlap(Closeness.PATH, None, "new.md"),)
