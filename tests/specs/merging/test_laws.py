"""Laws of every merge, for any three texts."""

from hypothesis import example, given
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
@example("\r\nalpha beta", "\nx\r\nalpha beta", "alpha beta")
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


BLOCKS = st.sampled_from(
    [
        "## A section",
        "A paragraph of {n} words.",
        "- item {n}\n- item two",
        "```py\nx = {n}\ny = 2\n```",
        "~~~\nraw {n}\n~~~",
        "    ```sh\n    run {n}\n    ```",
        "| a | b |\n| - | - |\n| {n} | 2 |",
    ]
)
DOCUMENTS = st.lists(st.builds(lambda block, n: block.format(n=n), BLOCKS, st.integers(1, 5)), max_size=7).map(
    lambda blocks: "".join(f"{block}\n\n" for block in blocks)
)


def fences(text: str) -> int:
    return sum(line.lstrip().startswith(("```", "~~~")) for line in text.splitlines())


@given(DOCUMENTS, DOCUMENTS, DOCUMENTS)
def test_fences_that_both_sides_close_stay_closed(base: str, ours: str, theirs: str) -> None:
    text = merge(base, ours, theirs).text
    assert text is None or fences(text) % 2 == 0


@given(st.permutations(range(6)), st.lists(st.sampled_from(["word", "drop", "add"]), min_size=3, max_size=3))
def test_the_order_of_unrelated_edits_changes_nothing(places: list[int], acts: list[str]) -> None:
    def told(edits: dict[int, str]) -> str:
        parts = []
        for place in range(6):
            act = edits.get(place)
            body = (
                ""
                if act == "drop"
                else f"Words of part {'abcdef'[place]} {'as told' if act == 'word' else 'alone'}.\n\n"
            )
            more = f"And more on {'abcdef'[place]}.\n\n" if act == "add" else ""
            parts.append(f"## Part {'abcdef'[place]}\n\nWhat stays in {'uvwxyz'[place]}.\n\n{body}{more}")
        return "".join(parts)

    base = told({})
    one, two, three = (told({place: act}) for place, act in zip(places, acts, strict=False))
    expected = told(dict(zip(places, acts, strict=False)))
    for first, second, last in ((one, two, three), (three, one, two), (two, three, one)):
        assert merge(base, merge(base, first, second).text or "", last).text == expected
        assert merge(base, last, merge(base, second, first).text or "").text == expected
