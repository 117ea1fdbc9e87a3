"""Laws of every merge, for any three texts."""

from hypothesis import given
from hypothesis import strategies as st

from specs.merging import Conflict, Merge, Resolved, from_json, merge, resolve, to_json

LINES = st.sampled_from(["alpha beta", "gamma must hold", "", "- one", "# Head", "```", "| a | b |", "x\r", "1. two"])
TEXTS = st.builds(
    lambda mark, lines, end, closed: mark + end.join(lines) + (end if closed and lines else ""),
    st.sampled_from(["", "", "", "\ufeff"]),
    st.lists(LINES, max_size=8),
    st.sampled_from(["\n", "\n", "\r\n"]),
    st.booleans(),
)


@given(TEXTS, TEXTS)
def test_a_side_that_changed_nothing_gives_way(base: str, other: str) -> None:
    assert merge(base, other, base).text == other
    assert merge(base, base, other).text == other


@given(TEXTS, TEXTS)
def test_the_same_change_counts_once(base: str, other: str) -> None:
    assert merge(base, other, other).text == other


def mirrored(merge: Merge) -> list[object]:
    return [
        piece.text if isinstance(piece, Resolved) else (piece.base, piece.theirs, piece.ours, piece.reason, piece.line)
        for piece in merge.pieces
    ]


def told(merge: Merge) -> list[object]:
    return [
        piece.text if isinstance(piece, Resolved) else (piece.base, piece.ours, piece.theirs, piece.reason, piece.line)
        for piece in merge.pieces
    ]


@given(TEXTS, TEXTS, TEXTS)
def test_swapped_sides_give_the_mirrored_merge(base: str, ours: str, theirs: str) -> None:
    assert mirrored(merge(base, ours, theirs)) == told(merge(base, theirs, ours))


@given(TEXTS, TEXTS, TEXTS)
def test_a_merge_outlives_being_stored(base: str, ours: str, theirs: str) -> None:
    found = merge(base, ours, theirs)
    assert from_json(to_json(found)) == found


@given(TEXTS, TEXTS, TEXTS)
def test_conflicts_are_settled_one_after_the_other(base: str, ours: str, theirs: str) -> None:
    found = merge(base, ours, theirs)
    assert [conflict.index for conflict in found.conflicts] == list(range(len(found.conflicts)))
    at_once = resolve(found, {conflict.index: conflict.ours for conflict in found.conflicts})
    by_and_by = found
    for conflict in reversed(found.conflicts):
        by_and_by = resolve(by_and_by, {conflict.index: conflict.ours})
    assert at_once.clean
    assert at_once.text == by_and_by.text
    assert all(isinstance(piece, Conflict | Resolved) for piece in found.pieces)
