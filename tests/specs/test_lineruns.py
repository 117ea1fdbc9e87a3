"""Runs of lines: what is put together is what was taken apart, and a run outside the base is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specs.errors import UserError
from specs.lineruns import join, runs

LINES = st.lists(
    st.sampled_from(["a\n", "b\n", "c\r\n", "\n", "# A longer line that is worth a run\n", "x"]), max_size=12
)
TEXTS = LINES.map("".join)


@given(TEXTS, TEXTS)
def test_joined_they_are_the_text(base: str, text: str) -> None:
    found = runs(base, text)
    if found is not None:
        assert join(base, found, 10_000) == text
        assert sum(len(run) for run in found if isinstance(run, str)) < len(text)


def test_one_changed_line_travels_alone() -> None:
    base = "".join(f"Line {number} says something.\n" for number in range(50))
    assert runs(base, base.replace("Line 7 says", "Line 7 tells")) == ((0, 7), "Line 7 tells something.\n", (8, 42))
    assert runs(base, base) == ((0, 50),)
    assert runs(base, "") is None
    assert runs("", base) is None


@pytest.mark.parametrize("given_runs", [((0, 3),), ((-1, 1),), ((1, -1),), ((2, 1),)])
def test_a_run_outside_the_base_is_refused(given_runs: tuple[tuple[int, int], ...]) -> None:
    with pytest.raises(UserError, match="A run copies lines"):
        join("a\nb\n", given_runs, 100)


def test_runs_cannot_stand_for_more_than_a_spec_may_have() -> None:
    with pytest.raises(UserError, match="more text than a spec may have"):
        join("a\nb\n", [(0, 2)] * 1000, 100)
