"""Queries of who has a spec open."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, tuple_
from sqlalchemy.dialects.postgresql import insert as upsert

from specs.revision import Actor, ActorKind
from specs.store.connection import Connection
from specs.tables.people import actors
from sync.tables.presences import presences


class PresenceStore:
    """Who has one spec open, on one connection."""

    def __init__(self, connection: Connection, project: UUID, spec: UUID) -> None:
        self._connection = connection
        self._values = {"project_id": project, "spec_id": spec}
        self._here = (presences.c.project_id == project) & (presences.c.spec_id == spec)

    async def take(self, actor: UUID, at: datetime, since: datetime) -> None:
        """Note that somebody has it open; whoever was not heard of since then is forgotten, wherever they were."""
        key = (presences.c.project_id, presences.c.spec_id, presences.c.actor_id)
        old = select(*key).where(presences.c.at < since).with_for_update(skip_locked=True)
        await self._connection.execute(delete(presences).where(tuple_(*key).in_(old)))
        made = upsert(presences).values(**self._values, actor_id=actor, at=at)
        await self._connection.execute(
            made.on_conflict_do_update(constraint="pk_presences", set_={"at": made.excluded.at})
        )

    async def leave(self, actor: UUID) -> None:
        """Note that somebody closed it."""
        await self._connection.execute(delete(presences).where(self._here, presences.c.actor_id == actor))

    async def at(self, since: datetime) -> tuple[Actor, ...]:
        """Give who had it open since then, by name."""
        query = (
            select(actors.c.id, actors.c.name, actors.c.kind)
            .join(presences, presences.c.actor_id == actors.c.id)
            .where(self._here, presences.c.at >= since)
            .order_by(actors.c.name, actors.c.id)
        )
        return tuple(Actor(row.id, row.name, ActorKind(row.kind)) for row in await self._connection.execute(query))
