"""How rows of the code side become values and back; shared by the stores, decides nothing."""

from collections.abc import Mapping
from typing import Any

from drift.lives.life import CauseKind, LifeState
from drift.lives.records import (
    CauseRecord,
    Check,
    CheckVerdict,
    FindingRecord,
    InvariantVerdict,
    Repository,
    RepositoryState,
)

Row = Mapping[Any, Any]
CAUSE = ("kind", "reference", "actor", "at", "spec", "path")


def repository(row: Row) -> Repository:
    """Make a repository of its row."""
    return Repository(
        id=row["id"],
        project=row["project_id"],
        name=row["name"],
        url=row["url"],
        branch=row["branch"],
        state=RepositoryState(row["state"]),
        created_at=row["created_at"],
        problem=row["problem"],
        hint=row["hint"],
        note=row["note"],
        head=row["head"],
        fetched=row["fetched"],
        skipped=row["skipped"],
        failures=row["failures"],
        tried_at=row["tried_at"],
        synced_at=row["synced_at"],
        webhook_salt=row["webhook_salt"],
    )


def cause(row: Row, mark: str) -> CauseRecord:
    """Make a cause of the columns whose names begin with `mark`."""
    return CauseRecord(
        kind=CauseKind(row[f"{mark}_kind"]),
        reference=row[f"{mark}_reference"],
        actor=row[f"{mark}_actor"],
        at=row[f"{mark}_at"],
        spec=row[f"{mark}_spec"],
        spec_path=row[f"{mark}_path"],
    )


def cause_columns(given: CauseRecord, mark: str) -> dict[str, Any]:
    """Give the columns of a cause."""
    values = (given.kind, given.reference, given.actor, given.at, given.spec, given.spec_path)
    return {f"{mark}_{name}": value for name, value in zip(CAUSE, values, strict=True)}


def check(row: Row) -> Check:
    """Make a check of its row."""
    return Check(
        id=row["id"],
        repository=row["repository_id"],
        commit=row["commit"],
        specs_digest=row["specs_digest"],
        verdict=CheckVerdict(row["verdict"]),
        problem=row["problem"],
        counts=row["counts"],
        cause=cause(row, "cause"),
        at=row["at"],
        duration_ms=row["duration_ms"],
        invariants=row["invariants"],
        broken=row["broken"],
        opened=row["opened"],
        resolved=row["resolved"],
        regressed=row["regressed"],
    )


def invariant(row: Row) -> InvariantVerdict:
    """Make an invariant's verdict of its row, joined to its check."""
    return InvariantVerdict(
        repository=row["repository_id"],
        invariant=row["invariant"],
        name=row["name"],
        kind=row["kind"],
        spec=row["spec_id"],
        spec_path=row["spec_path"],
        anchor=row["anchor"],
        line=row["line"],
        verdict=row["verdict"],
        findings=row["findings"],
        waived=row["waived"],
    )


def finding(row: Row) -> FindingRecord:
    """Make a finding of its row."""
    return FindingRecord(
        repository=row["repository_id"],
        fingerprint=row["fingerprint"],
        invariant=row["invariant"],
        kind=row["kind"],
        severity=row["severity"],
        spec=row["spec_id"],
        spec_path=row["spec_path"],
        spec_anchor=row["spec_anchor"],
        code_path=row["code_path"],
        line=row["line"],
        message=row["message"],
        fix=row["fix"],
        state=LifeState(row["state"]),
        regressed=row["regressed"],
        opened=cause(row, "opened"),
        changed=cause(row, "changed"),
        data=row["data"],
    )
