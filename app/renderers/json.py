"""The JSON of a check, version 1: for machines. The same report gives the same bytes; fields are only ever added."""

import json

from app.wording import encodable
from drift.excerpts import NOTHING, Excerpts
from drift.findings import TWO_TEXTS, Finding
from drift.report import CheckReport, InvariantResult, waived_in


def render(report: CheckReport, excerpts: Excerpts = NOTHING) -> str:
    """Write a report as JSON. Bytes of file names that are not UTF-8 are shown as backslash escapes."""
    del excerpts
    waived = waived_in(report)
    value = {
        "schema": 1,
        "verdict": report.verdict,
        "invariants": [invariant(item, waived=(item.id, item.spec) in waived) for item in report.invariants],
        "findings": [finding(item) for item in report.findings],
        "not_analysed": [
            {"path": encodable(item.path), "reason": encodable(item.reason)} for item in report.not_analysed
        ],
        "counts": dict(sorted(report.counts.items())),
    }
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def invariant(item: InvariantResult, *, waived: bool = False) -> dict[str, object]:
    """Write one invariant; `waived` where all that breaks it is."""
    return {
        "id": encodable(item.id),
        "name": encodable(item.name),
        "kind": encodable(item.kind),
        "spec": {"path": encodable(item.spec), "anchor": encodable(item.anchor), "line": item.line},
        "why": encodable(item.why),
        "verdict": item.verdict,
        "waived": waived,
        "findings": list(item.findings),
    }


def finding(item: Finding) -> dict[str, object]:
    """Write one finding; names that do not apply to its kind are left out."""
    value: dict[str, object] = {
        "fingerprint": item.fingerprint,
        "invariant": encodable(item.invariant),
        "kind": encodable(item.kind),
        "severity": item.severity,
        "state": item.state.value,
        "message": encodable(item.message),
        "fix": encodable(item.fix),
        "spec": {"path": encodable(item.spec.path), "anchor": encodable(item.spec.anchor), "line": item.spec.line},
        "code": {"path": encodable(item.code.path), "line": item.code.line, "column": item.code.column}
        if item.code
        else None,
    }
    for name, word in (("importer", item.importer), ("imported", item.imported), ("reference", item.reference)):
        if word is not None:
            value[name] = encodable(word)
    place = item.code or item.spec
    value |= {"path": encodable(place.path), "line": place.line}
    if (gone := item.removal) is not None:
        value |= {
            "removed_in": gone.commit or None,
            "removed_at": gone.date or None,
            "removed_by": encodable(gone.subject),
        }
        value |= {"how": gone.how, "was_in": [encodable(path) for path in gone.was_in]}
        value["became"] = encodable(gone.became) or None
    if (accepted := item.accepted) is not None:
        words = {"by": encodable(accepted.by), "because": encodable(accepted.because)}
        value["accepted"] = {"until": accepted.until or None, **words}
    if item.kind in TWO_TEXTS:
        value |= {"before": encodable(item.before), "after": encodable(item.after)}
        value["lets_through"] = [encodable(message) for message in item.lets_through]
    value["evidence"] = [
        {"from": encodable(hop.importer), "to": encodable(hop.imported), "path": encodable(hop.path), "line": hop.line}
        for hop in item.evidence
    ]
    return value
