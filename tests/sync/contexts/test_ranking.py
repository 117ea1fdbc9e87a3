"""The order of passages for a question."""

from hypothesis import given
from hypothesis import strategies as st

from specs.parser import parse
from sync.contexts.ranking import Similar, rank, scale, within
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
