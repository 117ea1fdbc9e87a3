from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from specs.lines import split_lines, without_end


@given(st.text())
def test_lines_join_to_the_text(text):
    assert "".join(split_lines(text)) == text


def test_only_newlines_and_carriage_returns_end_a_line():
    assert split_lines("a\r\nb\rc\nd\u2028e\x0bf\x85g") == ["a\r\n", "b\r", "c\n", "d\u2028e\x0bf\x85g"]
    assert split_lines("") == []
    assert split_lines("\n\r\n") == ["\n", "\r\n"]
    assert without_end("a \r\n") == "a "


@given(st.lists(st.sampled_from(["a", "\n", "\r", "\r\n", "\u2028", "\x0c", "\x85", " "]), max_size=12).map("".join))
def test_lines_agree_with_the_markdown_parser(text):
    whole = f"{text}x"
    (token,) = MarkdownIt().parse(f"```\n{whole}")
    assert token.content.split("\n") == [without_end(line) for line in split_lines(whole)]
