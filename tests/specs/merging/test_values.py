"""Merges as values: marked as git does, partly settled, answers fitted in."""

import pytest

from specs.errors import UserError
from specs.merging import merge, resolve

BASE = "# Pay\n\nalpha\n\nomega\n"
OURS = "# Pay\n\nbeta\n\nomega\n"
THEIRS = "# Pay\n\ngamma\n\nomega\n"


def test_marks_are_those_of_git_diff3() -> None:
    assert merge(BASE, OURS, THEIRS).marked("HEAD", "topic", base_label="1f2e", size=9) == (
        "# Pay\n\n<<<<<<<<< HEAD\nbeta\n||||||||| 1f2e\nalpha\n=========\ngamma\n>>>>>>>>> topic\n\nomega\n"
    )


def test_marks_without_the_base() -> None:
    assert merge(BASE, OURS, THEIRS).marked(style="merge") == (
        "# Pay\n\n<<<<<<< ours\nbeta\n=======\ngamma\n>>>>>>> theirs\n\nomega\n"
    )


def test_marks_stand_on_lines_of_their_own_where_the_text_does_not_end_its_last() -> None:
    assert merge("a", "b", "c").marked() == "<<<<<<< ours\nb\n||||||| base\na\n=======\nc\n>>>>>>> theirs\n"


def test_marks_end_as_the_text_does() -> None:
    found = merge("a\r\n", "b\r\n", "c\r\n").marked()
    assert found.count("\r\n") == found.count("\n")


def test_an_answer_takes_the_line_ends_of_the_text_and_ends_its_last_line() -> None:
    found = merge(*(text.replace("\n", "\r\n") for text in (BASE, OURS, THEIRS)))
    assert resolve(found, {0: "beta\ngamma"}).text == "# Pay\r\n\r\nbeta\r\ngamma\r\n\r\nomega\r\n"


def test_an_answer_at_the_end_stays_as_it_was_typed() -> None:
    assert resolve(merge("a", "b", "c"), {0: "d"}).text == "d"


def test_an_open_merge_has_no_text() -> None:
    assert merge(BASE, OURS, THEIRS).text is None
    assert merge(BASE, OURS, THEIRS).side("theirs") == THEIRS


def test_an_unknown_conflict_is_refused() -> None:
    with pytest.raises(UserError, match="no open conflict 3"):
        resolve(merge(BASE, OURS, THEIRS), {0: "", 3: ""})


def test_two_numbers_in_one_place_are_no_answer() -> None:
    base = "A refund takes at most 10 days.\n"
    [asked] = merge(base, base.replace("10", "7"), base.replace("10", "20")).conflicts
    assert [entry.name for entry in asked.suggestions] == ["ours", "theirs"]
    [other] = merge(base, base.replace("most", "best"), base.replace("most", "worst")).conflicts
    assert "combination" in {entry.name for entry in other.suggestions}
