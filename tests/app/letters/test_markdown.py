"""The weekly letter as Markdown."""

import re

from app.letters.links import Links
from app.letters.markdown import markdown, plain
from app.letters.outline import outline
from app.rendering import blocks
from specs.parser import parse
from sync.weekly.letter import Letter
from tests.app.letters.samples import HOSTILE, full, quiet

NOWHERE = Links(None, "shop")
LINKS = Links("https://holdfast.example", "shop")


def written(letter: Letter, links: Links = NOWHERE) -> str:
    return markdown(outline(letter, links))


def shown_of(text: str) -> str:
    return "".join(str(block.html) for block in blocks(parse(text)))


def test_numbers_stand_with_their_change() -> None:
    text = written(full())
    assert "- **41** new, 30 (272%) more than the week before" in text
    assert "- **37** resolved, as the week before" in text
    assert "; 50 (1666%) more than the 3 of twelve weeks ago; 10.6 for each of 5 invariants" in text


def test_what_is_cut_is_counted_whole() -> None:
    text = written(full())
    assert "9 let pass by a person" in text
    assert "3 stand, 7 end within two weeks" in text
    assert "| for each 1,000 of 41,000 lines of code | 1 | 0.9 | 0.71 | 0.56 | 0.46 | 1.29 |" in text
    assert "Of 8 findings that people decided on, 2 (25%) were waived instead of mended." in text


def test_findings_and_numbers_link_to_their_pages() -> None:
    text = written(full(), LINKS)
    assert "](<https://holdfast.example/p/shop/drift/abcd000000000000?repository=shop>)" in text
    assert "**[41](<https://holdfast.example/p/shop/reports/findings?count=new&since=2026-11-09T00%3A00%3A00Z" in text


def test_a_quiet_week_is_five_lines() -> None:
    text = written(quiet(), LINKS)
    assert "All quiet." in text
    assert len([line for line in text.splitlines() if line]) == 5


def test_names_in_a_message_stay_code_and_underscores_stay_bare() -> None:
    text = written(full("`shop.domain` imports shop_web.core_types and *more* than _that_."))
    assert "`shop.domain` imports shop_web.core_types and \\*more\\* than \\_that\\_." in text


def test_texts_from_elsewhere_cannot_become_markup() -> None:
    usual = re.findall(r"<(\w+)", shown_of(written(full(), LINKS)))
    for text in HOSTILE:
        shown = shown_of(written(full(text, text, text), LINKS))
        assert "<script" not in shown
        assert "<img" not in shown
        assert set(re.findall(r"<(\w+)", shown)) <= set(usual), text
        assert all(
            one.startswith("https://holdfast.example/p/shop/") for one in re.findall(r'href="([^"]+)"', shown)
        ), text
    assert plain("1. a\n# b") == "1\\. a \\# b"
