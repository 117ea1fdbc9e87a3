"""What text and message can be kept."""

from hypothesis import given
from hypothesis import strategies as st

from specs.library import MAX_MESSAGE, MAX_TEXT_BYTES, check_message, check_text


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_any_other_text_is_kept(text: str) -> None:
    assert check_text(text) is None


@given(st.text(max_size=20), st.sampled_from(["\0", "\ud800", "\udfff"]), st.text(max_size=20))
def test_what_postgresql_cannot_hold_has_a_place_and_a_hint(before: str, bad: str, after: str) -> None:
    problem = check_text(before + bad + after)
    assert problem is not None
    assert problem.hint
    line = (before + bad + after).split("\n")[problem.line - 1] + "\n"
    assert line[problem.column - 1] == "\0" or "\ud800" <= line[problem.column - 1] <= "\udfff"


def test_size_counts_bytes() -> None:
    assert check_text("é" * (MAX_TEXT_BYTES // 2)) is None
    problem = check_text("é" * (MAX_TEXT_BYTES // 2) + "x")
    assert problem is not None
    assert "several specs" in problem.hint


def test_messages_are_short() -> None:
    assert check_message("x" * MAX_MESSAGE) is None
    for message in ("x" * (MAX_MESSAGE + 1), "\0", "\ud800"):
        problem = check_message(message)
        assert problem is not None
        assert problem.hint
