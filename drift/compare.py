"""Sets one report beside another: what a change introduces, what was there before, what it mends. Pure."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from drift.findings import Finding, FindingState
from drift.report import CheckReport, verdict_of


def compare(base: CheckReport, head: CheckReport, renames: Mapping[str, str] | None = None) -> CheckReport:
    """Give the head's report with each finding marked introduced or existing, and the base's that are gone as fixed.

    Findings are the same by fingerprint. `renames` maps former names (modules or paths) to present ones, so that a
    move introduces nothing. A finding that is waived stays so.
    """
    moved = dict(renames or {})
    before = [_renamed(finding, moved) for finding in base.findings]
    left = Counter(finding.fingerprint for finding in before)
    marked: list[Finding] = []
    for finding in head.findings:
        known = left[finding.fingerprint] > 0
        left[finding.fingerprint] -= known
        if finding.state is FindingState.WAIVED:
            marked.append(finding)
        else:
            marked.append(replace(finding, state=FindingState.EXISTING if known else FindingState.INTRODUCED))
    for finding in before:
        if left[finding.fingerprint] > 0:
            left[finding.fingerprint] -= 1
            marked.append(replace(finding, state=FindingState.FIXED))
    return replace(head, findings=tuple(marked), verdict=verdict_of(marked))


def _renamed(finding: Finding, moved: Mapping[str, str]) -> Finding:
    if not moved:
        return finding
    identity = tuple(moved.get(part, part) for part in finding.identity)
    if finding.identity[:1] == ("cycle",):
        names = identity[1:]
        least = names.index(min(names))
        identity = ("cycle", *names[least:], *names[:least])
    if identity == finding.identity:
        return finding
    importer = moved.get(finding.importer, finding.importer) if finding.importer else None
    imported = moved.get(finding.imported, finding.imported) if finding.imported else None
    return replace(finding, identity=identity, importer=importer, imported=imported)
