"""Queries of what someone read last, scoped by project and reader."""

from datetime import datetime
from itertools import groupby
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from specs.library import SpecStatus
from specs.readings import Unread
from specs.revision import Actor, ActorKind
from specs.store.connection import Connection
from specs.tables.library import revisions, specs
from specs.tables.people import actors
from specs.tables.readings import readings

_READ, _HEAD, _SINCE = revisions.alias("read"), revisions.alias("head"), revisions.alias("since")


class ReadingStore:
    """What one reader of a project read last, on one connection."""

    def __init__(self, connection: Connection, project: UUID, reader: UUID) -> None:
        self._connection = connection
        self._project = project
        self._reader = reader

    async def last(self, spec: UUID) -> str | None:
        """Give the revision of a spec that was read last."""
        query = select(readings.c.revision).where(
            readings.c.project_id == self._project, readings.c.actor_id == self._reader, readings.c.spec_id == spec
        )
        return (await self._connection.execute(query)).scalar_one_or_none()

    async def keep(self, spec: UUID, revision: str, at: datetime) -> None:
        """Keep that a revision was read; it takes the place of the one before."""
        added = upsert(readings).values(
            project_id=self._project, actor_id=self._reader, spec_id=spec, revision=revision, at=at
        )
        new = {"revision": added.excluded.revision, "at": added.excluded.at}
        await self._connection.execute(added.on_conflict_do_update(constraint="pk_readings", set_=new))

    async def unread(self, spec: UUID | None = None) -> tuple[Unread, ...]:
        """Give the active specs, or the one, that others changed since they were read, by path."""
        count, latest = func.count().label("changes"), func.max(_SINCE.c.at).label("changed_at")
        query = (
            select(
                *(specs.c[name] for name in ("id", "path", "title", "head")),
                readings.c.revision.label("read"),
                readings.c.at.label("read_at"),
                *(actors.c[name].label(f"actor_{name}") for name in ("id", "name", "kind")),
                count,
                latest,
            )
            .select_from(readings)
            .join(specs, (specs.c.project_id == readings.c.project_id) & (specs.c.id == readings.c.spec_id))
            .join(_READ, (_READ.c.spec_id == specs.c.id) & (_READ.c.digest == readings.c.revision))
            .join(_HEAD, (_HEAD.c.spec_id == specs.c.id) & (_HEAD.c.digest == specs.c.head))
            .join(_SINCE, (_SINCE.c.spec_id == specs.c.id) & ~_SINCE.c.side & (_SINCE.c.seq > _READ.c.seq))
            .join(actors, actors.c.id == _SINCE.c.actor_id)
            .where(readings.c.project_id == self._project, readings.c.actor_id == self._reader)
            .where(specs.c.status == SpecStatus.ACTIVE, _HEAD.c.text_digest != _READ.c.text_digest)
            .where(_SINCE.c.actor_id != self._reader)
            .group_by(specs.c.id, specs.c.path, specs.c.title, specs.c.head)
            .group_by(readings.c.revision, readings.c.at, actors.c.id, actors.c.name, actors.c.kind)
            .order_by(specs.c.path.collate("C"), specs.c.id, count.desc(), actors.c.name)
        )
        if spec is not None:
            query = query.where(specs.c.id == spec)
        rows = (await self._connection.execute(query)).mappings().all()
        found = []
        for _, group in groupby(rows, key=lambda row: row["id"]):
            same = list(group)
            first = same[0]
            by = tuple(Actor(row["actor_id"], row["actor_name"], ActorKind(row["actor_kind"])) for row in same)
            found.append(
                Unread(
                    spec=first["id"],
                    path=first["path"],
                    title=first["title"],
                    read=first["read"],
                    read_at=first["read_at"],
                    head=first["head"],
                    changes=sum(row["changes"] for row in same),
                    by=by,
                    changed_at=max(row["changed_at"] for row in same),
                )
            )
        return tuple(found)
