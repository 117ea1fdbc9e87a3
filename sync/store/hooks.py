"""Queries of what sessions of coding agents were told at their hooks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Text, delete, func, literal, select
from sqlalchemy.dialects.postgresql import insert as upsert

from specs.store.connection import Connection
from sync.tables.hooks import hook_sessions

MOST_TOLD = 3_000


@dataclass(frozen=True, slots=True)
class Session:
    """What a session was asked last, and the digests of all that it was told."""

    task: str = ""
    paths: tuple[str, ...] = ()
    told: frozenset[str] = frozenset()


class HookStore:
    """The sessions of one person or agent in one project, on one connection."""

    def __init__(self, connection: Connection, project: UUID, actor: UUID) -> None:
        self._connection = connection
        self._values = {"project_id": project, "actor_id": actor}
        self._mine = (hook_sessions.c.project_id == project) & (hook_sessions.c.actor_id == actor)

    async def of(self, name: str) -> Session:
        """Give a session; one that is not known was told nothing."""
        query = select(hook_sessions).where(self._mine, hook_sessions.c.name == name)
        row = (await self._connection.execute(query)).first()
        return Session() if row is None else Session(row.task, tuple(row.paths), frozenset(row.told))

    async def asked(self, name: str, task: str, paths: Sequence[str], at: datetime) -> None:
        """Keep what a session was asked last."""
        await self._keep(name, {"task": task, "paths": list(paths)}, at)

    async def told(self, name: str, digests: Sequence[str], at: datetime) -> None:
        """Add what a session was told, beside what others add at once; the oldest goes where there is too much."""
        both = func.array_cat(hook_sessions.c.told, literal(list(digests), ARRAY(Text)), type_=ARRAY(Text))
        least = func.greatest(1, func.cardinality(both) - MOST_TOLD + 1)
        await self._keep(name, {"told": list(digests)}, at, {"told": both[least : func.cardinality(both)]})

    async def forget(self, name: str, at: datetime) -> None:
        """Forget what a session was told: it is no longer in the agent's sight."""
        await self._keep(name, {"told": []}, at)

    async def _keep(
        self, name: str, values: Mapping[str, Any], at: datetime, again: Mapping[str, Any] | None = None
    ) -> None:
        row = {"task": "", "paths": [], "told": [], **self._values, **values, "name": name, "at": at}
        change = {**(values if again is None else again), "at": at}
        made = upsert(hook_sessions).values(row)
        await self._connection.execute(made.on_conflict_do_update(constraint="pk_hook_sessions", set_=change))


async def forget_sessions(connection: Connection, before: datetime) -> int:
    """Forget the sessions of all that were last heard of before a moment; say how many."""
    return (await connection.execute(delete(hook_sessions).where(hook_sessions.c.at < before))).rowcount
