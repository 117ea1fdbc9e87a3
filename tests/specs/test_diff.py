"""Laws of line differences, and a patch that git takes."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specs.diff import Change, Line, line_diff, matches, split, unified

WORDS = st.sampled_from(["alpha", "beta", "", "  indented", "gamma ray", "alpha beta", "\r", "x\u2028y"])
TEXTS = st.builds(lambda lines, end: "\n".join(lines) + end, st.lists(WORDS, max_size=14), st.sampled_from(["", "\n"]))


def applied(a: str, b: str, changes: tuple[Change, ...]) -> str:
    old, new = split(a), split(b)
    parts: list[str] = []
    at = 1
    for change in changes:
        parts += old[at - 1 : change.a_line - 1]
        parts += new[change.b_line - 1 : change.b_line - 1 + len(change.b)]
        at = change.a_line + len(change.a)
    return "".join(parts + old[at - 1 :])


@given(TEXTS, TEXTS)
def test_changes_lead_from_one_text_to_the_other(a: str, b: str) -> None:
    changes = line_diff(a, b)
    assert applied(a, b, changes) == b
    assert (changes == ()) == (a == b)


@given(TEXTS, TEXTS)
def test_spans_lie_inside_their_lines_in_order(a: str, b: str) -> None:
    for change in line_diff(a, b):
        for line in (*change.a, *change.b):
            ends = [place for span in line.spans for place in span]
            assert ends == sorted(ends)
            assert all(0 <= start < end <= len(line.text) for start, end in line.spans)


@given(TEXTS)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert line_diff(text, text) == ()
    assert unified(text, text) == ""


@given(TEXTS, TEXTS)
def test_pairs_are_equal_and_in_order(a: str, b: str) -> None:
    old, new = split(a), split(b)
    pairs = list(matches(old, new))
    assert all(old[i] == new[j] for i, j in pairs)
    assert pairs == sorted(pairs)
    assert len({i for i, _ in pairs}) == len({j for _, j in pairs}) == len(pairs)


def test_only_the_words_that_differ_are_marked() -> None:
    (change,) = line_diff("same\nThe domain should be pure.\n", "same\nThe domain must be pure.\n")
    assert change == Change(
        2,
        (Line("The domain should be pure.", ((11, 17),)),),
        2,
        (Line("The domain must be pure.", ((11, 15),)),),
    )


def test_neighbouring_words_make_one_span() -> None:
    (change,) = line_diff("keep one two keep it here\n", "keep six nine keep it here\n")
    assert change.a[0].spans == ((5, 12),)


def test_lines_that_have_nothing_in_common_are_not_picked_apart() -> None:
    (change,) = line_diff("entirely other words\n", "nothing alike 42\n")
    assert change.a[0].spans == change.b[0].spans == ()


def test_a_moved_paragraph_is_not_confused_with_its_neighbours() -> None:
    a = "# A\n\none\n\n# B\n\ntwo\n\n# C\n\nthree\n"
    b = "# A\n\none\n\n# C\n\nthree\n\n# B\n\ntwo\n"
    assert applied(a, b, line_diff(a, b)) == b


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("a\n" * 40_000, "b\n" * 40_000),
        ("a\nb\n" * 20_000, "b\na\n" * 20_000),
        ("".join(f"{n}\n" for n in range(30_000)), "".join(f"{n}\n" for n in reversed(range(30_000)))),
        ("x " * 100_000, "y " * 100_000),
        ("\n" * 50_000 + "a", "\n" * 30_000 + "b"),
    ],
    ids=["all new", "shuffled", "reversed", "one long line", "blank"],
)
def test_hostile_texts_end_and_still_lead_over(a: str, b: str) -> None:
    assert applied(a, b, line_diff(a, b)) == b


@given(TEXTS, TEXTS)
def test_unified_text_begins_as_a_patch(a: str, b: str) -> None:
    if a == b:
        return
    text = unified(a, b, "a/f", "b/f")
    assert text.startswith("--- a/f\n+++ b/f\n@@ -")


def test_git_applies_what_unified_writes(tmp_path: Path) -> None:
    a = "".join(f"line {n}\n" for n in range(60)) + "no newline"
    b = a.replace("line 3\n", "").replace("line 30\n", "line thirty\nand one\n").replace("no newline", "newline\n")
    (tmp_path / "f").write_text(a)
    (tmp_path / "p").write_text(unified(a, b, "a/f", "b/f"))
    subprocess.run(["git", "apply", "--unsafe-paths", "p"], cwd=tmp_path, check=True, capture_output=True)
    assert (tmp_path / "f").read_text() == b
