"""Queries of the SSH keys by which people sign their commits."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from specs.revision import Actor, ActorKind
from specs.store.connection import Connection
from specs.tables.people import actors, commit_keys


@dataclass(frozen=True, slots=True)
class CommitKey:
    """A public key of a person's, by its fingerprint."""

    id: UUID
    actor: Actor
    name: str
    public: str
    fingerprint: str
    created_at: datetime


class CommitKeyStore:
    """Commit keys on one connection. Only those that are not revoked are ever given."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, made: CommitKey) -> bool:
        """Add a key; False when somebody has it already."""
        row = {
            "id": made.id,
            "actor_id": made.actor.id,
            "name": made.name,
            "public": made.public,
            "fingerprint": made.fingerprint,
            "created_at": made.created_at,
        }
        added = upsert(commit_keys).values(row).on_conflict_do_nothing().returning(commit_keys.c.id)
        return (await self._connection.execute(added)).one_or_none() is not None

    async def of(self, actor: UUID) -> tuple[CommitKey, ...]:
        """Give a person's keys, oldest first."""
        return await self._keys(commit_keys.c.actor_id == actor)

    async def by_fingerprint(self, fingerprint: str) -> CommitKey | None:
        """Give the key with a fingerprint, unless its owner may not log in any more."""
        found = await self._keys((commit_keys.c.fingerprint == fingerprint) & actors.c.disabled_at.is_(None))
        return found[0] if found else None

    async def revoke(self, actor: UUID, key: UUID, at: datetime) -> bool:
        """Let a key of a person's count no more; False where there is none such."""
        mine = (commit_keys.c.id == key) & (commit_keys.c.actor_id == actor) & commit_keys.c.revoked_at.is_(None)
        return (await self._connection.execute(update(commit_keys).where(mine).values(revoked_at=at))).rowcount == 1

    async def _keys(self, condition: object) -> tuple[CommitKey, ...]:
        query = (
            select(commit_keys, actors.c.name.label("actor_name"), actors.c.kind.label("actor_kind"))
            .join(actors, actors.c.id == commit_keys.c.actor_id)
            .where(condition, commit_keys.c.revoked_at.is_(None))  # type: ignore[arg-type]
            .order_by(commit_keys.c.created_at)
        )
        return tuple(
            CommitKey(
                row.id,
                Actor(row.actor_id, row.actor_name, ActorKind(row.actor_kind)),
                row.name,
                row.public,
                row.fingerprint,
                row.created_at,
            )
            for row in await self._connection.execute(query)
        )
