"""Comments stay with their text: a line is followed through changes of the text round it."""

from hypothesis import given
from hypothesis import strategies as st

from specs.proposals.comments import follow, line_of

TEXT = "# A\n\none\ntwo\n\n# B\n\nthree\n"


def test_a_line_is_quoted_as_it_is() -> None:
    assert [line_of(TEXT, number) for number in (0, 1, 4, 8, 9, -1)] == [None, "# A", "two", "three", None, None]


def test_a_line_moves_with_what_stands_above() -> None:
    assert follow(4, TEXT, "new\n\n" + TEXT) == 6
    assert follow(8, TEXT, "# B\n\nthree\n") == 3


def test_a_section_that_moved_takes_its_comment_along() -> None:
    assert follow(8, TEXT, "# B\n\nthree\n\n# A\n\none\ntwo\n") == 3
    assert follow(4, TEXT, "# B\n\nthree\n\n# A\n\none\ntwo\n") == 8


def test_a_line_that_is_gone_is_nowhere() -> None:
    assert follow(4, TEXT, TEXT.replace("two\n", "")) is None
    assert follow(4, TEXT, TEXT.replace("two\n", "deux\n")) is None
    assert follow(99, TEXT, "x") is None


@given(st.lists(st.sampled_from("abcdef")), st.lists(st.sampled_from("abcdef")), st.integers(1, 12))
def test_a_line_is_followed_to_an_equal_line_or_nowhere(old: list[str], new: list[str], line: int) -> None:
    then, now = "".join(f"{c}\n" for c in old), "".join(f"{c}\n" for c in new)
    found = follow(line, then, now)
    if found is not None and then != now:
        assert line_of(now, found) == line_of(then, line)
