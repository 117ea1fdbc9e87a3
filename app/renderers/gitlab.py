"""GitLab's Code Quality report: what is wrong now. GitLab compares two of them itself, so debt is listed as well."""

import json

from app.wording import clean, in_order, reason_of, results_of
from drift.excerpts import NOTHING, Excerpts
from drift.findings import Finding, FindingState
from drift.report import CheckReport

SEVERITIES = {"error": "major", "warning": "minor", "info": "info"}
NOWHERE = "."


def render(report: CheckReport, excerpts: Excerpts = NOTHING) -> str:
    """Write all findings that are in the code and not waived. No two have one fingerprint."""
    rows: dict[str, dict[str, object]] = {}
    results = results_of(report)
    for item in in_order(report, FindingState.INTRODUCED, FindingState.EXISTING):
        rows.setdefault(item.fingerprint, row(item, reason_of(item, results), excerpts))
    return json.dumps(list(rows.values()), ensure_ascii=False, indent=2) + "\n"


def row(item: Finding, why: str, excerpts: Excerpts) -> dict[str, object]:
    """Write one finding and why its rule is there; one about no code stands where the spec says what it breaks."""
    path, line = (item.code.path, item.code.line) if item.code else (item.spec.path, item.spec.line)
    said = filter(None, (item.message, item.fix, why and f"Why: {why}"))
    return {
        "description": clean(" ".join(said) or item.kind),
        "check_name": clean(item.invariant or item.kind),
        "fingerprint": item.fingerprint,
        "severity": SEVERITIES[item.severity],
        "location": {"path": clean(excerpts.place(path)) or NOWHERE, "lines": {"begin": max(line, 1)}},
    }
