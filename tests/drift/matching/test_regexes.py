"""Users' patterns: what both engines say is what Python's own engine says, and nothing hangs."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drift.matching.regexes import Regex, compiled

PATTERNS = [
    r"^src/(?!foo/)[^/]+",
    r"^(?!.*\.spec\.).*\.ts$",
    r"(?<!a)b(?=c|d)",
    r"(?:(a|b)+)c(?!d)",
    r"(a{2,3}?)(?!a)",
    r"^(([^/]+)/)*?(?!q)z",
    r"\bfoo\b(?!x)",
    r"(?<=src/(a|b)/)c",
    r"^packages/([^/]+)/",
    r"^src/(a|b)?/([^/]+)",
    r"[\w.-]+\.(?:spec|test)\.[jt]sx?$",
]
TEXTS = st.lists(st.sampled_from([*"abcdqxyz/", "src/", "foo", ".spec", ".test", ".ts", "packages/"]), max_size=8)


def groups(pattern: str, text: str) -> tuple[str | None, ...] | None:
    found = compiled(pattern)
    assert isinstance(found, Regex), found
    return found.groups(text)


@given(st.sampled_from(PATTERNS), TEXTS)
def test_a_match_is_the_one_of_a_backtracking_engine(pattern: str, parts: list[str]) -> None:
    text = "".join(parts)
    found = re.search(pattern, text) if "(?<=" not in pattern else None
    if "(?<=" in pattern:
        assert (groups(pattern, text) is not None) == bool(re.search(r"src/[ab]/c", text))
    else:
        assert groups(pattern, text) == ((found[0], *found.groups()) if found else None)


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        (r"a\/b", "a/b", "a/b"),
        (r"^[^]$", "\n", "\n"),
        (r"\u0041\u{42}", "AB", "AB"),
        (r"\y\_\-", "y_-", "y_-"),
        (r"(?<first>a)(?!c)", "ab", "a"),
    ],
)
def test_forms_that_only_javascript_knows(pattern: str, text: str, expected: str) -> None:
    found = groups(pattern, text)
    assert found is not None
    assert found[0] == expected


@pytest.mark.parametrize("pattern", [r"(a)\1", "(", "a(?!", r"(?!(a)\1)", "x" * 30_000, "(?!(?i:a))", "(?!a{20000})"])
def test_what_cannot_be_matched_safely_is_refused_with_a_reason(pattern: str) -> None:
    assert isinstance(compiled(pattern), str)


@pytest.mark.parametrize("pattern", [r"^(x+x+)+y$", r"^(?!(x+x+)+y)x*$", r"(?<!(x+)+y)z"])
def test_patterns_that_make_others_hang_are_answered_at_once(pattern: str) -> None:
    assert compiled(pattern) is compiled(pattern)
    groups(pattern, "x" * 300)
