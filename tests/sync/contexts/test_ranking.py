"""The order of passages for a question."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from specs.parser import parse
from sync.contexts.meaning import Similar
from sync.contexts.measuring import scale
from sync.contexts.ranking import MEANING, SHORT, rank, signals, spreads, weighted, weights_for, within
from sync.contexts.shelf import Asked, Shelf
from sync.contexts.ties import Area

TEXT = "# Shop\n\n## Refunds\n\nMoney goes back.\n\n## Search\n\nResults are fresh.\n\n## Cart\n\nItems stay.\n"


def shelf() -> Shelf:
    made = Shelf()
    made.put("shop.md", "r", parse(TEXT))
    return made


def anchors(made: Shelf, task: str, similar: Similar | None = None) -> list[str]:
    return [unit.anchor for row in rank(made, Asked.of(task), Area(), similar) if (unit := made.units[row.row])]


def test_what_shares_no_word_is_left_out_unless_it_means_the_same() -> None:
    made = shelf()
    assert anchors(made, "fresh results") == ["search"]
    alike = {unit.digest: 0.9 if unit.anchor == "refunds" else 0.1 for unit in made.units if unit}
    similar = Similar(alike, alike)
    assert anchors(made, "reimburse buyers", similar) == ["refunds"]
    [found] = rank(made, Asked.of("reimburse buyers"), Area(), similar)
    assert found.reasons == ("meaning of the task",)


def test_ties_are_broken_by_place() -> None:
    made = Shelf()
    for path in ("b.md", "a.md"):
        made.put(path, "r", parse("# Same\n\n## Refunds\n\nSame.\n"))
    assert [made.volume(row.row).path for row in rank(made, Asked.of("refunds"), Area())] == ["a.md", "b.md"]


def test_of_specs_that_a_few_words_may_mean_the_larger_one_comes_first() -> None:
    made = shelf()
    made.put("a.md", "r", parse("# Shop\n\n## Refunds\n\nMoney goes back.\n"))
    alike = {unit.digest: 0.9 if unit.anchor == "refunds" else 0.1 for unit in made.units if unit}
    ranked = rank(made, Asked.of("reimburse buyers"), Area(), Similar(alike, alike))
    assert [made.volume(row.row).path for row in ranked] == ["shop.md", "a.md"]
    assert "size" in dict(ranked[0].parts)
    text = Asked.of("reimburse buyers " * 20)
    assert "size" not in dict(rank(made, text, Area(), Similar(alike, alike))[0].parts)


def test_only_so_many_are_given() -> None:
    made = shelf()
    ranked = rank(made, Asked.of("shop"), Area())
    assert len(ranked) == 3
    assert len(rank(made, Asked.of("shop"), Area(), None, 2)) == 2
    assert len(within(made, ranked, 1, least=1)) == 1


@given(st.lists(st.integers(-1000, 1000), min_size=1, max_size=20))
def test_scaled_signals_have_deviation_one(scores: list[int]) -> None:
    steep = scale(scores, len(scores))
    mean = sum(scores) / len(scores)
    deviation = (sum(((score - mean) * steep) ** 2 for score in scores) / len(scores)) ** 0.5
    assert not steep or abs(deviation - 1) < 1e-6


def test_a_score_is_the_sum_of_its_parts() -> None:
    made = shelf()
    alike = {unit.digest: 0.9 if unit.anchor == "refunds" else 0.1 for unit in made.units if unit}
    area = Area(paths=("src/shop.py",), names=frozenset({"shop"}))
    for similar in (None, Similar(alike, alike)):
        for one in rank(made, Asked.of("fresh results of money back"), area, similar):
            assert abs(one.score - sum(score for _, score in one.parts)) < 1e-9
            assert {name for name, _ in one.parts} <= {"words", "heading", "meaning", "binding", "structure"}


def test_few_passes_over_the_rows_give_what_adding_up_every_signal_does() -> None:
    made = Shelf()
    for at, word in enumerate(("refund", "search", "cart", "refund", "lease", "search")):
        text = f"# Spec {at}\n\n" + "".join(
            f"## {word} {n}\n\nA {word} {'MUST' * (n % 2)} be {['fast', 'kept', 'seen'][n % 3]}.\n\n" for n in range(5)
        )
        made.put(f"{at}.md", "r", parse(text))
    made.drop("2.md")
    made.put("4.md", "r2", parse("# Lease\n\n## Cart\n\nIt is kept.\n"))
    digests = [unit.digest for unit in made.units if unit]
    every = Similar(
        {digest: at % 7 / 10 for at, digest in enumerate(digests)},
        {digest: at % 5 / 9 for at, digest in enumerate(digests)},
    )
    some = Similar({digests[3]: 0.9, digests[8]: 0.4}, {digests[3]: 0.5, digests[8]: 0.1}, (0.1, 0.05), (0.1, 0.2))
    for task in ("fast refund", "search a cart\n\nIt must be kept and seen, and the refund with it."):
        asked = Asked.of(task)
        for similar in (None, every, some):
            found = signals(made, asked, similar)
            slow = weighted(found, weights_for(asked, similar), made.alive, spreads(similar))
            ranked = rank(made, asked, Area(), similar)
            assert ranked
            assert all(abs(slow[one.row] - one.score) < 1e-9 for one in ranked)
            left = {row for row, unit in enumerate(made.units) if unit} - {one.row for one in ranked}
            assert not any(found["text"][row] or found["heading"][row] for row in left)
            scores = [one.score for one in ranked]
            assert all(after - before < 1e-9 for before, after in pairwise(scores))


def test_a_short_task_finds_what_stands_out_in_meaning_though_nothing_is_much_like_it() -> None:
    made = shelf()
    alike = {unit.digest: 0.28 if unit.anchor == "cart" else 0.05 for unit in made.units if unit}
    assert anchors(made, "basket", Similar(alike, alike)) == ["cart"]
    faint = {digest: score / 2 for digest, score in alike.items()}
    assert anchors(made, "basket", Similar(faint, faint)) == []


def test_weights_go_from_those_for_a_few_words_to_those_for_a_text() -> None:
    none = Similar({}, {})
    assert weights_for(Asked.of("late refunds"), none) == SHORT
    assert weights_for(Asked.of("late refunds " * 40), none) == MEANING
    between = weights_for(Asked.of("late refunds " * 12), none)
    assert all(min(SHORT[name], MEANING[name]) <= between[name] <= max(SHORT[name], MEANING[name]) for name in SHORT)
