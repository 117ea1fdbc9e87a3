"""Changes of sections: addressed by anchor, everything else byte for byte."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specs.proposals.sections import SectionChange, SectionOperation, change_sections

BASE = "Intro.\n\n# Pay\n\nOnce.\n\n## Refunds {#refunds}\n\nIn full.\n\n### Errors\n\nTold.\n\n## Limits\n\nTen.\n"


def changed(operation: str, anchor: str, text: str = "", base: str = BASE) -> str:
    made = change_sections(base, [SectionChange(SectionOperation(operation), anchor, text)])
    assert made.problem is None
    return made.text


def test_replace_takes_what_is_under_the_heading_too() -> None:
    assert changed("replace", "refunds", "## Money back\n\nNever.") == BASE.replace(
        "## Refunds {#refunds}\n\nIn full.\n\n### Errors\n\nTold.\n\n", "## Money back\n\nNever.\n\n"
    )


def test_the_body_ends_at_the_next_heading() -> None:
    assert changed("body", "refunds", "Never.\n") == BASE.replace("In full.", "Never.")
    assert changed("body", "limits", "Nine.") == BASE.replace("Ten.", "Nine.")


def test_insert_before_and_after() -> None:
    new = "## Holds\n\nA week.\n"
    assert changed("insert-before", "limits", new) == BASE.replace("## Limits", f"{new}\n## Limits")
    assert changed("insert-after", "refunds", new) == BASE.replace("## Limits", f"{new}\n## Limits")
    assert changed("insert-after", "limits", new) == f"{BASE}\n{new}"


def test_an_insertion_at_an_end_without_newline_starts_a_line() -> None:
    assert changed("insert-after", "a", "# B", base="# A\n\ntext") == "# A\n\ntext\n\n# B\n"


def test_delete() -> None:
    assert changed("delete", "refunds/errors") == BASE.replace("### Errors\n\nTold.\n\n", "")


def test_rename_keeps_level_and_name() -> None:
    assert changed("rename", "refunds", "Money   back") == BASE.replace("Refunds {", "Money back {")
    assert changed("rename", "limits", "Bounds") == BASE.replace("## Limits", "## Bounds")
    assert changed("rename", "old", "New", base="Old\n===\n\ntext\n") == "New\n===\n\ntext\n"


def test_line_ends_are_those_of_the_text() -> None:
    base = BASE.replace("\n", "\r\n")
    made = changed("body", "refunds", "One.\nTwo.\n", base=base)
    assert made == base.replace("In full.", "One.\r\nTwo.")


def test_several_changes_all_mean_the_base() -> None:
    changes = [
        SectionChange(SectionOperation.DELETE, "limits"),
        SectionChange(SectionOperation.BODY, "refunds", "Never."),
        SectionChange(SectionOperation.RENAME, "pay", "Charges"),
    ]
    made = change_sections(BASE, changes)
    assert made.text == BASE.replace("# Pay", "# Charges").replace("In full.", "Never.").replace(
        "## Limits\n\nTen.\n", ""
    )


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ([("body", "nowhere", "x")], "no-section"),
        ([("replace", "pay", "x"), ("body", "limits", "y")], "sections-meet"),
        ([("insert-after", "limits", "x"), ("insert-after", "limits", "y")], "sections-meet"),
        ([("body", "limits", " ")], "empty-section"),
        ([("rename", "limits", "")], "empty-title"),
    ],
)
def test_what_cannot_be_done_is_said(changes: list[tuple[str, str, str]], code: str) -> None:
    made = change_sections(BASE, [SectionChange(SectionOperation(o), anchor, text) for o, anchor, text in changes])
    assert made.problem is not None
    assert (made.problem.code, made.text) == (code, BASE)
    assert made.problem.hint


def test_a_text_without_headings_has_no_sections() -> None:
    made = change_sections("text\n", [SectionChange(SectionOperation.DELETE, "a")])
    assert made.problem is not None
    assert "whole text" in made.problem.hint


TEXTS = st.lists(st.sampled_from(["# A\n", "## B\n", "## C\n", "\n", "text\n", "```\n", "old\n---\n", "x\r\n", "end"]))


@given(TEXTS.map("".join), st.sampled_from(list(SectionOperation)), st.sampled_from(["a", "b", "c", "old"]), st.text())
def test_any_text_and_any_change_give_a_text_or_a_problem(
    base: str, operation: SectionOperation, anchor: str, text: str
) -> None:
    made = change_sections(base, [SectionChange(operation, anchor, text)])
    assert made.problem is None or made.text == base
