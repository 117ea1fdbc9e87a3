"""Patterns as code and expressions by line: what they find, and that nothing a person writes brings the reader down."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drift.patterns import LANGUAGES, MOST_MATCHES, Source, check_pattern, language_of


def found(path: str, source: str, pattern: str) -> list[tuple[int, int, str]]:
    return Source(source.encode(), language_of(path)).pattern(pattern)


@pytest.mark.parametrize(
    ("path", "source", "pattern"),
    [
        ("a.py", "x = foo(1, 2)", "foo($$$A)"),
        ("a.pyi", "x = foo(1)", "foo($A)"),
        ("a.ts", "const x: number = foo(1);", "foo($A)"),
        ("a.tsx", "const x = <A>{foo(1)}</A>;", "foo($A)"),
        ("a.mjs", "foo(1)", "foo($A)"),
        ("a.go", "package a\nfunc f() { foo(1) }", "foo($A)"),
        ("a.rs", "fn f() { foo(1); }", "foo($A)"),
        ("a.java", "class A { void f() { foo(1); } }", "foo($A)"),
        ("a.kt", "fun f() { foo(1) }", "foo($A)"),
        ("a.cs", "class A { void F() { foo(1); } }", "foo($A)"),
        ("a.rb", "foo(1)", "foo($A)"),
        ("a.php", "<?php foo(1);", "foo($A)"),
        ("a.cpp", "void f() { foo(1); }", "foo($A)"),
        ("a.sh", "foo 1", "foo $A"),
        ("a.lua", "foo(1)", "foo($A)"),
        ("a.swift", "foo(1)", "foo($A)"),
        ("a.scala", "object A { foo(1) }", "foo($A)"),
    ],
)
def test_each_language(path: str, source: str, pattern: str) -> None:
    assert len(found(path, source, pattern)) == 1


def test_places_are_counted_in_characters_from_one() -> None:
    assert found("a.py", "é = 1; foo(2)\nfoo(\n  3)", "foo($A)") == [(1, 8, "foo(2)"), (2, 1, "foo(…")]
    assert Source("aé\n  éb TODO".encode(), "").regex("TODO") == [(2, 6, "TODO")]


def test_a_file_has_at_most_so_many() -> None:
    assert len(found("a.py", "foo(1)\n" * (MOST_MATCHES + 5), "foo($A)")) == MOST_MATCHES


@pytest.mark.parametrize(
    ("pattern", "reason"), [("a; b", "Multiple"), ("", "empty"), ("x" * 5000, "longer"), ("a\0", "NUL")]
)
def test_what_is_no_pattern_comes_with_a_reason(pattern: str, reason: str) -> None:
    said, whole = check_pattern("python", pattern)
    assert reason in said
    assert "\n" not in said
    assert not whole


def test_an_unknown_language_is_told_and_never_reaches_the_engine() -> None:
    assert check_pattern("sql", "select") == ("there is no language 'sql'", False)
    assert language_of("a.sql") == language_of("Makefile") == ""


def test_a_torn_pattern_is_no_code() -> None:
    assert check_pattern("python", "def $F(") == ("", False)
    assert check_pattern("python", "def $F($$$): $$$") == ("", True)


@settings(max_examples=150, deadline=None)
@given(language=st.sampled_from(sorted(LANGUAGES)), pattern=st.text("$AB_()[]{};:.,=+-*/<>\"' \nab1é\\", max_size=20))
def test_any_text_is_a_pattern_or_none(language: str, pattern: str) -> None:
    reason, _ = check_pattern(language, pattern)
    if not reason:
        Source(b"ab(1)\n", language).pattern(pattern)


@settings(max_examples=60, deadline=None)
@given(source=st.binary(max_size=60), language=st.sampled_from(sorted(LANGUAGES)))
def test_any_bytes_are_searched(source: bytes, language: str) -> None:
    Source(source, language).pattern("$A")
    assert all(line >= 1 and column >= 1 for line, column, _ in Source(source, language).regex("."))


@pytest.mark.parametrize("expression", ["^b$", "b(?!a)", "(?i)B", "^"])
def test_the_sieve_over_the_whole_text_loses_nothing(expression: str) -> None:
    assert Source(b"a\nb\nc", "").regex(expression)
