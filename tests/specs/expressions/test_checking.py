"""Laws of expressions: whatever is written ends in a value, and what passes runs within its bound and never panics."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specs.cel import NoAnswer, evaluate
from specs.expressions.checking import MAX_STEPS, Judged, Refusal, judge
from specs.expressions.types import BOOL, DURATION, INT, TEXT, list_of, one_of, record_of

NAMES = {
    "flag": BOOL,
    "count": INT,
    "kind": one_of("human", "agent"),
    "age": DURATION,
    "names": list_of(TEXT),
    "rows": list_of(record_of({"path": TEXT, "n": INT, "owners": list_of(TEXT, 3)})),
}
VALUES = {
    "flag": True,
    "count": 3,
    "kind": "agent",
    "age": timedelta(hours=3),
    "names": ("a", "b"),
    "rows": ({"path": "a", "n": 1, "owners": ("x",)}, {"path": "b", "n": 0, "owners": ()}),
}

numbers = st.recursive(
    st.sampled_from(["count", "0", "7", "size(names)", "rows.filter(r, r.n > 0).size()"]),
    lambda inner: st.builds("({} {} {})".format, inner, st.sampled_from(["+", "-", "*", "/", "%"]), inner),
    max_leaves=4,
)
texts = st.sampled_from(["kind", "'a'", '"agent"', "kind + 'x'", r"r'\d'"])
conditions = st.recursive(
    st.one_of(
        st.sampled_from(
            ["flag", "true", "false", 'age > duration("1h")', "'a' in names", "kind in ['human', 'agent']"]
        ),
        st.builds("{} {} {}".format, numbers, st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), numbers),
        st.builds("({}).startsWith({})".format, texts, texts),
        st.builds("({}).matches('^[a-z]+$')".format, texts),
    ),
    lambda inner: st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from(["&&", "||"]), inner),
        st.builds("!({})".format, inner),
        st.builds("({} ? {} : {})".format, inner, inner, inner),
        st.builds("names.exists(x, x == 'a' && {})".format, inner),
        st.builds("rows.all(y, y.n >= 0 || {})".format, inner),
    ),
    max_leaves=8,
)


@settings(deadline=None, max_examples=50)
@given(conditions)
def test_what_passes_the_check_is_understood_by_the_engine(source: str) -> None:
    judged = judge(source, NAMES)
    answer = evaluate(source, NAMES, VALUES)
    if isinstance(judged, Refusal):
        assert isinstance(answer, NoAnswer)
    elif isinstance(answer, NoAnswer):
        assert "/" in source or "%" in source or "*" in source, answer


@settings(deadline=None, max_examples=50)
@given(conditions, conditions, conditions)
def test_the_engine_reads_precedence_as_the_check_does(a: str, b: str, c: str) -> None:
    loose = f"!flag || {a} && {b} || {c} && !flag"
    strict = f"((!flag) || (({a}) && ({b}))) || (({c}) && (!flag))"
    assert evaluate(loose, NAMES, VALUES) == evaluate(strict, NAMES, VALUES) or "/" in loose or "%" in loose


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=60) | st.text("()[]{}.,'\"!&|=<>+-*/%?: \n\\xsnamerowcut019", max_size=200))
def test_any_text_gives_a_value(source: str) -> None:
    judged = judge(source, NAMES)
    assert isinstance(judged, Judged | Refusal)
    if isinstance(judged, Refusal):
        assert judged.message
        assert judged.hint
        assert 0 <= judged.at <= len(source)
    assert isinstance(evaluate(source, NAMES, VALUES), bool | NoAnswer)


@settings(deadline=None, max_examples=50)
@given(conditions)
def test_steps_grow_with_what_is_joined(source: str) -> None:
    one, two = judge(source, NAMES), judge(f"({source}) && ({source})", NAMES)
    if isinstance(one, Judged) and isinstance(two, Judged):
        assert two.steps > 2 * one.steps


HOSTILE = [
    "rows.exists(a, rows.exists(b, rows.exists(c, a.n == b.n + c.n)))",
    "names.exists(a, names.exists(b, names.exists(c, a == b + c)))",
    "rows.filter(a, rows.filter(b, b.n > 0).size() > 0).size() > 0",
    "names.all(a, a.matches(r'(\\w{50}){5}'))",
    "names.all(a, a.matches(r'(((((a{50}){50}){50}){50}){50})'))",
    "names.all(a, a.matches(names[0]))",
    "'" + "a" * 3000 + "' == ''",
    "(" * 500 + "true" + ")" * 500,
    "!" * 5000 + "true",
    "-" * 5000 + "1 == 1",
    " || ".join(["true"] * 3000),
    "[" * 200 + "]" * 200 + " == []",
    "true ? " * 300 + "true" + " : false" * 300,
    "names.exists(" * 100 + "true" + ")" * 100,
    "a" * 100_000,
    "1" * 1900 + " == 1",
    "'\\u0000' == ''\x00",
    "names.map(a, a + a).map(b, b + b).size() > 0",
]


@pytest.mark.parametrize("source", HOSTILE, ids=range(len(HOSTILE)))
def test_what_could_take_long_is_refused_before_it_runs(source: str) -> None:
    assert isinstance(judge(source, NAMES), Refusal)
    assert isinstance(evaluate(source, NAMES, VALUES), NoAnswer)


@pytest.mark.parametrize(
    "source",
    [
        "names.exists(a, names.exists(b, a == b && a.matches(r'^x')))",
        " || ".join([f"names.exists(x, x == '{n}')" for n in range(20)]),
        "&&".join(["count > 1"] * 90),
        "(" * 23 + "flag" + ")" * 23,
    ],
)
def test_bounds_are_told(source: str) -> None:
    judged = judge(source, NAMES)
    assert isinstance(judged, Judged) == (not isinstance(judged, Refusal))
    if isinstance(judged, Judged):
        assert judged.steps <= MAX_STEPS
        assert isinstance(evaluate(source, NAMES, VALUES), bool)
