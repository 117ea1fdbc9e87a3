"""Commands point to the pages that there are."""

from app.cli import _pages
from app.web import addresses


def test_addresses_are_those_of_the_pages() -> None:
    slug, ident, path = "a b/c", "0193-x", "deep/é f.md"
    assert _pages.conflict(slug, ident) == addresses.conflict(slug, ident)
    assert _pages.proposal(slug, ident) == addresses.proposal(slug, ident)
    assert _pages.history(slug, path) == addresses.history(slug, path)
