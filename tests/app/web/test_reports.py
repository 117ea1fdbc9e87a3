from app.web.reports import around_trend

LETTER = """# Week

Text.

## Twelve weeks

| week of | new |
| --- | ---: |
| 31 August | 1 |

## Compared

All.
"""


def test_the_picture_stands_above_the_table_of_weeks() -> None:
    before, after = around_trend(LETTER)
    assert "Twelve weeks" in before
    assert "31 August" not in before
    assert "31 August" in after
    assert "Compared" in after


def test_a_letter_without_the_table_is_shown_whole() -> None:
    before, after = around_trend("# Week\n\nAll quiet.\n")
    assert "All quiet." in before
    assert after == ""
