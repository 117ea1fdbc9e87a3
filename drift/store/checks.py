"""Queries of checks: record one with its report and invariants, give them back, say how things stand."""

import json
import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, delete, func, insert, select

from drift.lives.records import Check, InvariantVerdict
from drift.store.rows import cause_columns, check, invariant
from drift.tables.checks import check_invariants, checks, reports
from drift.tables.findings import findings
from drift.tables.repositories import repositories
from specs.store.artifacts import CLEAR, ArtifactStore, Vault
from specs.store.connection import Connection


class CheckStore:
    """Checks on one connection."""

    def __init__(self, connection: Connection, vault: Vault = CLEAR) -> None:
        self._connection = connection
        self._artifacts = ArtifactStore(connection, vault)

    async def add(self, made: Check, report: tuple[str, bytes] | None) -> None:
        """Record a check, with its report (digest and JSON) if it came to one."""
        if report is not None:
            await self._artifacts.keep(report[1], made.at)
        row = {
            "id": made.id,
            "repository_id": made.repository,
            "commit": made.commit,
            "specs_digest": made.specs_digest,
            "verdict": made.verdict,
            "problem": made.problem,
            "report": report[0] if report else None,
            "counts": dict(made.counts),
            "at": made.at,
            "duration_ms": made.duration_ms,
            "invariants": made.invariants,
            "broken": made.broken,
            "opened": made.opened,
            "resolved": made.resolved,
            "regressed": made.regressed,
            **cause_columns(made.cause, "cause"),
        }
        await self._connection.execute(insert(checks).values(row))

    async def add_invariants(self, of: UUID, project: UUID, results: Sequence[Mapping[str, Any]]) -> None:
        """Record how each invariant fared in a check."""
        rows = [{"check_id": of, "project_id": project, "place": n, **result} for n, result in enumerate(results)]
        if rows:
            await self._connection.execute(insert(check_invariants), rows)

    async def page(
        self, project: UUID, repository: UUID | None, *, before: int | None, limit: int
    ) -> tuple[tuple[int, Check], ...]:
        """Give the checks of a project, newest first, with their numbers; from before a number on."""
        query = self._of_project(project).order_by(checks.c.seq.desc()).limit(limit)
        if repository is not None:
            query = query.where(checks.c.repository_id == repository)
        if before is not None:
            query = query.where(checks.c.seq < before)
        return tuple((row["seq"], check(row)) for row in (await self._connection.execute(query)).mappings())

    async def find(self, project: UUID, ref: UUID) -> tuple[Check, str | None] | None:
        """Give a check of a project, and the digest of its report."""
        query = self._of_project(project).where(checks.c.id == ref)
        row = (await self._connection.execute(query)).mappings().one_or_none()
        return None if row is None else (check(row), row["report"])

    async def report(self, digest: str) -> dict[str, Any]:
        """Give a report; an empty one where it is not kept any longer. Raises `UnavailableError`."""
        body = await self._artifacts.read(digest)
        if body is None:
            query = select(reports.c.body).where(reports.c.digest == digest)
            packed = (await self._connection.execute(query)).scalar_one_or_none()
            body = b"{}" if packed is None else zlib.decompress(packed)
        value: dict[str, Any] = json.loads(body)
        return value

    async def move_reports(self, at: datetime, most: int) -> int:
        """Make artifacts of reports that were kept before there were any; say of how many."""
        query = select(reports).limit(most).with_for_update(skip_locked=True)
        rows = (await self._connection.execute(query)).all()
        for row in rows:
            await self._artifacts.keep(zlib.decompress(row.body), at)
            await self._connection.execute(delete(reports).where(reports.c.digest == row.digest))
        return len(rows)

    async def latest(self, project: UUID, before: datetime | None = None) -> dict[UUID, Check]:
        """Give the last check of each repository of a project (of what was before a moment), whatever it came to."""
        query = select(checks).where(checks.c.seq.in_(_last(project, before)))
        rows = (await self._connection.execute(query)).mappings()
        return {row["repository_id"]: check(row) for row in rows}

    async def last_of(self, repository: UUID) -> Check | None:
        """Give the last check of a repository."""
        query = select(checks).where(checks.c.repository_id == repository).order_by(checks.c.seq.desc()).limit(1)
        row = (await self._connection.execute(query)).mappings().one_or_none()
        return None if row is None else check(row)

    async def asked(self, repository: UUID) -> frozenset[str]:
        """Give the invariants of the last finished check of a repository."""
        ours = (checks.c.repository_id == repository) & (checks.c.verdict != "error")
        last = select(checks.c.id).where(ours).order_by(checks.c.seq.desc()).limit(1).scalar_subquery()
        query = select(check_invariants.c.invariant).where(check_invariants.c.check_id == last)
        return frozenset((await self._connection.execute(query)).scalars())

    async def since(self, repository: UUID, verdict: str) -> Check | None:
        """Give the check from which on the verdict has been what it is; checks in error between do not count."""
        ours = checks.c.repository_id == repository
        other = and_(ours, checks.c.verdict.not_in([verdict, "error"]))
        turn = select(func.coalesce(func.max(checks.c.seq), 0)).where(other).scalar_subquery()
        query = select(checks).where(ours, checks.c.verdict == verdict, checks.c.seq > turn)
        row = (await self._connection.execute(query.order_by(checks.c.seq).limit(1))).mappings().one_or_none()
        return None if row is None else check(row)

    async def standing(
        self, project: UUID, spec: UUID | None = None, before: datetime | None = None
    ) -> tuple[InvariantVerdict, ...]:
        """Give how each invariant stands at the last finished check of each repository, or stood before a moment."""
        query = (
            select(check_invariants, checks.c.repository_id)
            .join(checks, checks.c.id == check_invariants.c.check_id)
            .where(checks.c.seq.in_(_last(project, before, finished=True)))
            .order_by(check_invariants.c.spec_path.collate("C"), check_invariants.c.line, checks.c.repository_id)
        )
        if spec is not None:
            query = query.where(check_invariants.c.spec_id == spec)
        return tuple(invariant(row) for row in (await self._connection.execute(query)).mappings())

    def _of_project(self, project: UUID) -> Select[Any]:
        ours = repositories.c.project_id == project
        return select(checks).join(repositories, repositories.c.id == checks.c.repository_id).where(ours)

    async def open_by_severity(self, project: UUID) -> dict[UUID, dict[str, int]]:
        """Count the open findings of each repository by severity."""
        query = (
            select(findings.c.repository_id, findings.c.severity, func.count())
            .where(findings.c.project_id == project, findings.c.state == "open")
            .group_by(findings.c.repository_id, findings.c.severity)
        )
        counted: dict[UUID, dict[str, int]] = {}
        for repository, severity, number in await self._connection.execute(query):
            counted.setdefault(repository, {})[severity] = number
        return counted


def _last(project: UUID, before: datetime | None = None, *, finished: bool = False) -> Any:
    query = (
        select(func.max(checks.c.seq))
        .join(repositories, repositories.c.id == checks.c.repository_id)
        .where(repositories.c.project_id == project)
        .group_by(checks.c.repository_id)
    )
    if before is not None:
        query = query.where(checks.c.cause_at < before)
    return query.where(checks.c.verdict != "error") if finished else query
