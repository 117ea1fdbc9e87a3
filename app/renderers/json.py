"""The JSON of a check, version 1: for machines. The same report gives the same bytes; fields are only ever added."""

import json

from drift.findings import Finding
from drift.report import CheckReport, InvariantResult


def render(report: CheckReport) -> str:
    """Write a report as JSON. Bytes of file names that are not UTF-8 are shown as backslash escapes."""
    value = {
        "schema": 1,
        "verdict": report.verdict,
        "invariants": [invariant(item) for item in report.invariants],
        "findings": [finding(item) for item in report.findings],
        "not_analysed": [{"path": clean(item.path), "reason": clean(item.reason)} for item in report.not_analysed],
        "counts": dict(sorted(report.counts.items())),
    }
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def invariant(item: InvariantResult) -> dict[str, object]:
    """Write one invariant."""
    return {
        "id": clean(item.id),
        "name": clean(item.name),
        "kind": clean(item.kind),
        "spec": {"path": clean(item.spec), "anchor": clean(item.anchor), "line": item.line},
        "verdict": item.verdict,
        "findings": list(item.findings),
    }


def finding(item: Finding) -> dict[str, object]:
    """Write one finding; names that do not apply to its kind are left out."""
    value: dict[str, object] = {
        "fingerprint": item.fingerprint,
        "invariant": clean(item.invariant),
        "kind": clean(item.kind),
        "severity": item.severity,
        "state": item.state.value,
        "message": clean(item.message),
        "fix": clean(item.fix),
        "spec": {"path": clean(item.spec.path), "anchor": clean(item.spec.anchor), "line": item.spec.line},
        "code": {"path": clean(item.code.path), "line": item.code.line, "column": item.code.column}
        if item.code
        else None,
    }
    for name, word in (("importer", item.importer), ("imported", item.imported), ("reference", item.reference)):
        if word is not None:
            value[name] = clean(word)
    value["evidence"] = [
        {"from": clean(hop.importer), "to": clean(hop.imported), "path": clean(hop.path), "line": hop.line}
        for hop in item.evidence
    ]
    return value


def clean(text: str) -> str:
    """Make a text that UTF-8 can hold."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
