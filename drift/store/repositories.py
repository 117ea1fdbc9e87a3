"""Queries of repositories and their evaluated commits. Every question of a person is scoped by a project."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, extract, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from drift.lives.records import CommitRecord, Repository, RepositoryState
from drift.store.rows import repository
from drift.tables.repositories import commits, repositories
from specs.store.connection import Connection

MOST_DOUBLED = 10


class RepositoryStore:
    """Repositories on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, made: Repository, created_by: UUID) -> bool:
        """Add a repository; False when the name is taken in its project."""
        row = {
            "id": made.id,
            "project_id": made.project,
            "name": made.name,
            "url": made.url,
            "branch": made.branch,
            "webhook_salt": made.webhook_salt,
            "created_by": created_by,
            "created_at": made.created_at,
        }
        added = upsert(repositories).values(row).on_conflict_do_nothing(index_elements=["project_id", "name"])
        return (await self._connection.execute(added.returning(repositories.c.id))).one_or_none() is not None

    async def of_project(self, project: UUID) -> tuple[Repository, ...]:
        """Give the repositories of a project by name."""
        query = select(repositories).where(repositories.c.project_id == project)
        rows = (await self._connection.execute(query.order_by(repositories.c.name.collate("C")))).mappings()
        return tuple(repository(row) for row in rows)

    async def find(self, project: UUID, ref: UUID | str) -> Repository | None:
        """Give a repository of a project by id or name."""
        same = repositories.c.id == ref if isinstance(ref, UUID) else repositories.c.name == ref
        return await self._one(select(repositories).where(repositories.c.project_id == project, same))

    async def get(self, ref: UUID, *, lock: bool = False) -> Repository | None:
        """Give a repository by its id alone: for jobs and webhooks, which belong to no person."""
        query = select(repositories).where(repositories.c.id == ref)
        return await self._one(query.with_for_update() if lock else query)

    async def _one(self, query: Any) -> Repository | None:
        row = (await self._connection.execute(query)).mappings().one_or_none()
        return None if row is None else repository(row)

    async def ids(self, project: UUID | None = None) -> tuple[UUID, ...]:
        """Give the ids of all repositories, or of those of one project, oldest first."""
        query = select(repositories.c.id).order_by(repositories.c.id)
        if project is not None:
            query = query.where(repositories.c.project_id == project)
        return tuple((await self._connection.execute(query)).scalars())

    async def due(self, now: datetime, turn: timedelta, longest: timedelta) -> tuple[UUID, ...]:
        """Give the repositories whose turn it is, the longest waiting first.

        Each failure since the last success doubles the wait, to `longest` at most.
        """
        doubled = func.power(2, func.least(repositories.c.failures, MOST_DOUBLED))
        seconds = func.least(turn.total_seconds() * doubled, max(turn, longest).total_seconds())
        waited = extract("epoch", literal(now) - repositories.c.tried_at)
        waiting = (waited > seconds) | repositories.c.tried_at.is_(None)
        query = select(repositories.c.id).where(waiting)
        ordered = query.order_by(repositories.c.tried_at.nulls_first(), repositories.c.id)
        return tuple((await self._connection.execute(ordered)).scalars())

    async def remove(self, ref: UUID) -> None:
        """Forget a repository with all that was found in it."""
        await self._connection.execute(delete(repositories).where(repositories.c.id == ref))

    async def change(self, ref: UUID, **values: object) -> None:
        """Set columns of a repository."""
        await self._connection.execute(update(repositories).where(repositories.c.id == ref).values(values))

    async def fetched(self, ref: UUID, *, branch: str, commit: str, at: datetime, note: str) -> None:
        """Record that the branch was read and stands at a commit."""
        values = {"state": RepositoryState.READY, "problem": "", "hint": "", "note": note, "failures": 0}
        await self.change(ref, branch=branch, fetched=commit, tried_at=at, synced_at=at, **values)

    async def failed(self, ref: UUID, *, problem: str, hint: str, at: datetime) -> None:
        """Record why the last try to read it failed."""
        more = repositories.c.failures + 1
        await self.change(ref, state=RepositoryState.FAILED, problem=problem, hint=hint, tried_at=at, failures=more)

    async def skip(self, ref: UUID, number: int, note: str) -> None:
        """Count commits that are never evaluated, and say how far that is."""
        await self.change(ref, skipped=repositories.c.skipped + number, note=note)

    async def specs_read(self, ref: UUID) -> dict[str, str]:
        """Give the specs that the last check read: id to head."""
        query = select(repositories.c.specs).where(repositories.c.id == ref)
        found: dict[str, str] = (await self._connection.execute(query)).scalar_one()
        return found

    async def add_commit(self, ref: UUID, commit: CommitRecord, state: str) -> None:
        """Record that a commit was evaluated, or could not be; evaluated again, it takes the newer state."""
        row = {
            "repository_id": ref,
            "id": commit.id,
            "author": commit.author,
            "email": commit.email,
            "at": commit.at,
            "message": commit.message,
            "parents": list(commit.parents),
            "state": state,
        }
        made = upsert(commits).values(row)
        again = made.on_conflict_do_update(index_elements=["repository_id", "id"], set_={"state": state})
        await self._connection.execute(again)

    async def evaluated(self, ref: UUID, ids: Collection[str]) -> frozenset[str]:
        """Give those of some commits that were evaluated: they are, or once were, on the branch that is followed."""
        query = select(commits.c.id).where(commits.c.repository_id == ref, commits.c.id.in_(list(ids)))
        return frozenset((await self._connection.execute(query)).scalars())

    async def commit(self, ref: UUID, commit: str) -> CommitRecord | None:
        """Give an evaluated commit."""
        query = select(commits).where(commits.c.repository_id == ref, commits.c.id == commit)
        row = (await self._connection.execute(query)).mappings().one_or_none()
        if row is None:
            return None
        return CommitRecord(row["id"], tuple(row["parents"]), row["author"], row["email"], row["at"], row["message"])
