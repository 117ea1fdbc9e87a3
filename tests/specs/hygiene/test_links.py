"""Links between specs: found where they are links, judged by what is there, and rewritten when a spec moves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specs.hygiene.leads import Target, broken
from specs.hygiene.links import followed, links_of

TEXT = """---
title: "[no](a.md)"
---
# A

See [b](b.md), [c](../c.md#top "Title"), ![d](img.png), [web](https://x.org/y.md), [code `](x.md)` and `[no](n.md)`.
[here](#a) and [angle](<with space.md>) and \\[no](e.md) and [esc\\](f.md).

- [item](sub/d.md)
- [ref]

| [cell](cell.md) |
| --- |

```
[no](fence.md)
```

[ref]: ref.md#part
[out]: ../../out.md
[mail]: mailto:x@y.z
"""


def test_links_are_found_where_they_are_links() -> None:
    found = [(link.path, link.anchor, link.line) for link in links_of(TEXT, "docs/a.md")]
    assert ("docs/b.md", "", 6) in found
    assert ("c.md", "top", 6) in found
    assert ("", "a", 7) in found
    assert ("docs/sub/d.md", "", 9) in found
    assert ("docs/cell.md", "", 12) in found
    assert ("docs/ref.md", "part", 19) in found
    paths = {path for path, _, _ in found}
    assert not paths & {"docs/n.md", "docs/fence.md", "docs/img.png", "out.md"}
    for link in links_of(TEXT, "docs/a.md"):
        assert TEXT[link.start : link.end]


def sections(*names: str) -> Target:
    return Target("a.md", lambda name: name in names)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("[x](b.md)", []),
        ("[x](b.md#one)", []),
        ("[x](#own)", []),
        ("[x](none.md)", ["broken-link"]),
        ("[x](b.md#two)", ["broken-anchor"]),
        ("[x](#two)", ["broken-anchor"]),
        ("[x](old.md)", ["moved-link"]),
        ("[x]\n\n[x]: none.md", ["broken-link"]),
    ],
)
def test_what_leads_nowhere_is_told(text: str, codes: list[str]) -> None:
    targets = {"b.md": Target("b.md", lambda name: name == "one"), "old.md": Target("b.md", lambda _: True)}
    found = broken(links_of(text, "a.md"), targets, sections("own"))
    assert [one.code for one in found] == codes
    assert all(one.hint and one.severity == "warning" for one in found)


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("a.md", "[x](b.md#p) `[x](b.md)`", "[x](new/c.md#p) `[x](b.md)`"),
        ("docs/a.md", "[x](../b.md 'T')", "[x](../new/c.md 'T')"),
        ("a.md", "[x](./other.md)", "[x](./other.md)"),
        ("a.md", "[x]\n\n[x]: b.md", "[x]\n\n[x]: new/c.md"),
        ("new/c.md", "[x](a.md) [me](#s) [self](b.md)", "[x](../a.md) [me](#s) [self](c.md)"),
    ],
)
def test_links_follow(path: str, text: str, expected: str) -> None:
    assert followed(text, path, "b.md", "new/c.md") == expected


@given(st.text(alphabet="[]()<>`#\\ab./:\n- |", max_size=60))
def test_any_text_is_looked_through(text: str) -> None:
    for link in links_of(text, "a/b.md"):
        assert 0 <= link.start < link.end <= len(text)
    followed(text, "a/b.md", "a/b.md", "c/d.md")
