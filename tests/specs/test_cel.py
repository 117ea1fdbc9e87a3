import sys
from datetime import timedelta

import pytest

from specs.cel import NoAnswer, evaluate
from specs.expressions.types import BOOL, DURATION, INT, TEXT, list_of, record_of

NAMES = {
    "flag": BOOL,
    "count": INT,
    "name": TEXT,
    "age": DURATION,
    "names": list_of(TEXT),
    "rows": list_of(record_of({"path": TEXT, "n": INT})),
}
VALUES = {
    "flag": True,
    "count": 3,
    "name": "payments/api.md",
    "age": timedelta(hours=3),
    "names": ("a", "b"),
    "rows": ({"path": "payments/a", "n": 1}, {"path": "orders/b", "n": 0}),
}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("flag", True),
        ("!flag || count > 2", True),
        ("count + 1 == 4 && count % 2 == 1", True),
        ('age > duration("2h30m")', True),
        ('name.startsWith("payments/") && !name.endsWith(".txt")', True),
        ('"b" in names && size(names) == 2', True),
        ('rows.exists(r, r.path.startsWith("orders/") && r.n > 0)', False),
        ('rows.all(r, r.path.contains("/"))', True),
        ("rows.filter(r, r.n == 0).size() == 1", True),
        (r"name.matches(r'^pay\w+/.*\.md$')", True),
        ('"a" in names.filter(x, x != "b")', True),
        ("flag ? count == 3 : count == 4", True),
        ("-count < 0", True),
    ],
)
def test_conditions(source, expected):
    assert evaluate(source, NAMES, VALUES) is expected


@pytest.mark.parametrize(
    "source",
    ["", "count", "nope", "count / 0 == 1", "count * 9223372036854775807 > 0", "name.matches(r'(?=a)')", "{}", "a.b"],
)
def test_what_cannot_be_answered_is_no_answer(source):
    assert isinstance(evaluate(source, NAMES, VALUES), NoAnswer)


def test_values_that_are_missing_or_too_large_are_no_answer():
    assert isinstance(evaluate("count > 1", NAMES, {}), NoAnswer)
    assert isinstance(evaluate("size(names) > 1", NAMES, {"names": ("a",) * 101}), NoAnswer)
    assert isinstance(evaluate('name == "a"', NAMES, {"name": "a" * 1001}), NoAnswer)


def test_without_the_engine_nothing_is_let_through(monkeypatch):
    monkeypatch.setitem(sys.modules, "cel", None)
    answer = evaluate("count > 41", NAMES, VALUES)
    assert isinstance(answer, NoAnswer)
    assert "pip install" in answer.reason
