"""The weekly letter as the HTML of a mail."""

import re
from html.parser import HTMLParser

from app.letters import html, markdown
from tests.app.letters.samples import full, quiet


class Tags(HTMLParser):
    """Collects the tags of a document and checks that they are closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_document_is_well_formed_and_carries_nothing_active() -> None:
    tags = Tags()
    tags.feed(html(full("<script>alert(1)</script>", '"><img src=x onerror=1>'), "https://holdfast.example/shop"))
    assert not tags.open
    assert not tags.seen & {"script", "img", "svg", "iframe", "link", "style"}


def test_it_gives_the_same_numbers_as_the_text() -> None:
    for letter in (full(), quiet()):
        text, mail = markdown(letter), re.sub(r"<[^>]+>", " ", html(letter))
        assert letter.verdict in text
        assert letter.verdict in mail
        for sign in ("1 more than the week before",) if letter.counts.new else ("All quiet.",):
            assert sign in text
            assert sign in mail


def test_it_stays_below_what_mail_programs_cut() -> None:
    assert len(html(full()).encode()) < 100_000
