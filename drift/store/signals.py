"""Queries of signals: what names requirements, how tests ended, what runs where, what is wrong now."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import case, delete, exists, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.dialects.postgresql import insert as upsert

from drift.lives.signals import DeploymentRow, IncidentRow, ResultRow, TraceRow
from drift.tables.repositories import commits, repositories
from drift.tables.signals import deployments, incidents, test_results, trace_places
from specs.store.connection import Connection
from specs.tables.people import actors

MAX_PLACES, MAX_RESULTS = 50_000, 100_000


class SignalStore:
    """Signals on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def replace_places(self, repository: UUID, commit: str, rows: Sequence[TraceRow]) -> None:
        """Make these the places of a repository at an evaluated commit; what was named before keeps its age."""
        ours = trace_places.c.repository_id == repository
        query = select(trace_places.c.target, trace_places.c.kind, func.min(trace_places.c.since)).where(ours)
        before = await self._connection.execute(query.group_by(trace_places.c.target, trace_places.c.kind))
        known = {(target, kind): since for target, kind, since in before}
        if not rows and not known:
            return
        place = select(commits.c.seq).where(commits.c.repository_id == repository, commits.c.id == commit)
        now = (await self._connection.execute(place)).scalar_one_or_none() or 0
        await self._connection.execute(delete(trace_places).where(ours))
        fresh = [
            {
                "repository_id": repository,
                "path": row.path,
                "line": row.line,
                "target": row.target,
                "kind": row.kind,
                "symbol": row.symbol,
                "since": known.get((row.target, row.kind), now),
            }
            for row in rows
        ]
        if fresh:
            await self._connection.execute(upsert(trace_places).on_conflict_do_nothing(), fresh)

    async def places(self, project: UUID) -> tuple[TraceRow, ...]:
        """Give the places of all repositories of a project, in order."""
        query = (
            select(trace_places, repositories.c.name)
            .join(repositories, repositories.c.id == trace_places.c.repository_id)
            .where(repositories.c.project_id == project)
            .order_by(repositories.c.name.collate("C"), trace_places.c.path.collate("C"), trace_places.c.line)
            .limit(MAX_PLACES)
        )
        found = (await self._connection.execute(query)).mappings()
        return tuple(
            TraceRow(row["path"], row["line"], row["target"], row["kind"], row["symbol"], row["name"], row["since"])
            for row in found
        )

    async def any(self, project: UUID) -> bool:
        """Say whether a project has any signal."""
        ours = select(repositories.c.id).where(repositories.c.project_id == project)
        there = [
            exists().where(trace_places.c.repository_id.in_(ours)),
            *(exists().where(table.c.project_id == project) for table in (test_results, deployments, incidents)),
        ]
        return bool((await self._connection.execute(select(or_(*there)))).scalar_one())

    async def keep_results(self, project: UUID, rows: Sequence[ResultRow]) -> None:
        """Make these the last results of their tests; one that ends as it did keeps since when."""
        made = upsert(test_results)
        new = made.excluded
        same = test_results.c.result == new.result
        values = {name: getattr(new, name) for name in ("file", "result", "message", "targets", "commit", "at")}
        statement = made.on_conflict_do_update(
            index_elements=["project_id", "repository", "classname", "name"],
            set_={**values, "since": case((same, test_results.c.since), else_=new.since)},
            where=test_results.c.at <= new.at,
        )
        given = [
            {
                "project_id": project,
                "repository": row.repository,
                "classname": row.classname,
                "name": row.name,
                "file": row.file,
                "result": row.result,
                "message": row.message,
                "targets": list(row.targets),
                "commit": row.commit,
                "since": row.since,
                "at": row.at,
            }
            for row in rows
        ]
        if given:
            await self._connection.execute(statement, given)

    async def results(self, project: UUID) -> tuple[ResultRow, ...]:
        """Give how each test of a project ended last."""
        order = (test_results.c.repository, test_results.c.classname, test_results.c.name)
        query = select(test_results).where(test_results.c.project_id == project).order_by(*order).limit(MAX_RESULTS)
        return tuple(_result(row) for row in (await self._connection.execute(query)).mappings())

    async def deploy(  # noqa: PLR0913 (the columns of one deployment)
        self, ident: UUID, project: UUID, *, repository: str, environment: str, commit: str, actor: UUID, at: datetime
    ) -> None:
        """Record that a commit was put into an environment."""
        row = {"id": ident, "project_id": project, "repository": repository, "environment": environment}
        await self._connection.execute(insert(deployments), [{**row, "commit": commit, "actor_id": actor, "at": at}])

    async def running(self, project: UUID) -> tuple[DeploymentRow, ...]:
        """Give what was put into each environment last, for each repository."""
        query = (
            select(deployments, actors.c.name, commits.c.seq)
            .ext(distinct_on(deployments.c.repository, deployments.c.environment))
            .join(actors, actors.c.id == deployments.c.actor_id)
            .outerjoin(
                repositories,
                (repositories.c.project_id == project) & (repositories.c.name == deployments.c.repository),
            )
            .outerjoin(commits, (commits.c.repository_id == repositories.c.id) & (commits.c.id == deployments.c.commit))
            .where(deployments.c.project_id == project)
            .order_by(
                deployments.c.repository, deployments.c.environment, deployments.c.at.desc(), deployments.c.id.desc()
            )
        )
        found = (await self._connection.execute(query)).mappings()
        return tuple(
            DeploymentRow(row["repository"], row["environment"], row["commit"], row["name"], row["at"], row["seq"] or 0)
            for row in found
        )

    async def open_incident(  # noqa: PLR0913 (the columns of one incident)
        self, project: UUID, name: str, *, requirements: Sequence[str], paths: Sequence[str], actor: UUID, at: datetime
    ) -> bool:
        """Open an incident; False where one of this name is open already."""
        row = {"project_id": project, "name": name, "opened_at": at, "actor_id": actor}
        added = (
            upsert(incidents)
            .values({**row, "requirements": list(requirements), "paths": list(paths)})
            .on_conflict_do_nothing()
            .returning(incidents.c.name)
        )
        return (await self._connection.execute(added)).one_or_none() is not None

    async def close_incident(self, project: UUID, name: str, at: datetime) -> bool:
        """Close the open incident of a name; False where there is none."""
        this = (incidents.c.project_id == project, incidents.c.name == name, incidents.c.closed_at.is_(None))
        closed = update(incidents).where(*this).values(closed_at=func.greatest(at, incidents.c.opened_at))
        return (await self._connection.execute(closed)).rowcount > 0

    async def incidents(self, project: UUID, limit: int = 200) -> tuple[IncidentRow, ...]:
        """Give the incidents of a project, those that are open first, then the newest."""
        query = (
            select(incidents, actors.c.name.label("actor"))
            .join(actors, actors.c.id == incidents.c.actor_id)
            .where(incidents.c.project_id == project)
            .order_by(incidents.c.closed_at.is_not(None), incidents.c.opened_at.desc(), incidents.c.name.collate("C"))
            .limit(limit)
        )
        return tuple(
            IncidentRow(
                row["name"],
                tuple(row["requirements"]),
                tuple(row["paths"]),
                row["actor"],
                row["opened_at"],
                row["closed_at"],
            )
            for row in (await self._connection.execute(query)).mappings()
        )


def _result(row: Any) -> ResultRow:
    return ResultRow(
        row["repository"],
        row["classname"],
        row["name"],
        row["file"],
        row["result"],
        row["message"],
        tuple(row["targets"]),
        row["commit"],
        row["since"],
        row["at"],
    )
