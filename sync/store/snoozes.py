"""Queries of what people put off in their inbox."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as upsert

from specs.store.connection import Connection
from sync.tables.inbox import inbox_snoozes


class SnoozeStore:
    """What one person put off in one project, on one connection."""

    def __init__(self, connection: Connection, project: UUID, actor: UUID) -> None:
        self._connection = connection
        self._values = {"project_id": project, "actor_id": actor}
        self._mine = (inbox_snoozes.c.project_id == project) & (inbox_snoozes.c.actor_id == actor)

    async def until(self, now: datetime) -> Mapping[str, datetime]:
        """Give the matters that are put off now, and until when."""
        query = select(inbox_snoozes.c.matter, inbox_snoozes.c.until).where(self._mine, inbox_snoozes.c.until > now)
        return {row.matter: row.until for row in await self._connection.execute(query)}

    async def put(self, matter: str, until: datetime, now: datetime) -> None:
        """Put a matter off, anew where it is already; what has come back by now is forgotten."""
        await self._connection.execute(delete(inbox_snoozes).where(self._mine, inbox_snoozes.c.until <= now))
        added = upsert(inbox_snoozes).values(**self._values, matter=matter, until=until)
        again = added.on_conflict_do_update(constraint="pk_inbox_snoozes", set_={"until": added.excluded.until})
        await self._connection.execute(again)

    async def drop(self, matter: str) -> bool:
        """Bring a matter back; say whether it was put off."""
        query = delete(inbox_snoozes).where(self._mine, inbox_snoozes.c.matter == matter)
        return (await self._connection.execute(query.returning(inbox_snoozes.c.matter))).first() is not None
