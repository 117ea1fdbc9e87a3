"""Names of tags, and the differences between two named states."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specs.tags import Difference, Tagged, check_tag_name, compare


def item(number: int, path: str, text: str = "t") -> Tagged:
    return Tagged(UUID(int=number), path, path.title(), text * 2, text)


@pytest.mark.parametrize("name", ["v2.3", "release-2.3", "pkg@1.0.0", "2026.11", "a" * 100, "1"])
def test_good_names(name: str) -> None:
    assert check_tag_name(name) is None


@pytest.mark.parametrize("name", ["", ".a", "-a", "a/b", "a b", "a..b", "a.", "a.lock", "ä", "a\n", "a" * 101, "../a"])
def test_bad_names(name: str) -> None:
    problem = check_tag_name(name)
    assert problem is not None
    assert problem.hint


def test_differences_by_path() -> None:
    before = [item(1, "a"), item(2, "b"), item(3, "c"), item(4, "d")]
    after = [item(1, "a"), item(2, "z"), item(3, "c", "u"), item(5, "b")]
    assert [(change.difference, change.before, change.after) for change in compare(before, after)] == [
        (Difference.ADDED, None, after[3]),
        (Difference.CHANGED, before[2], after[2]),
        (Difference.REMOVED, before[3], None),
        (Difference.RENAMED, before[1], after[1]),
    ]


states = st.lists(
    st.builds(item, st.integers(1, 6), st.sampled_from("abcdef"), st.sampled_from("tu")), unique_by=lambda one: one.spec
)


@given(states, states)
def test_the_way_back_is_the_opposite(one: list[Tagged], other: list[Tagged]) -> None:
    assert compare(one, one) == ()
    there = {(change.before, change.after) for change in compare(one, other)}
    assert {(change.after, change.before) for change in compare(other, one)} == there
