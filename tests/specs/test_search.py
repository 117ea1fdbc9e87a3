"""Texts are found by words, by the parts of identifiers, in scripts without blanks; what answers is marked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specs.search import MAX_TERM, MAX_TEXT_TERMS, Query, places, read_query, score, terms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("retryCount", {"retrycount", "retry", "count"}),
        ("retry_count `--max-age`", {"retry", "count", "max", "age"}),
        ("HTTPServer2", {"httpserver2", "http", "server", "2"}),
        ("Zahlungsverzögerung", {"zahlungsverzögerung"}),
        ("支払い処理", {"支払", "払い", "い処", "処理", "理"}),
        ("ﬁle", {"file"}),
        ("--- *** ", set()),
    ],
)
def test_terms(text: str, expected: set[str]) -> None:
    assert set(terms(text)) == expected


def test_a_query_is_words_and_phrases() -> None:
    assert read_query('Retry "at  most" "') == Query(("retry", "at", "most"), ("at most",), ("Retry", "at most"))
    assert read_query("支払い").words == ("支払", "払い")
    assert read_query('-- "" !').empty


@given(st.text())
def test_any_text_is_found_by_its_own_words(text: str) -> None:
    known = terms(text)
    assert all(any(term.startswith(word) for term in known) for word in read_query(text.replace('"', " ")).words)


@given(st.text(), st.text())
def test_marks_lie_in_their_snippet(text: str, query: str) -> None:
    for place in places(text, read_query(query)):
        assert all(0 <= start < end <= len(place.snippet) for start, end in place.marks)
        assert list(place.marks) == sorted(place.marks)


def test_the_lines_that_hold_most_are_shown() -> None:
    text = "# Retry\n\nWe retry.\n\nWe retry at most three times.\n\nAt most.\nretry\nretry\n"
    found = places(text, read_query("retry most"))
    assert [place.line for place in found] == [1, 3, 5]
    assert [found[2].snippet[slice(*mark)] for mark in found[2].marks] == ["retry", "most"]


def test_a_phrase_on_two_lines_is_shown_by_its_words() -> None:
    assert [place.line for place in places("we try at\nmost thrice\n", read_query('"at most"'))] == [1, 2]


def test_a_long_line_is_cut_round_what_was_found() -> None:
    (place,) = places("x " * 5000 + "needle" + " y" * 5000, read_query("needle"))
    assert len(place.snippet) <= 160
    assert [place.snippet[slice(*mark)] for mark in place.marks] == ["needle"]


def test_titles_headings_and_whole_words_answer_better() -> None:
    query = read_query("refund")
    ranked = [("Refunds", "refund"), ("x", "# Refund\n"), ("x", "a refund"), ("x", "prerefunds")]
    values = [score(title, text, query) for title, text in ranked]
    assert values == sorted(values, reverse=True)


def test_terms_are_bounded() -> None:
    assert len(terms(" ".join(f"w{number}" for number in range(MAX_TEXT_TERMS * 2)))) <= MAX_TEXT_TERMS
    assert max(map(len, terms("a" * 5000))) == MAX_TERM
    assert len(read_query("word " * 5000 + " ".join(map(str, range(999)))).words) <= 12
