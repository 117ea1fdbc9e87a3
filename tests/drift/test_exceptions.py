from datetime import date

import pytest

from drift.exceptions import (
    ImportException,
    exception_problems,
    import_exceptions,
    split_by_date,
    text_matches,
)
from drift.graphs.graph import Graphs
from specs.document import ExceptionClause
from tests.drift.made import block_of, index_from_text

INDEX = index_from_text("a.x -> b.y\na.x -> c\nb.y -> c\nc -> a.x")


def clause(what: str, until: str | None = None) -> ExceptionClause:
    return ExceptionClause(what, "so it is", until, 3)


def links(what: str) -> set[tuple[str, str]]:
    parsed = ImportException.parse(clause(what))
    assert isinstance(parsed, ImportException)
    graph = Graphs(INDEX).graph()
    return {(graph.name(one), graph.name(other)) for one, other in parsed.links(graph)}


def test_what_a_clause_lets_through() -> None:
    assert links("a -> b") == {("a.x", "b.y")}
    assert links("a.x → c") == {("a.x", "c")}
    assert links("a -> *") == {("a.x", "b.y"), ("a.x", "c")}
    assert links("b") == {("a.x", "b.y"), ("b.y", "c")}
    assert links("nowhere -> b") == set()


def test_malformed_clauses_are_problems_with_their_line() -> None:
    block = block_of("layers", exceptions=[clause("a -> b -> c"), clause("a b"), clause("a -> ")])
    assert [problem.line for problem in exception_problems(block)] == [3, 3, 3]
    assert import_exceptions(block) == ()


@pytest.mark.parametrize(
    ("until", "holds"),
    [
        (None, True),
        ("2026-11-20", True),
        ("2026-11-21", True),
        ("2026-11-19", False),
        ("soon", False),
        ("2026-13-01", False),
    ],
)
def test_a_clause_holds_through_its_day(until: str | None, *, holds: bool) -> None:
    live, lapsed = split_by_date([clause("a -> b", until)], date(2026, 11, 20))
    assert (len(live), len(lapsed)) == ((1, 0) if holds else (0, 1))


def test_texts_match_exactly_or_by_glob() -> None:
    assert text_matches("`Order`", "Order")
    assert text_matches("shop.*", "shop.pay.Order")
    assert not text_matches("Ord", "Order")
    assert not text_matches("a.c", "abc")
    text_matches("a*" * 500, "a" * 500)  # would never end if it went back over its steps without bound
