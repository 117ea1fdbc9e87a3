from app.rendering import blocks
from app.web.shaping.reading import outline_of, panel_of, pieces_of, sentence_before, worst
from app.web.shaping.rules import in_words, layers_of
from specs.parser import parse
from tests.app.web.drift_samples import LINE

TEXT = """---
inferred: [time]
---
# Title

Opening.

## Layering

The domain stands below.

```yaml invariant
id: layers
kind: layers
layers: [a.api, [a.one, a.two], a.domain]
why: Because.
except:
  - what: a.types
    because: values only
    until: 2027-03-01
```

## Time

Later words.

```yaml invariant
id: broken yaml: [
```
"""


def test_facts_stand_beside_the_block_they_are_about() -> None:
    document = parse(TEXT)
    panels = {block.line: panel_of(block) for block in document.invariants}
    pieces = pieces_of(document, blocks(document), panels, {12: [LINE], 25: [LINE]})
    by_line = {piece.line: piece for piece in pieces}
    assert by_line[12].panel is not None
    assert by_line[12].findings == (LINE,)
    assert by_line[25].findings == (LINE,)
    assert by_line[23].inferred
    assert not by_line[8].inferred
    assert any(piece.problems for piece in pieces)


def test_an_invariant_is_shown_in_words_with_its_source_without_the_fence() -> None:
    (block, *_) = parse(TEXT).invariants
    panel = panel_of(block)
    assert panel.yaml.startswith("id: layers\n")
    assert "```" not in panel.yaml
    assert panel.verdict == "none"
    assert panel.exceptions == ("a.types: values only, until 2027-03-01",)
    assert layers_of(block) == ("a.api", "a.one, a.two", "a.domain")
    assert "No layer imports one above it" in in_words(block)


def test_names_in_rules_are_escaped() -> None:
    text = "# A\n\n```yaml invariant\nid: x\nkind: only\ntarget: '<i>'\nby: ['<b>']\n```\n"
    assert in_words(parse(text).invariants[0]) == (
        "<code>&lt;i&gt;</code> is imported by none but <code>&lt;b&gt;</code>."
    )


def test_odd_options_and_unknown_kinds_never_raise() -> None:
    for options in ("layers: 3", "layers: {a: b}", "layers: null", "kind: nothing"):
        text = f"# A\n\n```yaml invariant\nid: x\nkind: layers\n{options}\n```\n"
        for block in parse(text).invariants:
            panel_of(block)


def test_the_worst_verdict_of_several_repositories_counts() -> None:
    assert worst(["kept", "broken", "unmatched"]) == "broken"
    assert worst(["kept", "unmatched"]) == "unmatched"
    assert worst([]) == "none"


def test_the_outline_leaves_out_the_title_and_marks_what_is_broken() -> None:
    outline = outline_of(parse(TEXT), frozenset({"layering"}))
    assert [(item.title, item.verdict) for item in outline] == [("Layering", "broken"), ("Time", "")]


def test_the_sentence_before_an_invariant_is_found_under_its_heading_only() -> None:
    assert "The domain stands below" in sentence_before(TEXT, 12)
    assert "Opening" in sentence_before(TEXT, 8)
    assert sentence_before(TEXT, 10) == ""
