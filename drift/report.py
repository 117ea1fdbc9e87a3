"""The result of a check, as data: what `holdfast check` prints and the server stores. Renderers make text of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from drift.findings import Finding, Verdict


@dataclass(frozen=True, slots=True)
class InvariantResult:
    """How one invariant fared. `findings` are fingerprints; `governs` the paths it speaks about."""

    id: str
    name: str
    kind: str
    spec: str
    anchor: str
    line: int
    verdict: Verdict
    findings: tuple[str, ...]
    governs: frozenset[str] = frozenset()


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
