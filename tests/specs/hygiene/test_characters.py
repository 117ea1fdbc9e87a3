"""Honest texts of every script pass; what hides is found, and goes when a text is made visible."""
# ruff: noqa: RUF001 (letters of other scripts are the very thing)

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specs.hygiene.characters import Sort, hidden, visible
from specs.hygiene.reports import refusal
from tests.specs.hygiene.samples import HIDDEN_PAYLOADS, documents


def test_there_are_enough_samples() -> None:
    assert len(documents()) >= 200


@pytest.mark.parametrize(("name", "text"), documents(), ids=lambda value: value[:30])
def test_honest_texts_are_neither_refused_nor_told_of(name: str, text: str) -> None:
    assert refusal(text) is None
    assert hidden(text) == ()
    assert name


@pytest.mark.parametrize("name", HIDDEN_PAYLOADS)
def test_what_hides_is_found(name: str) -> None:
    text = HIDDEN_PAYLOADS[name]
    assert hidden(text)
    plain, gone = visible(text)
    assert gone == len(text) - len(plain)
    assert hidden(plain) == ()


@pytest.mark.parametrize("code", [*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xE0001, 0xE0020, 0xE0041, 0xE007F])
@pytest.mark.parametrize("frame", ["Text {}more.", "{}", "`a{}b`", "# A{}\n", "```\nx {}y\n```\n"])
def test_bidi_controls_and_tags_are_refused_in_any_text_read_from_the_left(code: int, frame: str) -> None:
    problem = refusal(f"# A\n\n{frame.format(chr(code))}")
    assert problem is not None
    assert problem.hint
    assert f"U+{code:04X}" in problem.message


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("שלום \u202eabc\u202c", True),
        ("שלום `a\u2066b\u2069`", True),
        ("```\nשלום \u2066b\u2069\n```", True),
        ("שלום \u2067עולם", False),
        ("שלום \u2069", False),
        ("a\u200eb", False),
    ],
)
def test_overrides_and_controls_in_code_are_refused_in_any_script(text, refused):
    found = hidden(text)
    assert found
    assert all(one.sort is Sort.BIDI for one in found)
    assert any(one.refused for one in found) is refused


@given(st.text(max_size=60))
def test_any_text_is_made_visible_once(text: str) -> None:
    plain, gone = visible(text)
    assert len(plain) == len(text) - gone
    for one in hidden(text):
        assert 0 <= one.start < one.end <= len(text)


@given(st.text(st.characters(codec="ascii", min_codepoint=32), max_size=60))
def test_plain_text_stays(text: str) -> None:
    assert visible(text) == (text.replace("\x7f", ""), text.count("\x7f"))
