"""Queries of the outside's own tables: page sessions, idempotency keys, counters of tries."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from app.tables import counters, idempotency_keys, sessions
from specs.store.connection import Connection
from specs.tables.people import actors


@dataclass(frozen=True, slots=True)
class Session:
    """A page session of a person."""

    actor: UUID
    epoch: int
    csrf: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered to the first request with an idempotency key; `status` is None while it is under way."""

    request_digest: str
    status: int | None
    headers: dict[str, str]
    body: bytes


class AppStore:
    """The outside's tables on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add_session(self, id_hash: str, session: Session) -> None:
        """Keep a new session."""
        row = {
            "id_hash": id_hash,
            "actor_id": session.actor,
            "epoch": session.epoch,
            "csrf": session.csrf,
            "created_at": session.created_at,
            "seen_at": session.seen_at,
            "expires_at": session.expires_at,
        }
        await self._connection.execute(sessions.insert().values(row))

    async def session(self, id_hash: str) -> Session | None:
        """Give a session of the epoch its person is in now; nothing when the person is shut out."""
        query = (
            select(sessions)
            .join(actors, (actors.c.id == sessions.c.actor_id) & (actors.c.session_epoch == sessions.c.epoch))
            .where(sessions.c.id_hash == id_hash, actors.c.disabled_at.is_(None))
        )
        row = (await self._connection.execute(query)).one_or_none()
        if row is None:
            return None
        return Session(row.actor_id, row.epoch, row.csrf, row.created_at, row.seen_at, row.expires_at)

    async def touch_session(self, id_hash: str, at: datetime) -> None:
        """Note that a session was used."""
        await self._connection.execute(update(sessions).where(sessions.c.id_hash == id_hash).values(seen_at=at))

    async def end_session(self, id_hash: str) -> None:
        """Forget a session."""
        await self._connection.execute(delete(sessions).where(sessions.c.id_hash == id_hash))

    async def hit(self, key: str, window: timedelta, at: datetime) -> int:
        """Count one try under a key and say how many there were in the window that `at` falls in."""
        seconds = int(window.total_seconds())
        start = datetime.fromtimestamp(int(at.timestamp()) // seconds * seconds, tz=at.tzinfo)
        made = upsert(counters).values(key=key, window_start=start, count=1)
        more = made.on_conflict_do_update(index_elements=["key", "window_start"], set_={"count": counters.c.count + 1})
        return int((await self._connection.execute(more.returning(counters.c.count))).scalar_one())

    async def claim_key(self, actor: UUID, key: str, request_digest: str, at: datetime) -> Answer | None:
        """Claim an idempotency key; nothing when it is ours now, else what the first request with it was answered.

        A twin under way makes this wait for the end of its transaction.
        """
        made = upsert(idempotency_keys).values(actor_id=actor, key=key, request_digest=request_digest, created_at=at)
        new = made.on_conflict_do_nothing(index_elements=["actor_id", "key"]).returning(idempotency_keys.c.key)
        if (await self._connection.execute(new)).one_or_none() is not None:
            return None
        query = select(idempotency_keys).where(idempotency_keys.c.actor_id == actor, idempotency_keys.c.key == key)
        row = (await self._connection.execute(query)).one()
        return Answer(row.request_digest, row.status, row.headers or {}, row.body or b"")

    async def keep_answer(self, actor: UUID, key: str, answer: Answer) -> None:
        """Keep what is answered to the request that claimed a key."""
        kept = update(idempotency_keys).where(idempotency_keys.c.actor_id == actor, idempotency_keys.c.key == key)
        await self._connection.execute(kept.values(status=answer.status, headers=answer.headers, body=answer.body))

    async def release_key(self, actor: UUID, key: str) -> None:
        """Give a key back whose request came to nothing."""
        gone = delete(idempotency_keys).where(idempotency_keys.c.actor_id == actor, idempotency_keys.c.key == key)
        await self._connection.execute(gone)

    async def sweep(self, *, sessions_before: datetime, keys_before: datetime, counters_before: datetime) -> int:
        """Delete sessions that expired, keys and counters that are old; say how many rows went."""
        old = (
            delete(sessions).where(sessions.c.expires_at < sessions_before),
            delete(idempotency_keys).where(idempotency_keys.c.created_at < keys_before),
            delete(counters).where(counters.c.window_start < counters_before),
        )
        return sum([(await self._connection.execute(statement)).rowcount for statement in old])
