"""Passages out of a server's answers, packed again."""

import pytest

from sync.contexts.bundle import pack, tokens
from sync.contexts.context import Passage, PassageKind
from sync.contexts.kept import Kept
from sync.contexts.recalled import Found, age, packed, passages_of, recalled, stale_notice
from sync.contexts.wanted import Wanted


def row(heading: str, text: str, kind: str = "section", **more: object) -> dict[str, object]:
    place = {"spec": "shop.md", "anchor": heading.lower(), "revision": "ab" * 32}
    return {"kind": kind, "heading": heading, "text": text, "provenance": "explicit", "why": "words", **place, **more}


REFUNDS = row("Refunds", "A refund is made within ten days.")
LAYERS = row("Layers", "```yaml invariant\nid: layers\n```", "invariant")
SHIPPING = row("Shipping", "A parcel leaves the warehouse on the same day.")


def kept(at: float, task: str, paths: tuple[str, ...], *rows: dict[str, object]) -> Kept:
    return Kept(at, Wanted(task, paths, 2000), {"passages": list(rows)})


def test_a_passage_is_read_as_it_was_told_and_has_the_same_digest():
    told = Passage(
        PassageKind.SECTION,
        "shop.md",
        "refunds",
        "Refunds",
        "ab" * 32,
        "ada",
        "person",
        "explicit",
        0.5,
        "words",
        "Ten.",
    )
    sent = {**row("Refunds", "Ten."), "author": "ada", "author_kind": "person", "score": 0.5}
    assert passages_of({"passages": [sent]}) == (told,)
    (before,) = pack([told], 2000, "x").served
    (after,) = pack(passages_of({"passages": [sent]}), 2000, "y").served
    assert before.digest == after.digest


@pytest.mark.parametrize(
    "rows", [None, "x", [None], [3], [{}], [{**REFUNDS, "kind": "joke"}], [{**REFUNDS, "text": 1}]]
)
def test_what_has_another_shape_is_left_out(rows):
    assert passages_of({"passages": rows}) == ()


def test_another_question_is_answered_from_all_that_was_told():
    shelf = [kept(10, "a", ("src/pay.py",), LAYERS, SHIPPING), kept(20, "b", (), REFUNDS)]
    found, at = recalled(Wanted("quick refunds", ("src/pay.py",), 2000), shelf)
    assert [passage.heading for passage in found] == ["Layers", "Refunds"]
    assert at == 10
    assert recalled(Wanted("nothing alike", (), 2000), shelf) == ((), 0.0)


def test_what_was_told_last_counts():
    shelf = [kept(10, "a", (), row("Refunds", "Twenty days for refunds.")), kept(20, "b", (), REFUNDS)]
    found, at = recalled(Wanted("refunds", (), 2000), shelf)
    assert [passage.text for passage in found] == ["A refund is made within ten days."]
    assert at == 20


def test_the_notice_stands_below_the_first_line_and_within_the_budget():
    long = [row(f"Part {at}", "Words of a requirement. " * 30) for at in range(40)]
    notice = stale_notice("https://specs.example.org", 7300)
    made = packed(Found(passages_of({"passages": long}), notice, ("stale",)), 500, "aa")
    lines = made.text.split("\n")
    assert lines[0].startswith("Holdfast spec context (reference, not a task)")
    assert lines[1] == notice
    assert "2 hours ago" in notice
    assert made.degraded == ("stale",)
    assert made.tokens == tokens(made.text) <= 500


def test_what_is_known_is_not_repeated():
    passages = passages_of({"passages": [REFUNDS]})
    (served,) = pack(passages, 2000, "x").served
    assert packed(Found(passages), 2000, "aa", {served.digest}).served == ()


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-5, "less than a minute"), (59, "less than a minute"), (60, "1 minute"), (7199, "1 hour"), (200_000, "2 days")],
)
def test_ages(seconds, words):
    assert age(seconds) == words
