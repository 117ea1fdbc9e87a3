"""Writes down what a check came to: the check, its invariants, the lives of its findings, the code at the head.

One call is one step of a branch's history, inside the caller's transaction, so that a check is recorded whole or not
at all. Knows nothing of how the evaluation was made.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from drift.lives.evaluated import Evaluated
from drift.lives.life import Cause, LifeEvent, Step, replay, step
from drift.lives.records import CauseRecord, Check, CheckVerdict, CommitRecord
from drift.report import counts
from drift.store.checks import CheckStore
from drift.store.code import CodeStore
from drift.store.findings import FindingStore
from drift.store.repositories import RepositoryStore
from specs.store.artifacts import CLEAR, Vault
from specs.store.connection import Connection

BAD = frozenset({"broken", "error"})


@dataclass(frozen=True, slots=True)
class Finished:
    """An evaluation that ended, well or not, with what it was made of.

    `specs` maps the path of each spec that was read to its id, `heads` each id to the revision read. `cause` is what
    made it necessary; where several specs changed at once, `causes` has the cause for each of them. `expected` is the
    head that was evaluated before: where another has been since, nothing is written.
    """

    id: UUID
    repository: UUID
    commit: CommitRecord
    specs_digest: str
    specs: Mapping[str, UUID]
    heads: Mapping[UUID, str]
    cause: CauseRecord
    evaluated: Evaluated
    at: datetime
    duration_ms: int
    expected: str
    causes: Mapping[UUID, CauseRecord] = field(default_factory=dict)


async def record(connection: Connection, done: Finished, vault: Vault = CLEAR) -> Check | None:
    """Write a finished evaluation down; nothing when the repository was removed, or someone else went on, meanwhile."""
    repositories = RepositoryStore(connection)
    repository = await repositories.get(done.repository, lock=True)
    if repository is None or repository.head != done.expected:
        return None
    findings, checks = FindingStore(connection), CheckStore(connection, vault)
    known = await findings.known(done.repository)
    taken: Step | None = None
    if done.evaluated.verdict is not CheckVerdict.ERROR:
        causes = await causes_of(findings, done)
        bare = {name: plain(cause) for name, cause in causes.items()}
        asked_before = await checks.asked(done.repository)
        taken = step(known, done.evaluated.look, plain(done.cause), bare, asked_before)
    check = summary(done, taken)
    evaluated = done.evaluated
    await checks.add(check, None if taken is None else (evaluated.digest, evaluated.body))
    if taken is not None:
        await checks.add_invariants(
            check.id, repository.project, [invariant_row(row, done) for row in evaluated.invariants]
        )
        rows = [finding_row(row, done, repository.project) for row in evaluated.findings.values()]
        after = replay(known, taken.events)
        await findings.see(rows, after, done.cause)
        told = [(event, causes.get(event.fingerprint, done.cause)) for event in taken.events]
        await findings.happen(done.repository, check.id, told, after)
        await CodeStore(connection).replace(done.repository, evaluated.paths)
    await repositories.add_commit(done.repository, done.commit, "failed" if taken is None else "evaluated")
    heads = {str(spec): head for spec, head in done.heads.items()}
    await repositories.change(done.repository, head=done.commit.id, specs=heads)
    return check


async def causes_of(findings: FindingStore, done: Finished) -> dict[str, CauseRecord]:
    """Say for each finding which changed spec answers for it: that which it is of now, else that which it was of."""
    if not done.causes:
        return {}
    specs = await findings.specs_of(done.repository)
    specs |= {name: done.specs.get(row["spec"]["path"]) for name, row in done.evaluated.findings.items()}
    return {name: done.causes[spec] for name, spec in specs.items() if spec is not None and spec in done.causes}


def plain(cause: CauseRecord) -> Cause:
    """Reduce a cause to what lives need."""
    return Cause(cause.kind, cause.reference, cause.actor, cause.at)


def summary(done: Finished, taken: Step | None) -> Check:
    """Make the check of what was evaluated and what that changed."""
    kinds = [event.kind for event in taken.events] if taken else []
    evaluated = done.evaluated
    return Check(
        id=done.id,
        repository=done.repository,
        commit=done.commit.id,
        specs_digest=done.specs_digest,
        verdict=evaluated.verdict,
        problem=evaluated.problem,
        counts={**evaluated.counts, "lines": sum(one.lines for one in evaluated.paths if one.module)},
        cause=done.cause,
        at=done.at,
        duration_ms=done.duration_ms,
        invariants=sum(
            counts(row["id"], row["kind"], row["spec"]["anchor"], row["verdict"]) for row in evaluated.invariants
        ),
        broken=sum(row["verdict"] in BAD and not is_waived(row) for row in evaluated.invariants),
        opened=kinds.count(LifeEvent.OPENED),
        resolved=kinds.count(LifeEvent.RESOLVED),
        regressed=kinds.count(LifeEvent.REGRESSED),
    )


def invariant_row(row: Mapping[str, Any], done: Finished) -> dict[str, Any]:
    """Give the columns of an invariant's result."""
    spec = row["spec"]
    return {
        "invariant": row["id"],
        "name": row["name"],
        "kind": row["kind"],
        "spec_id": done.specs.get(spec["path"]),
        "spec_path": spec["path"],
        "anchor": spec["anchor"],
        "line": int(spec["line"]),
        "verdict": row["verdict"],
        "findings": len(row["findings"]),
        "waived": is_waived(row),
    }


def is_waived(row: Mapping[str, Any]) -> bool:
    """Say whether all that breaks an invariant is waived. Reports of earlier versions do not tell."""
    return row.get("waived") is True


def finding_row(row: Mapping[str, Any], done: Finished, project: UUID) -> dict[str, Any]:
    """Give the columns of a finding that do not depend on its life."""
    spec, code = row["spec"], row["code"]
    return {
        "repository_id": done.repository,
        "fingerprint": row["fingerprint"],
        "project_id": project,
        "invariant": row["invariant"],
        "kind": row["kind"],
        "severity": row["severity"],
        "spec_id": done.specs.get(spec["path"]),
        "spec_path": spec["path"],
        "spec_anchor": spec["anchor"],
        "code_path": code["path"] if code else "",
        "line": int(code["line"]) if code else 0,
        "message": row["message"],
        "fix": row["fix"],
        "data": dict(row),
    }
