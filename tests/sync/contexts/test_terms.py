"""Words of a text as retrieval compares them."""

from hypothesis import given
from hypothesis import strategies as st

from sync.contexts.terms import pairs, stem, words


def test_identifiers_are_read_in_parts() -> None:
    assert words("OrderService.place_order in src/http2/client.py") == [
        *("order", "servic", "plac", "order", "src", "http", "2", "client", "py"),
    ]


def test_inflections_meet() -> None:
    for family in ("refund refunds refunded refunding", "cache caches cached caching", "policy policies"):
        assert len({stem(word) for word in family.split()}) == 1, family


def test_writing_without_blanks_is_read_in_pairs() -> None:
    assert words("支払いは") == ["支払", "払い", "いは"]
    assert words("支払APIの") == ["支払", "の", "api"]


def test_words_of_other_languages_keep_their_letters() -> None:
    assert words("Rückerstattungen müssen") == ["rückerstattungen", "müssen"]


def test_pairs_do_not_reach_over_the_end_of_a_sentence() -> None:
    assert pairs("retry count. Lock file") == ["retri count", "lock file"]


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    assert all(words(text))
    assert len(pairs(text)) <= max(0, len(words(text)))


@given(st.from_regex(r"[a-z]{1,20}", fullmatch=True))
def test_stems_are_never_empty_nor_longer(word: str) -> None:
    assert 1 <= len(stem(word)) <= len(word) + 1
