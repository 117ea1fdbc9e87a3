import pytest

from app.rendering import blocks, clean
from specs.parser import parse


def html(text: str) -> str:
    return "".join(block.html for block in blocks(parse(text)))


def test_blocks_know_their_lines_behind_the_front_matter() -> None:
    found = blocks(parse("---\ntitle: x\n---\n# A\n\ntext\n\n- one\n- two\n\n## B {#bee}\n"))
    assert [(block.line, block.level) for block in found] == [(4, 1), (6, 0), (8, 0), (11, 2)]
    assert 'id="s-bee"' in found[-1].html


def test_links_lead_to_our_own_anchors() -> None:
    assert 'href="#s-bee"' in html("[x](#bee)\n")
    assert 'href="other.md#s-bee"' in html("[x](other.md#bee)\n")
    assert 'href="https://a.example/#bee"' in html("[x](https://a.example/#bee)\n")


def test_images_become_words() -> None:
    assert "<img" not in html("![a & b](http://out.example/x.png)\n")
    assert "[image: a &amp; b]" in html("![a & b](http://out.example/x.png)\n")


def test_an_image_with_a_title_is_shown_as_those_without() -> None:
    name = f"{'a' * 32}.png"
    found = "".join(str(one.html) for one in blocks(parse(f'![a](images/{name} "b")\n'), "/p/images"))
    assert f'<img src="/p/images/{name}" alt="a" loading="lazy">' in found
    assert "[image: a]" in html('![a](http://out.example/x.png "b")\n')


@pytest.mark.parametrize(
    "given",
    [
        "<script>alert(1)</script>",
        '<a href="javascript:alert(1)" onclick="x()">x</a>',
        '<p style="color:red" class="bar">x</p>',
        '<h1 id="keys">x</h1>',
        '<img src="http://out.example/x" alt="a">',
        "<iframe src=//out.example></iframe>",
        '<td class="anything">x</td>',
    ],
)
def test_the_allow_list_trusts_no_renderer(given: str) -> None:
    cleaned = clean(given)
    for word in ("script", "javascript", "onclick", "style", "iframe", "src=", 'id="keys"', "anything", "bar"):
        assert word not in cleaned


def test_reference_links_work_across_blocks() -> None:
    assert 'href="https://a.example/"' in html("See [it][a].\n\nMore.\n\n[a]: https://a.example/\n")


def test_characters_that_cannot_be_seen_are_shown_by_their_numbers() -> None:
    text = "# A\u200b\n\nTag\U000e0041\U000e0042 and `co\u202ede`, می\u200cخواهم.\n"  # noqa: RUF001 (Persian)
    html = "".join(block.html for block in blocks(parse(text)))
    for shown in ("⟦U+200B⟧", "⟦U+E0041, 2 times⟧", "⟦U+202E⟧", "می\u200cخواهم"):  # noqa: RUF001 (Persian)
        assert shown in html
    for hidden in ("\u200b", "\U000e0041", "\u202e"):
        assert hidden not in html
