"""Queries of the keys by which people sign their commits, of SSH and of OpenPGP."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from specs.revision import Actor, ActorKind
from specs.store.connection import Connection
from specs.tables.people import actors, commit_keys

MOST_ALIKE = 10


class KeyKind(StrEnum):
    """Which sort of key it is."""

    SSH = "ssh"
    OPENPGP = "openpgp"


@dataclass(frozen=True, slots=True)
class CommitKey:
    """A public key of a person's, by its fingerprint; its parts, when it ends, and whether its owner ended it.

    `proven` says that its owner showed to hold its private half; keys of before that was asked for are not.
    """

    id: UUID
    actor: Actor
    name: str
    public: str
    fingerprint: str
    created_at: datetime
    kind: KeyKind = KeyKind.SSH
    key_ids: tuple[str, ...] = ()
    expires_at: datetime | None = None
    ended: bool = False
    proven: bool = False


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
            "kind": made.kind,
            "key_ids": list(made.key_ids),
            "expires_at": made.expires_at,
            "ended": made.ended,
            "proven": made.proven,
        }
        added = upsert(commit_keys).values(row).on_conflict_do_nothing().returning(commit_keys.c.id)
        return (await self._connection.execute(added)).one_or_none() is not None

    async def renew(self, made: CommitKey) -> None:
        """Put another reading of a key in the place of the one before."""
        values = {
            "public": made.public,
            "key_ids": list(made.key_ids),
            "expires_at": made.expires_at,
            "ended": made.ended,
        }
        await self._connection.execute(update(commit_keys).where(commit_keys.c.id == made.id).values(values))

    async def of(self, actor: UUID) -> tuple[CommitKey, ...]:
        """Give a person's keys, oldest first."""
        return await self._keys(commit_keys.c.actor_id == actor)

    async def by_fingerprint(self, fingerprint: str) -> CommitKey | None:
        """Give the key with a fingerprint, unless its owner may not log in any more."""
        found = await self._keys((commit_keys.c.fingerprint == fingerprint) & actors.c.disabled_at.is_(None))
        return found[0] if found else None

    async def holder(self, fingerprint: str) -> CommitKey | None:
        """Give the key with a fingerprint, whoever has it."""
        found = await self._keys(commit_keys.c.fingerprint == fingerprint)
        return found[0] if found else None

    async def by_key_id(self, key_id: str) -> tuple[CommitKey, ...]:
        """Give the keys of OpenPGP that have a part of that id, and count by now: ids may be alike."""
        counts = or_(commit_keys.c.expires_at.is_(None), commit_keys.c.expires_at > func.now())
        named = commit_keys.c.key_ids.bool_op("@>")([key_id])
        called = named & ~commit_keys.c.ended & actors.c.disabled_at.is_(None)
        return (await self._keys(called & counts))[:MOST_ALIKE]

    async def revoke(self, actor: UUID, key: UUID, at: datetime) -> bool:
        """Let a key of a person's count no more; False where there is none such."""
        mine = (commit_keys.c.id == key) & (commit_keys.c.actor_id == actor) & commit_keys.c.revoked_at.is_(None)
        return (await self._connection.execute(update(commit_keys).where(mine).values(revoked_at=at))).rowcount == 1

    async def _keys(self, condition: ColumnElement[bool]) -> tuple[CommitKey, ...]:
        query = (
            select(commit_keys, actors.c.name.label("actor_name"), actors.c.kind.label("actor_kind"))
            .join(actors, actors.c.id == commit_keys.c.actor_id)
            .where(condition, commit_keys.c.revoked_at.is_(None))
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
                KeyKind(row.kind),
                tuple(row.key_ids),
                row.expires_at,
                row.ended,
                row.proven,
            )
            for row in await self._connection.execute(query)
        )
