"""The JSON of a check: version 1, to the letter."""

import json

from jsonschema import validate

from app.renderers.json import render
from drift.findings import CodeAnchor, Finding, FindingState, Hop, SpecAnchor
from drift.report import CheckReport, InvariantResult, NotAnalysed

PLACE = {
    "type": "object",
    "required": ["path", "anchor", "line"],
    "additionalProperties": False,
    "properties": {"path": {"type": "string"}, "anchor": {"type": "string"}, "line": {"type": "integer"}},
}
TEXT = {"type": "string"}
SCHEMA = {
    "type": "object",
    "required": ["schema", "verdict", "invariants", "findings", "not_analysed"],
    "properties": {
        "schema": {"const": 1},
        "verdict": {"enum": ["kept", "broken"]},
        "invariants": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "name", "kind", "spec", "verdict", "findings"],
                "properties": {"spec": PLACE, "verdict": {"enum": ["kept", "broken", "unmatched", "error"]}},
            },
        },
        "findings": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["fingerprint", "invariant", "kind", "severity", "state", "message", "fix", "spec", "code"],
                "properties": {
                    "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{16}$"},
                    "severity": {"enum": ["error", "warning", "info"]},
                    "state": {"enum": ["introduced", "existing", "fixed", "waived"]},
                    "spec": PLACE,
                    "code": {
                        "oneOf": [
                            {"type": "null"},
                            {"type": "object", "required": ["path", "line", "column"], "additionalProperties": False,
                             "properties": {"path": TEXT, "line": {}, "column": {}}},
                        ]
                    },
                    "evidence": {
                        "type": "array",
                        "items": {"type": "object", "required": ["from", "to", "path", "line"]},
                    },
                },
            },
        },
        "not_analysed": {"type": "array", "items": {"type": "object", "required": ["path", "reason"]}},
    },
}  # fmt: skip


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
        "importer": "a",
        "imported": "b",
        "reference": "ref",
        "evidence": [{"from": "a", "to": "b", "path": "a.py", "line": 1}],
    }
    assert "importer" not in value["findings"][1]
    assert value["findings"][1]["code"] is None
    assert value["not_analysed"] == [{"path": "caf\\udce9.py", "reason": "r"}]
    assert list(value["counts"]) == ["a", "files"]
