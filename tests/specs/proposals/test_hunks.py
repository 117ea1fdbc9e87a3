"""Hunks: all of them make the new text, none of them leave the old one, and each keeps its name."""

from hypothesis import given
from hypothesis import strategies as st

from specs.proposals.hunks import apply_hunks, hunks, words_of

BEFORE = "# Pay\n\nA charge is made once.\n\n## Refunds\n\n- Within 30 days.\n- In full.\n"
LINES = st.lists(st.sampled_from(["# A\n", "## B\n", "\n", "- one\n", "- two\n", "text\n", "```\n", "x: 1\n", "end"]))
TEXTS = LINES.map("".join)


def test_equal_texts_have_none() -> None:
    assert hunks(BEFORE, BEFORE) == ()


def test_a_hunk_says_where_it_stands_and_what_stays_beside_it() -> None:
    (hunk,) = hunks(BEFORE, BEFORE.replace("30 days", "14 days"))
    assert (hunk.anchor, hunk.line, hunk.after_line) == ("refunds", 7, 7)
    assert (hunk.removed, hunk.added) == (("- Within 30 days.\n",), ("- Within 14 days.\n",))
    assert (hunk.above, hunk.below) == ("## Refunds", "- In full.")
    old, new = words_of(hunk)
    assert [line.text[start:end] for line in old for start, end in line.spans] == ["30"]
    assert [line.text[start:end] for line in new for start, end in line.spans] == ["14"]


def test_changes_in_one_fence_are_one_hunk() -> None:
    before = "# A\n\n```yaml invariant\nid: a\n\nkind: b\n\nwhy: c\n```\n"
    after = before.replace("id: a", "id: z").replace("why: c", "why: d")
    (hunk,) = hunks(before, after)
    assert hunk.removed == ("id: a\n", "\n", "kind: b\n", "\n", "why: c\n")
    old, new = words_of(hunk)
    assert "".join(line.text + "\n" for line in old) == "".join(hunk.removed)
    assert "".join(line.text + "\n" for line in new) == "".join(hunk.added)


def test_the_id_of_a_hunk_outlives_changes_elsewhere() -> None:
    after = BEFORE.replace("In full.", "In part.")
    (hunk,) = hunks(BEFORE, after)
    elsewhere = ("A charge is made once.", "A charge is made at most once.\n\nIt is logged.")
    (moved,) = hunks(BEFORE.replace(*elsewhere), after.replace(*elsewhere))
    assert moved.id == hunk.id
    assert moved.line == hunk.line + 2


def test_the_id_changes_with_the_line_beside() -> None:
    after = BEFORE.replace("In full.", "In part.")
    beside = ("30 days", "14 days")
    assert hunks(BEFORE, after)[0].id != hunks(BEFORE.replace(*beside), after.replace(*beside))[0].id


def test_equal_hunks_have_names_of_their_own() -> None:
    before = "a\n\nb\n\na\n\nb\n\na\n"
    found = hunks(before, before.replace("b", "c"))
    assert len({hunk.id for hunk in found}) == len(found) == 2


@given(TEXTS, TEXTS)
def test_all_hunks_make_the_new_text_and_none_keep_the_old(before: str, after: str) -> None:
    found = hunks(before, after)
    assert apply_hunks(before, found, {hunk.id for hunk in found}) == after
    assert apply_hunks(before, found, ()) == before
    for hunk in found:
        old, new = words_of(hunk)
        assert [line.text for line in old] == [line.removesuffix("\n") for line in hunk.removed]
        assert [line.text for line in new] == [line.removesuffix("\n") for line in hunk.added]


@given(TEXTS, TEXTS, st.sets(st.integers(0, 20)))
def test_what_is_not_chosen_can_be_chosen_later(before: str, after: str, chosen: set[int]) -> None:
    """No line of either text is lost, whichever hunks are taken first."""
    found = hunks(before, after)
    some = apply_hunks(before, found, {hunk.id for index, hunk in enumerate(found) if index in chosen})
    left = hunks(some, after)
    assert apply_hunks(some, left, {hunk.id for hunk in left}) == after
