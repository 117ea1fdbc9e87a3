import json

from hypothesis import given
from hypothesis import strategies as st

from drift.lives.evaluated import PathRow, failed, placed_row, read_evaluated, storable
from drift.lives.records import CheckVerdict

FINDING = {
    "fingerprint": "f1",
    "invariant": "layering",
    "kind": "layers",
    "severity": "error",
    "state": "introduced",
    "message": "m",
    "fix": "f",
    "spec": {"path": "a.md", "anchor": "x", "line": 3},
    "code": {"path": "a.py", "line": 1, "column": 1},
    "evidence": [],
}
INVARIANT = {
    "id": "layering",
    "name": "",
    "kind": "layers",
    "spec": {"path": "a.md", "anchor": "x", "line": 3},
    "verdict": "broken",
    "findings": ["f1"],
}


def output(findings=(FINDING,), invariants=(INVARIANT,), **more):
    report = {"verdict": "broken", "findings": list(findings), "invariants": list(invariants)}
    given = {"report": report, "counts": {"files": 1}, "paths": [["a.py", "a", ["b"], ["layering"]]]} | more
    return json.dumps(given).encode()


def test_a_report_is_read():
    found = read_evaluated(output())
    assert (found.verdict, found.counts, found.problem) == (CheckVerdict.BROKEN, {"files": 1}, "")
    assert found.paths == (PathRow("a.py", "a", ("b",), ("layering",)),)
    assert found.look.found == {"f1": ("layering", False)}
    assert found.look.asked == {"layering"}


def test_fixed_findings_are_not_there_and_waived_ones_are_marked():
    found = read_evaluated(output([FINDING | {"state": "fixed"}, FINDING | {"fingerprint": "f2", "state": "waived"}]))
    assert found.look.found == {"f2": ("layering", True)}


def test_an_invariant_in_error_is_undecided():
    assert read_evaluated(output((), [INVARIANT | {"verdict": "error"}])).look.undecided == {"layering"}


def test_the_same_report_has_the_same_name():
    assert read_evaluated(output()).digest == read_evaluated(output()).digest


def test_texts_that_no_database_keeps_are_mended():
    odd = FINDING | {"message": "nul \0 and \udce9", "code": {"path": "caf\udce9.py", "line": 1, "column": 1}}
    found = read_evaluated(output([odd])).findings["f1"]
    assert found["message"] == "nul \\x00 and \\udce9"
    assert found["code"]["path"] == "caf\\udce9.py"
    json.dumps(found).encode("utf-8")


def test_a_problem_of_the_child_is_a_failed_evaluation():
    found = read_evaluated(b'{"problem": "no such commit"}')
    assert (found.verdict, found.problem) == (CheckVerdict.ERROR, "no such commit")


def test_what_has_another_shape_is_a_failed_evaluation():
    wrong = [
        b"",
        b"\xff",
        b"[]",
        b"{}",
        b"[" * 100_000,
        output([FINDING | {"severity": "fatal"}]),
        output([FINDING | {"fingerprint": "x" * 65}]),
        output([FINDING | {"code": {"line": 1}}]),
        output((), [INVARIANT | {"verdict": "maybe"}]),
        output((), [{}]),
        output(paths=[["a.py"]]),
        output(counts=None),
    ]
    for given_ in wrong:
        assert read_evaluated(given_).verdict is CheckVerdict.ERROR, given_[:80]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
    )
)
def test_law_any_json_is_read_without_raising(value):
    assert read_evaluated(json.dumps(value).encode()).verdict is CheckVerdict.ERROR


@given(st.text(st.characters(exclude_categories=())))
def test_law_storable_texts_encode_and_hold_no_nul(text):
    kept = storable(text)
    assert "\0" not in kept
    kept.encode("utf-8")
    assert storable(kept) == kept


def test_failed_is_short():
    assert len(failed("x" * 10_000).problem) == 2000


def test_lines_of_a_file_and_of_its_imports_are_read_and_bounded():
    long = "x" * 600
    row = placed_row("a.py", "a", ["b", long, long + "y"], [], [], 10**12, [4, 7, 9])
    assert (row.lines, row.imports, row.at) == (2**31 - 1, ("b", long[:500]), (4, 7))
    assert placed_row("a.py", "a", ["b"], [], [], -1, [-3]).at == (0,)
