"""The result of a check, as data: what `holdfast check` prints and the server stores. Renderers make text of it."""

from collections.abc import Iterable, Mapping
from typing import Literal

from drift.findings import Finding, FindingState, Verdict
from specs.values import dataclass


@dataclass(frozen=True, slots=True)
class InvariantResult:
    """How one invariant fared. `findings` are fingerprints, `governs` the paths it is about, `why` its reason."""

    id: str
    name: str
    kind: str
    spec: str
    anchor: str
    line: int
    verdict: Verdict
    findings: tuple[str, ...]
    governs: frozenset[str] = frozenset()
    why: str = ""


@dataclass(frozen=True, slots=True)
class NotAnalysed:
    """A file or a question that was left out, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class CheckReport:
    """Everything one check found. `counts` holds totals for people: files, modules, edges, specs, unresolved."""

    verdict: Literal["kept", "broken"]
    invariants: tuple[InvariantResult, ...]
    findings: tuple[Finding, ...]
    not_analysed: tuple[NotAnalysed, ...]
    counts: Mapping[str, int]


def verdict_of(findings: Iterable[Finding]) -> Literal["kept", "broken"]:
    """Give the verdict of a check: broken by an introduced finding of severity error, by nothing else."""
    counted = (one.severity == "error" and one.state is FindingState.INTRODUCED for one in findings)
    return "broken" if any(counted) else "kept"


def waived_in(report: CheckReport) -> frozenset[tuple[str, str]]:
    """Name the invariants, by id and spec, of which all that is found is waived: not kept, and not broken to anyone."""
    states = {one.fingerprint: one.state for one in report.findings if one.state is FindingState.WAIVED}
    if not states:
        return frozenset()
    return frozenset(
        (one.id, one.spec) for one in report.invariants if one.findings and all(name in states for name in one.findings)
    )


def counts(invariant: str, kind: str, anchor: str, verdict: str) -> bool:
    """Say whether a result counts as one of the invariants that people wrote.

    The mentions of a spec are looked at without anyone asking; as long as they are kept, nobody wrote a word of it.
    """
    return verdict != "kept" or not (invariant == kind == "mentions" and not anchor)
