"""Queries about all specs of a project at once: the digest of their list, its entries, what changed since a time."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import Text, and_, cast, func, literal, select, tuple_
from sqlalchemy.dialects.postgresql import aggregate_order_by

from specs.library import SpecStatus
from specs.manifest import EMPTY, Entry
from specs.store.connection import Connection
from specs.tables.library import revisions, specs


class ManifestStore:
    """The list of one project's active specs whose path begins with a prefix, on one connection."""

    def __init__(self, connection: Connection, project: UUID, prefix_key: str) -> None:
        self._connection = connection
        self._project = project
        self._listed = specs.c.status == SpecStatus.ACTIVE
        if prefix_key:
            self._listed &= func.starts_with(specs.c.path_key, prefix_key)

    async def digest(self) -> tuple[str, datetime | None]:
        """Give the digest of the list, as `specs.manifest` makes it, and when a spec of the project last changed."""
        line = func.concat(cast(specs.c.id, Text), " ", specs.c.head, " ", specs.c.path, "\n")
        lines = func.string_agg(line, aggregate_order_by(literal(""), specs.c.id)).filter(self._listed)
        digest = func.encode(func.sha256(func.convert_to(lines, "UTF8")), "hex")
        query = select(digest, func.max(specs.c.updated_at)).where(specs.c.project_id == self._project)
        found, latest = (await self._connection.execute(query)).one()
        return found or EMPTY, latest

    async def entries(
        self, *, since: datetime | None, after: UUID | None, limit: int
    ) -> tuple[tuple[Entry, ...], tuple[str, ...], UUID | None]:
        """Give entries and the ids of specs that are not listed, by id, from after one on; the last id, if more follow.

        `since` gives all specs that changed from then on, whether they are listed or not.
        """
        at_head = and_(revisions.c.spec_id == specs.c.id, revisions.c.digest == specs.c.head)
        listed = self._listed.label("listed")
        query = (
            select(specs.c.id, specs.c.path, specs.c.head, revisions.c.text_digest, listed)
            .join(revisions, at_head)
            .where(specs.c.project_id == self._project, self._listed if since is None else specs.c.updated_at >= since)
            .order_by(specs.c.id)
            .limit(limit + 1)
        )
        if after is not None:
            query = query.where(specs.c.id > after)
        rows = (await self._connection.execute(query)).all()
        kept = rows[:limit]
        found = tuple(Entry(str(row.id), row.path, row.head, row.text_digest) for row in kept if row.listed)
        gone = tuple(str(row.id) for row in kept if not row.listed)
        return found, gone, kept[-1].id if len(rows) > limit else None

    async def sizes(self, wanted: Collection[tuple[UUID, str]]) -> dict[tuple[UUID, str], int]:
        """Give how many bytes the texts of revisions have; those that are not there are left out."""
        query = select(revisions.c.spec_id, revisions.c.digest, revisions.c.size).where(
            revisions.c.project_id == self._project,
            tuple_(revisions.c.spec_id, revisions.c.digest).in_(list(wanted)),
        )
        return {(row.spec_id, row.digest): row.size for row in await self._connection.execute(query)}
