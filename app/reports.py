"""Reads the JSON of a check back into a report, so that what was kept can be written in every format. Pure.

A fingerprint cannot be made again from what the JSON holds, so it is taken from there. Reports of earlier versions lack
newer fields: what is not there is empty.
"""

from collections.abc import Mapping
from typing import Any

from drift.findings import Acceptance, CodeAnchor, Finding, FindingState, Hop, SpecAnchor
from drift.mentions.removal import Removal
from drift.report import CheckReport, InvariantResult, NotAnalysed
from specs.values import dataclass


@dataclass(frozen=True, slots=True)
class KeptFinding(Finding):
    """A finding as the JSON told it."""

    kept: str = ""

    @property
    def fingerprint(self) -> str:
        """The fingerprint that was kept."""
        return self.kept


def read_report(value: Mapping[str, Any]) -> CheckReport:
    """Read a report. The value has been written by `app.renderers.json`, version 1."""
    return CheckReport(
        verdict=value["verdict"],
        invariants=tuple(read_invariant(row) for row in value["invariants"]),
        findings=tuple(read_finding(row) for row in value["findings"]),
        not_analysed=tuple(NotAnalysed(row["path"], row["reason"]) for row in value.get("not_analysed", ())),
        counts=value.get("counts", {}),
    )


def read_invariant(row: Mapping[str, Any]) -> InvariantResult:
    """Read one invariant."""
    spec = row["spec"]
    return InvariantResult(
        id=row["id"],
        name=row["name"],
        kind=row["kind"],
        spec=spec["path"],
        anchor=spec["anchor"],
        line=spec["line"],
        verdict=row["verdict"],
        findings=tuple(row["findings"]),
        why=row.get("why", ""),
    )


def read_finding(row: Mapping[str, Any]) -> KeptFinding:
    """Read one finding."""
    spec, code, accepted = row["spec"], row["code"], row.get("accepted")
    return KeptFinding(
        invariant=row["invariant"],
        kind=row["kind"],
        severity=row["severity"],
        message=row["message"],
        fix=row["fix"],
        spec=SpecAnchor(spec["path"], spec["anchor"], spec["line"]),
        code=CodeAnchor(code["path"], code["line"], code["column"]) if code else None,
        identity=(),
        evidence=tuple(Hop(hop["from"], hop["to"], hop["path"], hop["line"]) for hop in row.get("evidence", ())),
        importer=row.get("importer"),
        imported=row.get("imported"),
        reference=row.get("reference"),
        state=FindingState(row["state"]),
        accepted=Acceptance(accepted["until"] or "", accepted["by"], accepted["because"]) if accepted else None,
        before=row.get("before", ""),
        after=row.get("after", ""),
        lets_through=tuple(row.get("lets_through", ())),
        removal=read_removal(row) if "removed_in" in row else None,
        kept=row["fingerprint"],
    )


def read_removal(row: Mapping[str, Any]) -> Removal:
    """Read when a name left the code, and what became of it."""
    return Removal(
        row["removed_in"] or "",
        row["removed_at"] or "",
        row["removed_by"],
        tuple(row["was_in"]),
        row["became"] or "",
        row["how"],
    )
