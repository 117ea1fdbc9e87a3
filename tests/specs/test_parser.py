import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specs.document import BlockKind, BrokenBlock
from specs.lines import split_lines
from specs.parser import parse, render, section_at, statements

EXAMPLE = """\
---
title: Payments
status: active
owners: [payments]
covers: ["src/payments/**"]
---
# Payments

## Layering {#layering}

The domain must be usable from batch jobs, so `payments.domain` never reaches up.

```yaml invariant
id: payments-layers
kind: layers
layers: [payments.api, payments.domain]
why: Batch jobs import the domain.
```

- one
  - two

| a | b |
|---|---|
| c | d |

## Errors
"""


def codes(text):
    return [(problem.code, problem.line) for problem in parse(text).problems]


def kinds(text):
    return [(block.kind.value, block.line) for block in parse(text).blocks]


def test_the_example_of_the_design_is_read_whole():
    document = parse(EXAMPLE)
    assert document.problems == ()
    assert document.title == "Payments"
    assert document.front_matter.covers == ("src/payments/**",)
    assert [section.anchor for section in document.sections] == ["payments", "layering", "errors"]
    (invariant,) = document.invariants
    assert (invariant.id, invariant.kind, invariant.anchor, invariant.line) == (
        "payments-layers",
        "layers",
        "layering",
        13,
    )
    assert invariant.option_lines["layers"] == 16
    assert invariant.text.startswith("```yaml invariant\n")
    assert invariant.text.endswith("```\n")
    (mention,) = document.mentions
    assert (mention.text, mention.anchor) == ("payments.domain", "layering")


def test_blocks_tile_the_text_by_kind():
    assert kinds(EXAMPLE) == [
        ("front_matter", 1),
        ("heading", 7),
        ("blank", 8),
        ("heading", 9),
        ("blank", 10),
        ("paragraph", 11),
        ("blank", 12),
        ("fence", 13),
        ("blank", 19),
        ("list_item", 20),
        ("list_item", 21),
        ("blank", 22),
        ("table_row", 23),
        ("other", 24),
        ("table_row", 25),
        ("blank", 26),
        ("heading", 27),
    ]


def test_what_no_one_authored_as_a_statement_is_other():
    text = "***\n\n<div>\n\n    code\n\n[a]: b\n[c]: d\n\n> q\n>\n> r\n"
    found = [(block.kind, block.line) for block in parse(text).blocks if block.kind is not BlockKind.BLANK]
    assert found == [
        (BlockKind.OTHER, 1),
        (BlockKind.OTHER, 3),
        (BlockKind.OTHER, 5),
        (BlockKind.OTHER, 7),
        (BlockKind.PARAGRAPH, 10),
        (BlockKind.OTHER, 11),
        (BlockKind.PARAGRAPH, 12),
    ]


def test_statements_are_the_authored_blocks():
    assert [block.text for block in statements(parse("# A\n\nb\n***\n- c\n"))] == ["# A\n", "b\n", "- c\n"]


def test_blocks_name_their_section():
    document = parse("intro\n# A\nx\n## B\ny\n# C\n")
    assert [(block.text.strip(), block.anchor) for block in document.blocks] == [
        ("intro", ""),
        ("# A", "a"),
        ("x", "a"),
        ("## B", "b"),
        ("y", "b"),
        ("# C", "c"),
    ]


def test_sections_reach_to_the_next_heading_of_their_level():
    text = "# A\n\none\n\n## B\ntwo\n### C\nthree\n## D\n# E\nlast"
    sections = {section.anchor: section for section in parse(text).sections}
    assert sections["a"].text == text[: text.index("# E")]
    assert sections["a"].body == "\none\n\n"
    assert sections["b"].text == "## B\ntwo\n### C\nthree\n"
    assert (sections["b"].line, sections["b"].end_line, sections["b"].parent) == (5, 8, "a")
    assert sections["c"].parent == "b"
    assert (sections["d"].body, sections["d"].end_line) == ("", 9)
    assert (sections["e"].text, sections["e"].end_line) == ("# E\nlast", 11)


def test_setext_headings_and_marked_up_titles():
    document = parse("The *big*\n`part` [x](y)\n===\n\nsmall {#s}\n---\n")
    assert [(s.title, s.anchor, s.level) for s in document.sections] == [
        ("The big\npart x", "the-bigpart-x", 1),
        ("small", "s", 2),
    ]


def test_the_title_is_the_front_matters_else_the_first_headings():
    assert parse("---\ntitle: T\n---\n# H\n").title == "T"
    assert parse("text\n\n## H `x`\n# G\n").title == "H x"
    assert parse("text").title == ""


def test_sections_are_found_by_any_address_that_is_clear():
    document = parse("# P\n## Refunds\n### Errors\n## Charges\n### Errors\n### Limits\n")
    found = section_at(document, "refunds/errors")
    assert found is not None
    assert found.line == 3
    for address, line in (("limits", 6), ("charges/limits", 6), ("p/charges/errors", 5), ("p", 1)):
        section = section_at(document, address)
        assert section is not None
        assert section.line == line
    for address in ("errors", "refunds/limits", "x", "", "s/limits"):
        assert section_at(document, address) is None


def test_invariants_in_lists_and_quotes_count_and_point_right():
    listed = "- item\n\n  ```yaml invariant\n  id: in-list\n  kind: x\n  why: [\n  ```\n\n"
    text = listed + "> ~~~ yml   invariant\n> id: quoted\n> kind: y\n> ~~~\n"
    document = parse(text)
    assert [(invariant.id, invariant.line) for invariant in document.invariants] == [("quoted", 9)]
    assert document.broken == (BrokenBlock(3, "", ""),)
    ok = parse(text.replace("why: [", "severity: bad"))
    assert [invariant.id for invariant in ok.invariants] == ["in-list", "quoted"]
    assert [(p.line, p.column) for p in ok.problems] == [(6, 3)]


def test_a_block_inside_another_fence_does_not_count():
    document = parse("````markdown\n```yaml invariant\nid: a\nkind: b\n```\n````\n")
    assert document.invariants == document.broken == document.problems == ()


def test_a_commented_block_is_off_and_a_hidden_one_is_told():
    block = "```yaml invariant\nid: a\nkind: b\n```\n"
    assert parse(f"<!--\n{block}-->\n").problems == ()
    assert codes("x\n\n" + "".join(f"    {line}" for line in block.splitlines(keepends=True))) == [("hidden-fence", 3)]
    assert codes(f"<details>\n{block}</details>\n") == [("hidden-fence", 2)]
    assert len(parse(f"<details>\n\n{block}\n</details>\n").invariants) == 1


def test_an_id_given_twice_is_a_problem_of_the_later_block():
    block = "```yaml invariant\nid: a\nkind: b\n```\n"
    document = parse(block + block)
    (problem,) = document.problems
    assert (problem.code, problem.line) == ("duplicate-id", 5)
    assert "line 1" in problem.message
    assert len(document.invariants) == 2


def test_an_unclosed_fence_is_told():
    assert codes("a\n\n```py\nx\n\n# gone\n") == [("unclosed-fence", 3)]
    assert ("unclosed-fence", 1) in codes("```yaml invariant\nid: a\nkind: b\n\n# gone\n")


def test_inferred_sections_must_exist():
    assert codes("---\ninferred: [a, b]\n---\n# A\n") == [("unknown-anchor", 2)]


def test_problems_come_in_the_order_of_the_text():
    text = "---\nstatus: odd\n---\n# A\n## B\n## B\n```yaml invariant\n```\n"
    assert [line for _, line in codes(text)] == sorted(line for _, line in codes(text))


def test_policies_are_kept_as_read():
    (policy,) = parse("# P\n```yaml policy\napprove: {by: [a]}\n```\n").policies
    assert (policy.values, policy.anchor, policy.line) == ({"approve": {"by": ["a"]}}, "p", 2)


def test_documents_travel_between_processes():
    assert pickle.loads(pickle.dumps(parse(EXAMPLE))) == parse(EXAMPLE)


def test_a_byte_order_mark_hides_no_heading():
    document = parse("\ufeff# T\n")
    assert document.title == "T"
    assert render(document) == "\ufeff# T\n"


def hold(text):
    """The laws that hold for any text at all."""
    document = parse(text)
    assert render(document) == text
    line = 1
    for block in document.blocks:
        assert block.text
        assert block.line == line
        line += len(split_lines(block.text))
    assert all(problem.line >= 1 and problem.column >= 1 and problem.hint for problem in document.problems)
    anchors = [section.anchor for section in document.sections]
    assert len(set(anchors)) == len(anchors)
    headings = [block.anchor for block in document.blocks if block.kind is BlockKind.HEADING]
    assert headings == anchors
    for section in document.sections:
        assert section_at(document, section.anchor) is section
        assert section.text in text
        assert section.text.endswith(section.body) or section.body in section.text
        assert not section.parent or section.parent in anchors
    assert parse(text) == document


@given(st.text(alphabet=st.characters()))
def test_any_text_is_given_back(text):
    hold(text)


@given(st.text(alphabet="ab`#-*> |:~=[](){}<!\n\r\t \\\"'&_.1+\x00\x0c\u2028\ud800", max_size=120))
def test_any_text_of_markdowns_own_characters_is_given_back(text):
    hold(text)


FRAGMENTS = [
    *(
        "# A",
        "## A {#a}",
        "## A",
        "### B {#bad one}",
        "text `code`",
        "===",
        "---",
        "***",
        "- item",
        "  - inner",
        "1. one",
    ),
    *(
        "> quote",
        ">",
        "> - x",
        "```",
        "~~~",
        "````",
        "```yaml invariant",
        "```yaml policy",
        "id: a",
        "kind: b",
        "  why: [x",
    ),
    *(
        "| a | b |",
        "|---|---|",
        "| `a\\|b` |",
        "<!--",
        "-->",
        "<details>",
        "</details>",
        "[ref]: url",
        "    code",
        "\tx",
        "",
        "",
    ),
    *(
        "title: T",
        "status: draft",
        "inferred: [a]",
        "   ",
        "\ufeff",
        "- [ ] task",
        "-",
        "- - - a",
        "\u2028",
        "\x00\ud800",
        "{#x}",
    ),
]


@given(
    st.lists(st.tuples(st.sampled_from(FRAGMENTS), st.sampled_from(["\n", "\n", "\r\n", "\r", "\n\n"])), max_size=25)
)
def test_any_assembly_of_markdown_is_given_back(lines):
    hold("".join(line + end for line, end in lines))


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=15))
def test_front_matter_before_anything_is_given_back(lines):
    hold("---\n" + "\n".join(lines))


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\n\n  ", "\n\t"])
def test_the_end_of_the_text_does_not_matter(end):
    for text in ("# A", "- a", "```", "> ", "a\n===", "|a|\n|-|", "---\na: b\n---", "<!--", "    x"):
        hold(text + end)
