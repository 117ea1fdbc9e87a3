"""Passages kept ready to be ranked: what a shelf says depends on what is on it, not on how it came to be."""

import json

from hypothesis import given
from hypothesis import strategies as st

from specs.parser import parse
from sync.contexts import shelf as module
from sync.contexts.ranking import rank
from sync.contexts.shelf import Asked, Shelf, keys
from sync.contexts.ties import Area

WORDS = st.sampled_from(["refund", "ledger", "invoice", "client", "payments", "index", "cache", "expire", "must"])
TEXTS = st.lists(st.lists(WORDS, min_size=1, max_size=8).map(" ".join), min_size=1, max_size=4)
STEPS = st.lists(st.tuples(st.sampled_from(["a.md", "b.md", "c.md"]), st.one_of(st.none(), TEXTS)), max_size=12)


def spec(texts: list[str]) -> str:
    return "# Spec\n\n" + "\n".join(f"## Part {number}\n\n{text}\n" for number, text in enumerate(texts))


def order(shelf: Shelf, task: str) -> list[tuple[str, str, float]]:
    found = rank(shelf, Asked.of(task), Area())
    units = [(shelf.volume(row.row).path, shelf.units[row.row], round(row.score, 5)) for row in found]
    return [(path, unit.anchor, score) for path, unit, score in units if unit]


@given(STEPS, st.lists(WORDS, min_size=1, max_size=5).map(" ".join))
def test_a_shelf_that_changed_says_what_a_fresh_one_says(steps, task) -> None:
    old = module.LEAST_GAPS
    module.LEAST_GAPS = 2
    try:
        shelf = Shelf()
        left = {}
        for path, texts in steps:
            if texts is None:
                shelf.drop(path)
                left.pop(path, None)
            else:
                left[path] = spec(texts)
                shelf.put(path, "r", parse(left[path]))
    finally:
        module.LEAST_GAPS = old
    fresh = Shelf()
    for path, text in sorted(left.items()):
        fresh.put(path, "r", parse(text))
    assert shelf.alive == fresh.alive
    assert order(shelf, task) == order(fresh, task)


def test_a_rare_word_weighs_more_than_a_common_one() -> None:
    shelf = Shelf()
    shelf.put("a.md", "r", parse(spec(["save revision head", "save draft", "save settings", "save lease"])))
    found = order(shelf, "save the lease")
    assert found[0][1] == "part-3"
    assert len(found) == 4


def test_retired_specs_have_no_passages_but_are_known() -> None:
    shelf = Shelf()
    shelf.put("old.md", "r1", parse("---\nstatus: retired\n---\n# Old\n\nGone.\n"))
    assert shelf.alive == 0
    assert shelf.revisions == {"old.md": "r1"}


def test_mentions_are_found_by_what_they_are_in() -> None:
    assert keys(["pay.service.charge()"]) == {"pay.", "pay.service.", "pay.service.charge", ":charge"}
    assert keys(["src/pay/api.py"]) == {"src/pay/api.py", ":src/pay/api.py"}


def test_a_shelf_whose_terms_were_kept_answers_as_the_one_they_came_from() -> None:
    specs = [
        (f"{at}.md", str(at), parse(f"# Spec {at}\n\nRefunds of `pay.card` {word}.\n\n## More\n\nA {word} parcel.\n"))
        for at, word in enumerate(("quick", "late", "lost"))
    ]
    first = Shelf()
    for path, revision, document in specs:
        first.put(path, revision, document)
    kept = json.loads(json.dumps(first.kept()))
    again = Shelf.of(specs, kept)
    for task in ("late refunds", "a lost parcel\nof refunds", "nothing at all", "lost lost quick"):
        assert again.scores(Asked.of(task)) == first.scores(Asked.of(task))
    assert again.mentions == first.mentions
    forged = {name: {term: ["AAAA", "/////w=="] for term in rows} for name, rows in kept.items()}
    assert not any(map(any, Shelf.of(specs, forged).scores(Asked.of("late refunds")).values()))
