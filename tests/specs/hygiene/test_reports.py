"""What refuses a text, and what its readers are told."""
# ruff: noqa: RUF001 (letters of other scripts are the very thing)

import pytest

from specs.hygiene.reports import MAX_INVARIANTS, MAX_LINE, notices, refusal, refusal_of_path, refusal_of_words

EXCESS = {
    "too-many-lines": "\n" * 60_000,
    "line-too-long": "x" * (MAX_LINE + 1),
    "too-nested": "> " * 40 + "x",
    "too-many-invariants": "```yaml invariant\n```\n" * (MAX_INVARIANTS + 1),
}


@pytest.mark.parametrize("code", EXCESS)
def test_excess_is_refused_with_a_hint(code: str) -> None:
    problem = refusal(EXCESS[code])
    assert problem is not None
    assert problem.code == code
    assert problem.hint


@pytest.mark.parametrize("text", ["- " * 40 + "x", "1. " * 40 + "x", "> - " * 20 + "x"])
def test_lists_and_quotes_nest_so_far(text: str) -> None:
    problem = refusal(f"a\n\n{text}")
    assert problem is not None
    assert (problem.code, problem.line) == ("too-nested", 3)


def test_readers_are_told_where_and_what() -> None:
    found = notices("# A\n\nText\u200b <!-- say -->\n\n[//]: # (more)\n\n\u202e\n")
    assert [(one.line, one.code, one.severity) for one in found] == [
        (3, "hidden-character", "warning"),
        (3, "hidden-comment", "warning"),
        (5, "hidden-comment", "warning"),
        (7, "hidden-bidi", "error"),
    ]
    assert "<!-- say -->" in found[1].message
    assert all(one.hint for one in found)


def test_what_is_told_hides_nothing_itself() -> None:
    (comment, _) = notices("<!-- a\u200bb -->")
    assert "\u200b" not in comment.message


def test_a_thousand_places_are_told_in_few() -> None:
    found = notices("a\u200b\n" * 1000)
    assert len(found) == 51
    assert "950 more" in found[-1].message


@pytest.mark.parametrize("path", ["a\u200b.md", "a\u00adb.md", "a\u2060.md", "a\ufe01.md"])
def test_a_path_hides_nothing(path: str) -> None:
    assert refusal_of_path(path) is not None


@pytest.mark.parametrize("path", ["a.md", "می\u200cخواهم.md", "仕様/支払い.md", "ü/ß.md"])
def test_honest_paths_pass(path: str) -> None:
    assert refusal_of_path(path) is None


def test_words_hold_no_control_characters() -> None:
    assert refusal_of_words("Say why\nin two lines.") is None
    assert refusal_of_words("\x1b[31mred") is not None
