from hypothesis import given
from hypothesis import strategies as st

from specs.admonitions import unfolded
from specs.parser import parse


def test_names_in_notes_are_seen_on_their_lines() -> None:
    note = "!!! note\n\n    Use `settle_up`.\n\n    === 'Tab'\n\n        And `pay_all`.\n\n    code = `no`\n"
    text = f"# A\n\n{note}\nEnd.\n"
    found = [(mention.text, mention.line) for mention in parse(unfolded(text)).mentions]
    assert found == [("settle_up", 5), ("pay_all", 9), ("no", 11)]
    assert parse(text).mentions == ()


def test_code_outside_of_notes_stays_code() -> None:
    text = "A\n\n    `code`\n\n!!! note\n    B\n\nC\n\n    `code`\n"
    assert parse(unfolded(text)).mentions == ()


@given(st.text("!? =\n\ta`#-", max_size=80))
def test_lines_stay_where_they_are(text: str) -> None:
    before, after = text.splitlines(), unfolded(text).splitlines()
    assert [line.strip() for line in before] == [line.strip() for line in after]
