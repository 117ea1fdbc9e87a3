"""Definitions on a shelf: what goes leaves nothing behind, and what bears on a passage comes first, with reasons."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from drift.describing import Described
from sync.contexts import codeshelf
from sync.contexts.codeshelf import CodeShelf, CodeTie, Place, rank_code
from sync.contexts.meaning import Similar


def one(name: str, said: str = "", line: int = 1) -> Described:
    return Described(name, "function", line, f"def {name}()", said, name)


PAY, WEB = Place("r", "shop/pay.py"), Place("r", "shop/web.py")


def shelf() -> CodeShelf:
    made = CodeShelf()
    made.put(PAY, [one("charge_card", "Take money from a card."), one("Ledger.add", "Note a payment.", 9)])
    made.put(WEB, [one("render", "Make the page."), one("give_back", "Return what was paid to whoever bought.", 5)])
    return made


def names(made: CodeShelf, text: str, **more: Any) -> list[str]:
    return [row.name for found in rank_code(made, text, **more) if (row := made.rows[found.row]) is not None]


def test_words_of_names_and_docstrings_find_definitions():
    made = shelf()
    assert names(made, "Charging a card")[0] == "charge_card"
    assert names(made, "Pages")[0] == "render"
    assert names(made, "zebra") == []
    [first, *_] = rank_code(made, "Charging a card")
    assert first.reasons == ("words of its name",)


def test_meaning_and_ties_find_what_shares_no_word():
    made = shelf()
    near = {made.digests[3]: 0.9, made.digests[0]: 0.1, made.digests[1]: 0.1, made.digests[2]: 0.1}
    ranked = rank_code(made, "zebra", Similar(near, {}))
    assert [(found.row, found.reasons) for found in ranked] == [(3, ("meaning",))]
    tied = rank_code(made, "zebra", None, {2: CodeTie(1.0, "the section names it")})
    assert [(found.row, found.reasons) for found in tied] == [(2, ("the section names it",))]


def test_a_file_that_changes_takes_the_place_of_what_it_was(monkeypatch):
    monkeypatch.setattr(codeshelf, "LEAST_GAPS", 3)
    made = shelf()
    for turn in range(5):
        made.put(PAY, [one("refund", f"Pay back, turn {turn}.")])
    assert (made.alive, len(made.rows) <= 8) == (3, True)
    assert names(made, "refund")[0] == "refund"
    assert names(made, "charge card") == []
    made.drop(PAY)
    made.drop(PAY)
    assert (made.alive, made.named.get("refund")) == (2, set())


@given(st.lists(st.tuples(st.sampled_from("abc"), st.lists(st.sampled_from(["pay", "card", "ledger"]), unique=True))))
def test_what_a_shelf_says_depends_on_what_stands_on_it_alone(steps):
    moved, last = CodeShelf(), dict[str, list[str]]()
    for path, held in steps:
        moved.put(Place("r", path), [one(name) for name in held])
        last[path] = held
    fresh = CodeShelf()
    for path in sorted(last):
        fresh.put(Place("r", path), [one(name) for name in last[path]])

    def said(made: CodeShelf) -> list[tuple[str, int, float]]:
        return [(made.places[row.row].path, row.row >= 0, round(row.score, 6)) for row in rank_code(made, "pay a card")]

    assert sorted(said(moved)) == sorted(said(fresh))
