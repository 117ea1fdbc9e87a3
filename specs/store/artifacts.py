"""Queries of large values by content, sealed and opened on the way. Callers see bytes and digests alone."""

import asyncio
import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from specs.errors import UnavailableError
from specs.sealing import NONCE_BYTES, SALT_BYTES, SealingKey, derive, find_key, pack, seal, unpack, unseal
from specs.store.connection import Connection, RandomSource
from specs.tables.artifacts import artifact_keys, artifacts


@dataclass(frozen=True, slots=True)
class Vault:
    """What seals: the masters, the present one first, and where chance comes from. Without one, nothing does."""

    masters: tuple[bytes, ...] = field(default=(), repr=False)
    random: RandomSource = bytes


CLEAR = Vault()


@dataclass(frozen=True, slots=True)
class KeyState:
    """A key of the ring: what it seals, whether it seals new things, and whether a master here makes it.

    One without a name stands for what no key seals.
    """

    name: str
    since: datetime | None
    until: datetime | None
    known: bool
    artifacts: int
    size: int


class ArtifactStore:
    """Large values on one connection."""

    def __init__(self, connection: Connection, vault: Vault = CLEAR) -> None:
        self._connection = connection
        self._vault = vault

    async def keep(self, body: bytes, at: datetime) -> str:
        """Keep bytes and give their digest. What is there already is only noted as kept again."""
        digest = hashlib.sha256(body).hexdigest()
        again = update(artifacts).where(artifacts.c.digest == digest).values(at=at).returning(artifacts.c.digest)
        if (await self._connection.execute(again)).first() is not None:
            return digest
        key = await self.key_in_use(at)
        row = {"digest": digest, "key": key.name if key else None, "size": len(body), "at": at}
        made = upsert(artifacts).values(row | {"body": await asyncio.to_thread(self._closed, key, digest, body)})
        same = made.on_conflict_do_update(index_elements=["digest"], set_={"at": made.excluded.at})
        await self._connection.execute(same)
        return digest

    async def read(self, digest: str) -> bytes | None:
        """Give bytes by their digest; nothing where they are not kept (any longer).

        Raises `UnavailableError` where the key to them is missing, or they are not what was kept.
        """
        query = (
            select(artifacts, artifact_keys.c.salt)
            .outerjoin(artifact_keys, artifact_keys.c.name == artifacts.c.key)
            .where(artifacts.c.digest == digest)
        )
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else await asyncio.to_thread(self._opened, row)

    async def drop(self, digests: Collection[str]) -> None:
        """Delete values that nothing refers to any longer."""
        await self._connection.execute(delete(artifacts).where(artifacts.c.digest.in_(digests)))

    async def key_in_use(self, at: datetime) -> SealingKey | None:
        """Give the key that seals what is kept now, made where there is none; None where there is no master."""
        if not self._vault.masters:
            return None
        rows = await self._connection.execute(
            select(artifact_keys).where(artifact_keys.c.until.is_(None)).order_by(artifact_keys.c.n.desc())
        )
        for row in rows:
            if key := find_key(self._vault.masters[:1], row.salt, row.name):
                return key
        return await self.add_key(at)

    async def add_key(self, at: datetime) -> SealingKey:
        """Make another key. It seals from now on, beside whatever does."""
        salt = self._vault.random(SALT_BYTES).hex()
        key = derive(self._vault.masters[0], salt)
        await self._connection.execute(insert(artifact_keys).values(name=key.name, salt=salt, since=at))
        return key

    async def rotate(self, at: datetime) -> SealingKey:
        """Have another key seal from now on; the ones before only open."""
        await self._connection.execute(update(artifact_keys).where(artifact_keys.c.until.is_(None)).values(until=at))
        return await self.add_key(at)

    async def reseal(self, at: datetime, most: int) -> int:
        """Seal with the key in use what another key seals, or none; say how much. What cannot be opened stays."""
        key = await self.key_in_use(at)
        if key is None:
            return 0
        former = [name for name, found in (await self._ring()).items() if found is not None and name != key.name]
        query = (
            select(artifacts)
            .where(or_(artifacts.c.key.is_(None), artifacts.c.key.in_(former)))
            .limit(most)
            .with_for_update(skip_locked=True)
        )
        salts = await self._salts()
        rows = (await self._connection.execute(query)).all()
        for row in rows:
            body = await asyncio.to_thread(self._resealed, row, salts, key)
            change = update(artifacts).where(artifacts.c.digest == row.digest).values(key=key.name, body=body)
            await self._connection.execute(change)
        return len(rows)

    async def forget_keys(self, before: datetime) -> int:
        """Delete keys that seal nothing any longer and were followed by others before a moment; say how many."""
        used = select(artifacts.c.digest).where(artifacts.c.key == artifact_keys.c.name).exists()
        gone = delete(artifact_keys).where(artifact_keys.c.until < before, ~used)
        return (await self._connection.execute(gone)).rowcount

    async def keys(self) -> tuple[KeyState, ...]:
        """Give the ring, oldest first, with what each key seals, and what none does."""
        ring = await self._ring()
        counted = select(artifacts.c.key, func.count(), func.coalesce(func.sum(func.length(artifacts.c.body)), 0))
        found: dict[str | None, tuple[int, int]] = {
            name: (int(count), int(size))
            for name, count, size in await self._connection.execute(counted.group_by(artifacts.c.key))
        }
        rows = await self._connection.execute(select(artifact_keys).order_by(artifact_keys.c.n))
        states = [
            KeyState(row.name, row.since, row.until, ring[row.name] is not None, *found.get(row.name, (0, 0)))
            for row in rows
        ]
        bare = found.get(None)
        return (*([KeyState("", None, None, known=True, artifacts=bare[0], size=bare[1])] if bare else []), *states)

    async def _salts(self) -> dict[str, str]:
        query = select(artifact_keys.c.name, artifact_keys.c.salt)
        return {row.name: row.salt for row in await self._connection.execute(query)}

    async def _ring(self) -> dict[str, SealingKey | None]:
        salts = await self._salts()
        return {name: find_key(self._vault.masters, salt, name) for name, salt in salts.items()}

    def _closed(self, key: SealingKey | None, digest: str, body: bytes) -> bytes:
        packed = pack(body)
        return packed if key is None else seal(key, self._vault.random(NONCE_BYTES), packed, digest)

    def _resealed(self, row: Row[Any], salts: Mapping[str, str], key: SealingKey) -> bytes:
        packed = self._unsealed(row.digest, row.key, salts.get(row.key or "", ""), row.body)
        return seal(key, self._vault.random(NONCE_BYTES), packed, row.digest)

    def _unsealed(self, digest: str, name: str | None, salt: str, body: bytes) -> bytes:
        if name is None:
            return body
        key = find_key(self._vault.masters, salt, name)
        if key is None:
            raise UnavailableError(
                "What was kept here was sealed with a key that this server does not have.",
                "Whoever runs it names the former key in HOLDFAST_FORMER_SECRET_KEYS; `holdfast doctor` says more.",
            )
        return unseal(key, body, digest)

    def _opened(self, row: Row[Any]) -> bytes:
        try:
            body = unpack(self._unsealed(row.digest, row.key, row.salt, row.body), row.size)
        except ValueError:
            body = None
        if body is None or hashlib.sha256(body).hexdigest() != row.digest:
            raise UnavailableError(
                "What was kept here is not what it was.", "Whoever runs this server restores it from a backup."
            )
        return body
