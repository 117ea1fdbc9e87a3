import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specs.yaml import MAX_SIZE, read_mapping, resolve


def read(text):
    result = read_mapping(text, 1)
    assert result.problems == ()
    return result.values


def only_problem(text, first_line=1):
    (problem,) = read_mapping(text, first_line).problems
    assert problem.hint
    return problem


def test_only_true_and_false_are_booleans():
    text = "a: yes\nb: no\nc: on\nd: off\ne: true\nf: False\ng: y"
    assert read(text) == {"a": "yes", "b": "no", "c": "on", "d": "off", "e": True, "f": False, "g": "y"}


def test_dates_times_and_versions_of_three_parts_stay_text():
    assert read("a: 2027-03-31\nb: 2027-03-31T10:00:00Z\nc: 1.2.3\nd: 12:30:45") == {
        "a": "2027-03-31",
        "b": "2027-03-31T10:00:00Z",
        "c": "1.2.3",
        "d": "12:30:45",
    }


@pytest.mark.parametrize(
    ("plain", "value"),
    [
        ("12", 12),
        ("-7", -7),
        ("017", 17),
        ("0o17", 15),
        ("0x1F", 31),
        ("1_000", "1_000"),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("~", None),
        ("", None),
        ("Null", None),
        ("nULL", "nULL"),
        ("9" * 5000, "9" * 5000),
        (".inf", ".inf"),
        ("1e999", "1e999"),
        (".nan", ".nan"),
        ("-", "-"),
        (".", "."),
    ],
)
def test_unquoted_scalars_follow_the_core_schema(plain, value):
    assert resolve(plain) == value


@given(st.text(alphabet="0123456789.eE+-xo_abf", max_size=12))
def test_every_number_is_one_that_json_can_hold(plain):
    value = resolve(plain)
    assert not isinstance(value, float) or math.isfinite(value)


def test_quoted_scalars_stay_text():
    assert read("a: 'true'\nb: \"12\"\nc: |\n  x\n  y\nd: >-\n  x\n  y") == {
        "a": "true",
        "b": "12",
        "c": "x\ny\n",
        "d": "x y",
    }


def test_keys_are_text_as_written():
    assert read("on: 1\n2: b\ntrue: c") == {"on": 1, "2": "b", "true": "c"}


def test_nothing_at_all_is_an_empty_mapping():
    for text in ("", "\n\n", "# only a comment", "---\n", "~"):
        assert read(text) == {}


def test_places_of_keys_and_entries_are_exact():
    result = read_mapping("a: 1\nexcept:\n  - what: x\n    because: y\n  - {what: z}\n", 10)
    assert result.places["a",] == (10, 1)
    assert result.places["except", 0] == (12, 5)
    assert result.places["except", 0, "because"] == (13, 5)
    assert result.places["except", 1, "what"] == (14, 6)


def test_line_ends_count_as_ours_do():
    result = read_mapping("a: 'x\u2028y\x85z'\r\nb: 1\rc: 2\n", 1)
    assert result.places["b",] == (2, 1)
    assert result.places["c",] == (3, 1)


@pytest.mark.parametrize(
    ("text", "line", "column", "word"),
    [
        ("a: b\nc: d: e\n", 2, 5, "quotes"),
        ("a: 'x\nb: 1\n", 1, 4, "quotation mark"),
        ("a: [1,\n 2\n", 2, 3, "bracket"),
        ("a:\n\tb: 1\n", 2, 1, "spaces"),
        ("a: @x\n", 1, 4, "quotes"),
        ("a: 1\nb\n", 2, 2, "key: value"),
        ("a:\n  - 1\n - 2\n", 3, 2, "Line the keys up"),
        ('a: "\\q"\n', 1, 6, "backslash"),
        ("a: \x07\n", 1, 4, "Delete the character"),
        ("a: \ud800\n", 1, 4, "Delete the character"),
        ('a: "\\U00110000"\n', 1, 1, "quotation marks"),
    ],
)
def test_broken_yaml_says_where_and_what_to_do(text, line, column, word):
    problem = only_problem(text, 1)
    assert (problem.line, problem.column) == (line, column)
    assert problem.code == "yaml-syntax"
    assert word in problem.hint
    assert read_mapping(text, 1).values is None


def test_a_glob_without_quotes_gets_the_hint_to_quote_it():
    problem = only_problem("from: **/api\n", 5)
    assert (problem.code, problem.line, problem.column) == ("yaml-alias", 5, 7)
    assert '"**/api"' in problem.hint


def test_aliases_make_the_block_untrusted():
    assert read_mapping("a: &x [1]\nb: *x\n", 1).values is None


def test_an_alias_bomb_is_never_expanded():
    rows = ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60))]
    result = read_mapping("\n".join(rows), 1)
    assert result.values is None
    assert {problem.code for problem in result.problems} == {"yaml-anchor", "yaml-alias"}


@pytest.mark.parametrize(
    ("text", "code", "values"),
    [
        ("a: &x 1\n", "yaml-anchor", {"a": 1}),
        ("a: !!int '1'\n", "yaml-tag", {"a": "1"}),
        ("a: !python/object:os.system x\n", "yaml-tag", {"a": "x"}),
        ("<<: {a: 1}\nb: 2\n", "yaml-merge-key", {"b": 2}),
        ("a: 1\na: 2\n", "duplicate-key", {"a": 1}),
        ("a: {b: 1, b: {c: 1}}\n", "duplicate-key", {"a": {"b": 1}}),
        ("a: 1\n---\nb: 1\n", "yaml-documents", None),
        ("- a\n", "yaml-not-mapping", None),
        ("just words\n", "yaml-not-mapping", None),
        ("? [a, b]\n: 1\n", "yaml-key", None),
        ("[a]: 1\n", "yaml-key", None),
    ],
)
def test_what_a_spec_has_no_use_for_is_a_problem(text, code, values):
    assert only_problem(text).code == code
    assert read_mapping(text, 1).values == values


def test_a_skipped_duplicate_leaves_the_first_ones_places_alone():
    result = read_mapping("a: {b: 1}\na: {b: 2}\n", 1)
    assert result.places["a", "b"] == (1, 5)


@pytest.mark.parametrize(
    "text",
    [
        "a: " + "[" * 60_000,
        "{" * 60_000,
        "a: " + "{b: " * 15_000,
        "".join(" " * depth + "a:\n" for depth in range(300)),
        "a: " + "- " * 30_000,
    ],
)
def test_deep_nesting_stops_early(text):
    result = read_mapping(text, 1)
    assert result.values is None
    assert result.problems


def test_a_huge_text_is_refused_unread():
    assert only_problem("a: " + "b" * MAX_SIZE).code == "too-large"


@given(st.text())
def test_nothing_raises(text):
    result = read_mapping(text, 3)
    assert result.values is not None or result.problems
    assert all(problem.line >= 3 and problem.column >= 1 and problem.hint for problem in result.problems)


PIECES = [
    "a",
    "b: ",
    ": ",
    "- ",
    "\n",
    "  ",
    "[",
    "]",
    "{",
    "}",
    ", ",
    "'",
    '"',
    "&x ",
    "*x",
    "!t ",
    "|\n",
    ">",
    "#",
    "? ",
]
PIECES += [
    "---\n",
    "...\n",
    "%YAML 1.1\n",
    "\t",
    "\\",
    "\u2028",
    "<<: ",
    "0x",
    "\r",
    "~",
    "@",
    "`",
    "\x00",
    "\\U00110000",
]


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_no_assembly_of_yaml_raises(text):
    result = read_mapping(text, 1)
    assert result.values is not None or result.problems
    lines = text.count("\n") + text.count("\r") + 1
    assert all(1 <= problem.line <= lines for problem in result.problems)
