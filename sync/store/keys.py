"""Queries of the keys that sign decisions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, text, update

from specs.store.connection import Connection
from sync.tables.gates import signing_keys


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A key as it is kept: its public half as one line, and the salt of which the private half is made."""

    name: str
    public: str
    salt: str
    since: datetime
    until: datetime | None = None


class KeyStore:
    """Signing keys on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def lock(self) -> None:
        """Let nobody else make or end a key until the transaction is over; reading goes on."""
        await self._connection.execute(text("lock table signing_keys in exclusive mode"))

    async def all(self) -> tuple[StoredKey, ...]:
        """Give every key, the oldest first."""
        rows: Sequence[StoredKey] = [
            StoredKey(row.name, row.public, row.salt, row.since, row.until)
            for row in await self._connection.execute(select(signing_keys).order_by(signing_keys.c.n))
        ]
        return tuple(rows)

    async def add(self, key: StoredKey) -> None:
        """Keep a new key, the one in use from now on; the one before it ends."""
        ended = update(signing_keys).where(signing_keys.c.until.is_(None)).values(until=key.since)
        await self._connection.execute(ended)
        row = {"name": key.name, "public": key.public, "salt": key.salt, "since": key.since}
        await self._connection.execute(insert(signing_keys).values(row))
