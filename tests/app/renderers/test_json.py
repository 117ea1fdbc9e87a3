"""The JSON of a check: version 1, to the letter."""

import json
from pathlib import Path

from hypothesis import given, settings
from jsonschema import validate

from app.renderers.json import render
from app.reports import read_report
from drift.findings import CodeAnchor, Finding, FindingState, Hop, SpecAnchor
from drift.mentions.removal import Removal
from drift.report import CheckReport, InvariantResult, NotAnalysed
from tests.app.renderers.made import reports

SCHEMA = json.loads((Path(__file__).resolve().parents[3] / "docs/check-v1.schema.json").read_text())


def test_every_field_stands_where_the_design_says():
    spec = SpecAnchor("a.md", "x", 3)
    full = Finding(
        "i", "layers", "error", "m", "f", spec, CodeAnchor("a.py", 1, 2), ("x",), (Hop("a", "b", "a.py", 1),), "a", "b",
        "ref", FindingState.WAIVED,
    )  # fmt: skip
    bare = Finding("", "unparsed", "warning", "m", "f", SpecAnchor("", "", 0), None, ("y",))
    result = InvariantResult("i", "name", "layers", "a.md", "x", 3, "broken", (full.fingerprint,), frozenset({"a.py"}))
    report = CheckReport("broken", (result,), (full, bare), (NotAnalysed("caf\udce9.py", "r"),), {"files": 2, "a": 1})
    value = json.loads(render(report))
    validate(value, SCHEMA)
    assert value["findings"][0] == {
        "fingerprint": full.fingerprint,
        "invariant": "i",
        "kind": "layers",
        "severity": "error",
        "state": "waived",
        "message": "m",
        "fix": "f",
        "spec": {"path": "a.md", "anchor": "x", "line": 3},
        "code": {"path": "a.py", "line": 1, "column": 2},
        "path": "a.py",
        "line": 1,
        "importer": "a",
        "imported": "b",
        "reference": "ref",
        "evidence": [{"from": "a", "to": "b", "path": "a.py", "line": 1}],
    }
    assert "importer" not in value["findings"][1]
    assert value["findings"][1]["code"] is None
    assert value["not_analysed"] == [{"path": "caf\\udce9.py", "reason": "r"}]
    assert list(value["counts"]) == ["a", "files"]


@settings(deadline=None)
@given(reports())
def test_any_report_is_valid_and_can_be_read_back(report):
    value = json.loads(render(report))
    validate(value, SCHEMA)
    assert json.loads(render(read_report(value))) == value


def test_a_mention_says_how_its_name_went():
    removal = Removal("c0ffee", "2026-01-02", "Tidy up", ("a.py",), "pay", "renamed")
    mention = Finding("m", "mentions", "warning", "m", "f", SpecAnchor("a.md", "x", 3), None, ("y",), removal=removal)
    value = json.loads(render(CheckReport("kept", (), (mention,), (), {})))
    validate(value, SCHEMA)
    assert {name: value["findings"][0][name] for name in ("path", "line", "removed_in", "how", "was_in", "became")} == {
        "path": "a.md",
        "line": 3,
        "removed_in": "c0ffee",
        "how": "renamed",
        "was_in": ["a.py"],
        "became": "pay",
    }
