"""Sets one report beside another: what a change introduces, what was there before, what it mends. Pure."""

from collections import Counter

from drift.debt.renames import NO_RENAMES, LateRenames
from drift.findings import LOCK, Finding, FindingState
from drift.report import CheckReport, verdict_of
from specs.values import replace


def compare(base: CheckReport, head: CheckReport, renames: LateRenames = lambda: NO_RENAMES) -> CheckReport:
    """Give the head's report with each finding marked introduced or existing, and the base's that are gone as fixed.

    Findings are the same by fingerprint. `renames` says what things of the base are called now, so that a move
    introduces nothing; it is asked only where something came and something went. What a lock accepts stays so.
    """
    before = list(base.findings)
    if differ(before, head.findings):
        names = renames()
        before = [names.finding(finding) for finding in before]
    left = Counter(finding.fingerprint for finding in before)
    marked: list[Finding] = []
    for finding in head.findings:
        known = left[finding.fingerprint] > 0
        left[finding.fingerprint] -= known
        if finding.state is not FindingState.INTRODUCED:
            marked.append(finding)
        else:
            marked.append(replace(finding, state=FindingState.EXISTING if known else FindingState.INTRODUCED))
    for finding in before:
        if left[finding.fingerprint] > 0 and finding.kind != LOCK:
            left[finding.fingerprint] -= 1
            marked.append(replace(finding, state=FindingState.FIXED))
    return replace(head, findings=tuple(marked), verdict=verdict_of(marked))


def differ(before: list[Finding], after: tuple[Finding, ...]) -> bool:
    """Say whether each side has a finding that the other lacks: one may be the other under a new name."""
    old, new = {finding.fingerprint for finding in before}, {finding.fingerprint for finding in after}
    return bool(old - new) and bool(new - old)
