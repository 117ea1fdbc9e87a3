"""Queries of publications: which commit of ours holds which revision of which spec."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from specs.store.connection import Connection
from sync.binding.bindings import Publication
from sync.tables.repositories import publications


class PublicationStore:
    """The publications of one repository on one connection."""

    def __init__(self, connection: Connection, repository: UUID) -> None:
        self._connection = connection
        self._repository = repository

    async def add(self, made: Iterable[Publication], at: datetime) -> None:
        """Note commits that are about to be pushed; the same ones again change nothing."""
        rows = [
            {
                "repository_id": self._repository,
                "commit": one.commit,
                "path": one.path,
                "old_path": one.old_path,
                "spec_id": one.spec,
                "revision": one.revision,
                "blob": one.blob,
                "branch": one.branch,
                "pushed": False,
                "at": at,
            }
            for one in made
        ]
        if rows:
            await self._connection.execute(upsert(publications).values(rows).on_conflict_do_nothing())

    async def set_pushed(self, commits: Iterable[str]) -> None:
        """Note that commits are on the other side."""
        ours = publications.c.repository_id == self._repository
        change = update(publications).where(ours, publications.c.commit.in_(list(commits)))
        await self._connection.execute(change.values(pushed=True))

    async def of(self, commit: str) -> tuple[Publication, ...]:
        """Give what a commit of ours holds, by path; nothing for a commit of anybody else."""
        query = select(publications).where(
            publications.c.repository_id == self._repository, publications.c.commit == commit
        )
        rows = await self._connection.execute(query.order_by(publications.c.path.collate("C")))
        return tuple(
            Publication(row.commit, row.path, row.spec_id, row.revision, row.blob, row.branch, row.old_path)
            for row in rows
        )

    async def holding(self, spec: UUID, revisions: Iterable[str]) -> tuple[str, ...]:
        """Give the commits of ours that hold one of some revisions of a spec, the newest first."""
        mine = (publications.c.repository_id == self._repository) & (publications.c.spec_id == spec)
        query = select(publications.c.commit).where(mine, publications.c.revision.in_(list(revisions)))
        return tuple((await self._connection.execute(query.order_by(publications.c.at.desc()))).scalars())

    async def among(self, commits: Iterable[str]) -> frozenset[str]:
        """Give those of some commits that are ours."""
        mine = publications.c.repository_id == self._repository
        query = select(publications.c.commit).where(mine, publications.c.commit.in_(list(commits))).distinct()
        return frozenset((await self._connection.execute(query)).scalars())

    async def known(self) -> frozenset[str]:
        """Give the commits that are ours."""
        query = select(publications.c.commit).where(publications.c.repository_id == self._repository).distinct()
        return frozenset((await self._connection.execute(query)).scalars())

    async def forget_unpushed(self, but: Iterable[str] = ()) -> None:
        """Forget commits that were never taken, but these."""
        mine = publications.c.repository_id == self._repository
        stale = mine & ~publications.c.pushed & publications.c.commit.not_in(list(but))
        await self._connection.execute(delete(publications).where(stale))
