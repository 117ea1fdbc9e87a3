"""How a task is cut for the model."""

from hypothesis import given
from hypothesis import strategies as st

from sync.contexts.meaning import MOST_PARTS, PART, parts, title_of


@given(st.text(max_size=4000))
def test_parts_are_short_and_in_order(task: str) -> None:
    found = parts(task)
    assert all(0 < len(one) <= PART for one in found)
    assert len(found) <= MOST_PARTS
    at = 0
    for one in found:
        at = task.index(one, at) + len(one)


def test_parts_end_where_lines_or_words_end() -> None:
    assert parts(("word " * 300).strip())[0].endswith("word")
    assert [len(one) for one in parts("a" * 500 + "\n" + "b" * 500)] == [500, 500]
    assert parts("  ") == []


def test_the_title_is_the_first_line() -> None:
    assert title_of("\nFix it\n\nBecause.") == "Fix it"
