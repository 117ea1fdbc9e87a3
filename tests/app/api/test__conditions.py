"""Conditions and negotiation as RFC 9110 has them."""

import pytest

from app.api._conditions import JSON, MARKDOWN, matches, preferred

BOTH = (JSON, MARKDOWN)


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        ("", JSON),
        ("*/*", JSON),
        ("text/markdown", MARKDOWN),
        ("text/*", MARKDOWN),
        ("application/json;q=0.5, text/markdown", MARKDOWN),
        ("text/markdown;q=0.5, application/json", JSON),
        ("text/markdown;q=0, */*", JSON),
        ("TEXT/Markdown; charset=utf-8", MARKDOWN),
        ("text/html, application/xhtml+xml, */*;q=0.8", JSON),
        ("image/png", None),
        ("*/*;q=0", None),
        ("text/markdown;q=nonsense", None),
        (",,;", JSON),
    ],
)
def test_the_best_offer_is_chosen(accept: str, wanted: str | None) -> None:
    assert preferred(accept, BOTH) == wanted


@pytest.mark.parametrize(
    ("given", "same"),
    [('"a"', True), ('W/"a"', True), ('"b", "a"', True), ("*", True), ('"b"', False), ("a", False), ("", False)],
)
def test_a_tag_the_caller_has(given: str, *, same: bool) -> None:
    assert matches({"if-none-match": given}, '"a"') is same
