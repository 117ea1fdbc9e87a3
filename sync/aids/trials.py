"""What an invariant would find today: the answer of a dry run, by invariant and line. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from drift.lives.evaluated import Evaluated
from specs.document import Document
from specs.values import dataclass

MOST_FINDINGS = 20
MOST_HOPS = 6
PAST = "Names in prose are held against the past of the code with the next check; those that are gone are marked above."
NO_PARENT = "No spec of a folder above has the invariant that it restates."
INHERITED = "It restates an invariant of a folder above, and is tried once the spec has a file beside its package."


@dataclass(frozen=True, slots=True)
class TrialHop:
    """One step of an import chain."""

    importer: str
    imported: str
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class TrialFinding:
    """A place where code and the typed text disagree; `state` is introduced, existing (in the lock) or waived."""

    message: str
    fix: str
    severity: str
    state: str
    path: str = ""
    line: int = 0
    evidence: tuple[TrialHop, ...] = ()


@dataclass(frozen=True, slots=True)
class TriedInvariant:
    """An invariant of the typed text: where its block begins, how it stands, what it finds (`count` in all).

    `verdict` is kept, broken, unmatched, error, or untried, with the reason in `note`.
    """

    id: str
    kind: str
    line: int
    verdict: str
    count: int = 0
    findings: tuple[TrialFinding, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class TrialRun:
    """One repository held against the typed text at a commit; `problem` where that did not come to an end."""

    repository: str
    commit: str
    invariants: tuple[TriedInvariant, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of a dry run. `state` is tried, nothing (no invariant to try) or no-code; `note` says so in words."""

    state: Literal["tried", "nothing", "no-code"]
    runs: tuple[TrialRun, ...] = ()
    note: str = ""


def run_of(repository: str, commit: str, done: Evaluated, document: Document, *, placed: bool = True) -> TrialRun:
    """Say what an evaluation of the typed text came to; `placed`: it has a file, beside a package or not."""
    if done.problem:
        return TrialRun(repository, commit, problem=done.problem)
    found: dict[str, list[Mapping[str, Any]]] = {}
    for finding in done.findings.values():
        found.setdefault(str(finding["invariant"]), []).append(finding)
    lines = {block.id: block.line for block in document.invariants}
    restated = {block.id for block in document.invariants if block.extends and not placed}
    rows = []
    for row in done.invariants:
        name = str(row["id"])
        if name in restated:
            rows.append(TriedInvariant(name, row["kind"], lines[name], "untried", note=INHERITED))
        elif name in lines:
            listed = found.get(name, [])
            told = tuple(_finding(one) for one in listed[:MOST_FINDINGS])
            rows.append(TriedInvariant(name, row["kind"], lines[name], row["verdict"], len(listed), told))
    known = {row.line for row in rows}
    rows += [
        TriedInvariant(block.id, block.kind, block.line, "untried", note=PAST)
        for block in document.invariants
        if block.kind == "mentions" and block.line not in known
    ]
    rows += [
        TriedInvariant(block.id, block.kind, block.line, "error", note=NO_PARENT)
        for block in document.invariants
        if block.extends and placed and block.line not in known
    ]
    return TrialRun(repository, commit, tuple(sorted(rows, key=lambda one: one.line)))


def _finding(row: Mapping[str, Any]) -> TrialFinding:
    code = row["code"] or {"path": "", "line": 0}
    hops: Sequence[Mapping[str, Any]] = row.get("evidence") or ()
    chain = tuple(
        TrialHop(str(hop["from"]), str(hop["to"]), str(hop["path"]), int(hop["line"])) for hop in hops[:MOST_HOPS]
    )
    words = (str(row["message"]), str(row["fix"]), str(row["severity"]), str(row["state"]))
    return TrialFinding(*words, str(code["path"]), int(code["line"]), chain)
