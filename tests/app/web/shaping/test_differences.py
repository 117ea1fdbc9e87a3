from hypothesis import given
from hypothesis import strategies as st

from app.web.shaping.differences import rows_of
from specs.diff import split

TEXTS = st.lists(st.sampled_from(["a", "b", "c d", "", "e"]), max_size=30).map(lambda lines: "\n".join(lines) + "\n")


@given(TEXTS, TEXTS)
def test_every_line_of_both_texts_is_shown_or_counted(before: str, after: str) -> None:
    rows = rows_of(before, after)
    if before == after:
        assert rows == ()
        return
    gaps = sum(row.skipped for row in rows)
    assert sum(row.before is not None for row in rows) + gaps == len(split(before))
    assert sum(row.after is not None for row in rows) + gaps == len(split(after))


@given(TEXTS, TEXTS)
def test_lines_stand_at_their_numbers(before: str, after: str) -> None:
    old, new = split(before), split(after)
    for row in rows_of(before, after):
        for side, lines in ((row.before, old), (row.after, new)):
            if side is not None:
                assert "".join(span.text for span in side.spans) == lines[side.number - 1].rstrip("\n")


def test_a_gap_of_one_line_is_shown_instead() -> None:
    before = "x\n1\n2\n3\n4\n5\n6\n7\ny\n"
    rows = rows_of(before, before.replace("x", "X").replace("y", "Y"))
    assert [row.kind for row in rows] == ["changed", *["same"] * 7, "changed"]


def test_far_lines_become_a_gap() -> None:
    before = "".join(f"{number}\n" for number in range(40))
    rows = rows_of(before, before.replace("20\n", "twenty\n"))
    assert [row.skipped for row in rows if row.kind == "gap"] == [17, 16]
