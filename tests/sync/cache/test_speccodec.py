"""Parsed specs come back from the cache whole, and nothing else does."""

import dataclasses
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specs.hygiene.examined import Examined
from specs.hygiene.examining import examine
from specs.parser import parse
from sync.cache.speccodec import decode_spec, encode_spec

MATTER = (
    "---\ntitle: A\nstatus: draft\nowners: [x]\ncovers: ['src/**']\ninferred: [a]\nodd: [1, 2.5, {a: true}]\n---\n# A\n"
)
INVARIANT = """```yaml invariant
id: a
kind: layers
layers: [x, y | z]
why: so
severity: warning
except:
  - {what: x -> y, because: old, until: 2027-01-01}
  - {what: q, because: r}
```
"""
OTHERS = "```yaml invariant\nid: [\n```\n\n```yaml policy\nallow: [a]\n```\n| a | b |\n| - | - |\n| `c.d` | 2 |\n"
HIDDEN = "[x](a.md#b) [y](c.md) z\u200bz\n"
PROSE = "No heading.\r\n\r\n# Later\n\nSee `pkg.a` and `b()`.\n"
TEXTS = ["", HIDDEN, PROSE, MATTER, INVARIANT, OTHERS, "# A\n## B\ntext\n## B\n- FR-1 `x`\n\ud800"]
PAGES = sorted(Path(__file__).resolve().parents[1].glob("cases/**/*.md"))


@pytest.mark.parametrize("text", [*TEXTS, *(page.read_text() for page in PAGES[:30])])
def test_a_parsed_spec_comes_back_whole(text):
    document = parse(text)
    assert decode_spec(encode_spec(document, examine(text))) == (document, examine(text))


@given(st.lists(st.sampled_from([*TEXTS, "`", "```", "\n", "# ", "- ", "| ", "---\n"]), max_size=6).map("".join))
def test_whatever_was_parsed_comes_back(text):
    document = parse(text)
    assert decode_spec(encode_spec(document, examine(text))) == (document, examine(text))


def test_every_field_is_kept():
    document = parse(INVARIANT + OTHERS)
    assert document.invariants
    assert document.broken
    assert document.policies
    assert document.mentions
    found = decode_spec(encode_spec(document, Examined()))
    assert found is not None
    assert all(getattr(found[0], one.name) == getattr(document, one.name) for one in dataclasses.fields(document))


def test_other_shapes_are_nothing():
    value = json.loads(encode_spec(parse(INVARIANT), Examined()))
    for place in range(len(value)):
        for wrong in (None, 7, "x", [[1]], {"a": 1}, [["a"] * 12]):
            forged = [*value[:place], wrong, *value[place + 1 :]]
            found = decode_spec(json.dumps(forged).encode())
            assert found is None or (place == 0 and wrong == "x")
    for payload in (b"", b"{", b"[]", b"[" * 100_000, b"null"):
        assert decode_spec(payload) is None
