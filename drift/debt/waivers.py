"""Waivers that people gave on a server, by fingerprint, beside those of `holdfast.lock`. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from drift.debt.acceptance import acceptable, released
from drift.findings import Acceptance, Finding, FindingState
from drift.report import CheckReport, verdict_of


def with_waivers(report: CheckReport, waivers: Mapping[str, Acceptance], today: date) -> CheckReport:
    """Waive the findings of these fingerprints through their last days; say it of those whose day is over."""
    if not waivers:
        return report
    findings = released([_waived(one, waivers.get(one.fingerprint), today) for one in report.findings])
    return replace(report, findings=tuple(findings), verdict=verdict_of(findings))


def _waived(finding: Finding, waiver: Acceptance | None, today: date) -> Finding:
    if waiver is None or not acceptable(finding) or finding.state is FindingState.WAIVED:
        return finding
    if date.fromisoformat(waiver.until) >= today:
        return replace(finding, state=FindingState.WAIVED, accepted=waiver)
    note = f" It was waived by {waiver.by} until {waiver.until} ({waiver.because}); that day is over."
    return replace(finding, message=finding.message + note)
