"""Parts of ours in files that people own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specs.errors import UserError
from sync.rules.regions import BEGIN, END, harmless, marked, with_region

REGION = marked("what is asked\n", "holdfast export agents-md")
OTHER = marked("something else\n", "holdfast export agents-md")
WORDS = st.text(st.sampled_from("ab \n-#"), max_size=40)


@given(WORDS, WORDS)
def test_nothing_outside_the_marks_is_touched(before, after):
    text = before + REGION + after
    assert with_region(text, "AGENTS.md", OTHER) == before + OTHER + after
    assert with_region(text, "AGENTS.md", REGION) == text


@given(WORDS)
def test_a_region_is_set_behind_what_is_there(text):
    made = with_region(text, "AGENTS.md", REGION, "# Title\n")
    assert made.endswith(REGION)
    assert made.startswith(text if text.strip() else "# Title\n")
    assert with_region(made, "AGENTS.md", REGION) == made


def test_line_ends_are_as_the_file_has_them():
    made = with_region("# Mine\r\n", "AGENTS.md", REGION)
    assert "\n" not in made.replace("\r\n", "")
    assert with_region(made, "AGENTS.md", REGION) == made


def test_no_spec_can_end_a_region():
    made = marked(f"x\n{END}\n{BEGIN} y -->\n", "c")
    assert made.count(END) == 1
    assert made.count(BEGIN) == 1
    assert harmless("<!-- other -->") == "<!-- other -->"


@pytest.mark.parametrize("text", [BEGIN, END, f"{END}{BEGIN}", REGION + REGION])
def test_marks_that_do_not_match_are_refused(text):
    with pytest.raises(UserError) as refused:
        with_region(text, "AGENTS.md", REGION)
    assert refused.value.hint
