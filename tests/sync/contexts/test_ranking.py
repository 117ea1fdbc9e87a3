"""Ranking texts by the words they share with a query."""

from hypothesis import given
from hypothesis import strategies as st

from sync.contexts.ranking import Lexicon, standardise, words

TEXTS = st.lists(st.text(max_size=80), min_size=1, max_size=8)


def test_identifiers_are_found_whole_and_in_parts() -> None:
    assert words("OrderService.place_order in src/http2/client.py") == [
        *("orderservice", "order", "service", "place", "order", "src", "http2", "http", "2", "client", "py"),
    ]


def test_writing_without_spaces_is_read_in_pairs() -> None:
    assert words("支払いは") == ["支払", "払い", "いは"]


def test_plurals_meet_their_singular() -> None:
    assert words("Invariants govern classes") == ["invariant", "govern", "classe"]
    assert words("class") == ["class"]


def test_a_rare_word_weighs_more_than_a_common_one() -> None:
    lexicon = Lexicon.of(["save revision head", "save draft", "save settings", "save lease"])
    scores = lexicon.scores("save the lease")
    assert scores.index(max(scores)) == 3
    assert min(scores) > 0


def test_a_query_of_unknown_words_scores_nothing() -> None:
    assert Lexicon.of(["one", "two"]).scores("three") == [0.0, 0.0]


@given(TEXTS, st.text(max_size=40))
def test_scores_are_cosines_one_for_each_text(texts: list[str], query: str) -> None:
    scores = Lexicon.of(texts).scores(query)
    assert len(scores) == len(texts)
    assert all(-1e-9 <= score <= 1 + 1e-9 for score in scores)


@given(st.lists(st.floats(-1e6, 1e6), max_size=20))
def test_standard_scores_are_centred(scores: list[float]) -> None:
    result = standardise(scores)
    assert len(result) == len(scores)
    assert abs(sum(result)) < 1e-3
