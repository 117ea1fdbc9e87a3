"""What a spec must survive: each bad input gives a document and a problem with a hint, and loses nothing."""

import pytest

from specs.document import BlockKind
from specs.parser import parse, render

BLOCK = "```yaml invariant\n{}\n```\n"


def told(text, code):
    document = parse(text)
    assert render(document) == text
    found = [problem for problem in document.problems if problem.code == code]
    assert found
    assert all(problem.hint for problem in found)
    return document


def test_fifty_megabytes_are_refused_unread():
    text = "# Title\n\nword `code` [x](y)\n" * 1_900_000
    assert len(text) > 50_000_000
    document = told(text, "too-large")
    assert [block.kind for block in document.blocks] == [BlockKind.OTHER]
    assert document.sections == ()


def test_a_million_lines_are_refused_unread():
    assert told("\n" * 1_000_000, "too-large").blocks[0].kind is BlockKind.OTHER


@pytest.mark.parametrize("bracket", ["[", "![", "[a](", "> [", "- ["])
def test_a_hundred_thousand_nested_brackets_keep_the_rest_readable(bracket):
    document = told(f"# A `x`\n\n{bracket * 100_000}`lost`\n\n# B `y`\n", "too-nested")
    assert [section.anchor for section in document.sections][:1] == ["a-x"]
    if bracket[0] in "[!":
        assert [section.anchor for section in document.sections] == ["a-x", "b-y"]
        assert [mention.text for mention in document.mentions] == ["x", "y"]


@pytest.mark.parametrize("text", [">" * 100_000, "> " * 50_000 + "x", "- " * 50_000 + "x", "1. " * 30_000 + "x"])
def test_a_hundred_thousand_nested_blocks_are_told(text):
    told(text, "too-nested")


@pytest.mark.parametrize(
    "text",
    [
        "*" * 100_000,
        "x " + "`" * 100_000,
        "`a" * 50_000,
        "<" * 100_000,
        "&" * 100_000,
        "\\" * 100_000,
        "# " + "{#" * 50_000,
        "    " + "\t" * 100_000,
        "|" * 100_000 + "\n" + "|-" * 50_000,
        "- - " * 30_000,
        "{" * 100_000,
    ],
)
def test_other_long_lines_are_given_back(text):
    document = parse(f"{text}\n\n# After\n")
    assert render(document) == f"{text}\n\n# After\n"
    assert document.sections[-1].anchor == "after"


def test_brackets_in_an_invariant():
    document = told(BLOCK.format("id: a\nkind: b\nlayers: " + "[" * 60_000), "too-nested")
    assert len(document.broken) == 1


def test_megabytes_of_yaml_in_many_blocks():
    one = BLOCK.format(f"id: a\nkind: b\nx: {'y' * 60_000}\n")
    document = told(one * 12, "too-large")
    assert document.invariants
    assert document.broken


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("id: a\nkind: layers\nlayers: [a", "yaml-syntax"),
        ("id: a\nkind: layers\nseverity: deadly", "unknown-severity"),
        ("id: a\nkind: layers\nkind: layers", "duplicate-key"),
        ("id: a\nkind: layers\nfrom: *x", "yaml-alias"),
        ("id: a\tb\nkind: layers", "yaml-syntax"),
        ("\tid: a", "yaml-syntax"),
        ("", "missing-id"),
        ("id: \x00", "bad-id"),
        ("id: \ud800", "bad-id"),
    ],
)
def test_a_broken_invariant_is_told_where_it_stands(content, code):
    document = told(f"# A\n\n{BLOCK.format(content)}\nafter `x`\n", code)
    assert all(4 <= problem.line - (problem.line == 3) <= 8 or problem.line == 3 for problem in document.problems)
    assert len(document.mentions) == 1


def test_duplicate_ids_are_told():
    told(BLOCK.format("id: a\nkind: b") * 2, "duplicate-id")


def test_lone_surrogates_and_nul_are_given_back():
    text = "# \ud800 `\udfff`\n\n\x00 `a\x00`\n\n[x](\ud800)\n\n---\n"
    document = parse(text)
    assert render(document) == text
    for mention in document.mentions:
        mention.text.encode()
    for section in document.sections:
        section.anchor.encode()
        section.title.encode()
