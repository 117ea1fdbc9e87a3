"""The weekly letter as the HTML of a mail."""

from dataclasses import replace

from app.letters.html import html
from app.letters.links import Links
from app.letters.outline import outline
from sync.weekly.letter import Letter
from tests.app.letters.mailclients import check_mail
from tests.app.letters.samples import HOSTILE, full, quiet

LINKS = Links("https://holdfast.example", "shop")


def mail(letter: Letter) -> str:
    return html(outline(letter, LINKS), {"trend", "edges"})


def test_mail_programs_show_all_of_it() -> None:
    for letter in (full(), quiet()):
        found = check_mail(mail(letter))
        assert found.problems == []
    assert check_mail(mail(full())).pictures == ["cid:trend", "cid:edges"]


def test_the_checker_finds_what_programs_do_not_show() -> None:
    bad = '<p style="display:flex;color:red"><svg></svg><img src="https://x/a.png"><script>1</script><a href="#a">x</p>'
    problems = " ".join(check_mail(bad).problems)
    for sign in ("flex", "<svg>", "outside picture", "<script>", "link #a", "without a text", "dark", "stays open"):
        assert sign in problems


def test_texts_from_elsewhere_are_only_text() -> None:
    for text in HOSTILE:
        found = check_mail(mail(full(text, text, text)))
        assert found.problems == [], text
        assert all(one.startswith("https://holdfast.example/p/shop/") for one in found.links)


def test_a_long_letter_is_not_cut() -> None:
    letter = full("`shop.domain.payments.charging` imports `shop.web.pages.checkout`. " * 3, "src/shop/" + "deep/" * 20)
    crowded = replace(
        letter,
        new=letter.new * 10,
        regressed=letter.regressed * 10,
        worsened=letter.worsened * 10,
        resolved=letter.resolved * 10,
        by_spec=letter.by_spec * 50,
        by_owner=letter.by_owner * 50,
        hot_spots=letter.hot_spots * 5,
        edges=letter.edges * 4,
    )
    assert check_mail(mail(crowded)).problems == []


def test_pictures_that_a_mail_does_not_carry_are_left_out() -> None:
    assert "<img" not in html(outline(full(), LINKS))
    assert "href" not in html(outline(full(), Links(None, "shop")))
