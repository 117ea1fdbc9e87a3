from collections.abc import Iterable
from dataclasses import replace

from drift.debt.compare import compare
from drift.debt.renames import Renames
from drift.findings import Finding, FindingState, SpecAnchor
from drift.report import CheckReport, verdict_of
from specs.problem import Severity

STATES = FindingState


def finding(
    *identity: str, severity: Severity = "error", state: FindingState = STATES.INTRODUCED, line: int = 1
) -> Finding:
    anchor = SpecAnchor("s.md", "", line)
    importer, imported = (identity[0], identity[1]) if len(identity) == 2 else (None, None)
    return Finding(
        "rule", "layers", severity, "m", "f", anchor, None, identity, importer=importer, imported=imported, state=state
    )


def report(findings: Iterable[Finding]) -> CheckReport:
    found = tuple(findings)
    return CheckReport(verdict_of(found), (), found, (), {})


def states(base: CheckReport, head: CheckReport, renames: dict[str, str] | None = None) -> list[tuple[str, str]]:
    compared = compare(base, head, lambda: Renames(renames or {}))
    return [(" ".join(one.identity), one.state.value) for one in compared.findings]


def test_introduced_existing_and_fixed() -> None:
    base = report([finding("a", "b"), finding("c", "d")])
    head = report([finding("c", "d", line=7), finding("e", "f")])
    assert states(base, head) == [("c d", "existing"), ("e f", "introduced"), ("a b", "fixed")]
    assert compare(base, head).verdict == "broken"


def test_what_was_there_does_not_break() -> None:
    same = report([finding("a", "b")])
    assert same.verdict == "broken"
    assert compare(same, same).verdict == "kept"
    warned = report([finding("x", "y", severity="warning")])
    assert compare(report([]), warned).verdict == "kept"


def test_one_more_of_the_same_is_introduced() -> None:
    base = report([finding("a", "b")])
    head = report([finding("a", "b"), finding("a", "b")])
    assert [state for _, state in states(base, head)] == ["existing", "introduced"]
    assert [state for _, state in states(head, base)] == ["existing", "fixed"]


def test_a_move_introduces_nothing() -> None:
    base = report([finding("old.a", "b"), finding("cycle", "m", "old.a")])
    head = report([finding("new.a", "b"), finding("cycle", "m", "new.a")])
    assert [state for _, state in states(base, head, {"old.a": "new.a"})] == ["existing", "existing"]
    turned = report([finding("cycle", "a.a", "m")])
    assert [state for _, state in states(report([finding("cycle", "m", "z")]), turned, {"z": "a.a"})] == ["existing"]


def test_a_waived_finding_stays_waived() -> None:
    waived = replace(finding("a", "b"), state=STATES.WAIVED)
    assert compare(report([]), report([waived])).findings[0].state is STATES.WAIVED
    assert compare(report([]), report([waived])).verdict == "kept"
