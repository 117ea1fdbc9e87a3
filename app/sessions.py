"""Page sessions and limits of tries, over the database so that every web process sees the same. No HTTP here."""

import base64
from datetime import timedelta

from app.store import AppStore, Session
from specs.access import Principal, hash_secret
from specs.errors import DeniedError
from specs.service.access import Access
from specs.store.connection import Clock, RandomSource, Transactions

LIFE = timedelta(days=14)
IDLE = timedelta(hours=24)
GRAIN = timedelta(minutes=1)
KEYS_KEPT = timedelta(days=1)
COUNTERS_KEPT = timedelta(days=1)
SESSION_BYTES = 32
LONGEST_ID = 200


class Sessions:
    """Starts, verifies and ends sessions. The cookie holds a random id; the database its hash."""

    def __init__(self, database: Transactions, access: Access, clock: Clock, random: RandomSource) -> None:
        self._database = database
        self._access = access
        self._clock = clock
        self._random = random

    async def start(self, principal: Principal) -> tuple[str, Session]:
        """Start a session of a person who just logged in: the cookie's value, always a new one, and the session."""
        at = self._clock()
        epoch = await self._access.session_epoch(principal.actor.id)
        raw = _text(self._random(SESSION_BYTES))
        session = Session(principal.actor.id, epoch, _text(self._random(SESSION_BYTES)), at, at, at + LIFE)
        async with self._database.transaction() as connection:
            await AppStore(connection).add_session(hash_secret(raw), session)
        return raw, session

    async def verify(self, raw: str) -> tuple[Principal, Session] | None:
        """Give who a cookie's value stands for; nothing when it is unknown, expired, idle too long or ended."""
        if not raw or len(raw) > LONGEST_ID:
            return None
        at = self._clock()
        id_hash = hash_secret(raw)
        async with self._database.read() as connection:
            session = await AppStore(connection).session(id_hash)
        if session is None or at >= session.expires_at or at - session.seen_at >= IDLE:
            return None
        try:
            principal = await self._access.principal_of(session.actor, session.epoch)
        except DeniedError:
            return None
        if at - session.seen_at >= GRAIN:
            async with self._database.transaction() as connection:
                await AppStore(connection).touch_session(id_hash, at)
        return principal, session

    async def end(self, raw: str) -> None:
        """Log out: the session is gone at once. Unknown values are fine."""
        async with self._database.transaction() as connection:
            await AppStore(connection).end_session(hash_secret(raw[:LONGEST_ID]))


class Limiter:
    """Lets a number of tries pass in a window and refuses the rest."""

    def __init__(self, database: Transactions, clock: Clock, tries: int, window: timedelta) -> None:
        self._database = database
        self._clock = clock
        self._tries = tries
        self._window = window

    async def __call__(self, key: str) -> None:
        """Count one try. Raises `DeniedError` with `retry_after` in its details when there were too many."""
        at = self._clock()
        async with self._database.transaction() as connection:
            count = await AppStore(connection).hit(key, self._window, at)
        if count > self._tries:
            seconds = int(self._window.total_seconds())
            wait = seconds - int(at.timestamp()) % seconds
            raise DeniedError("Too many tries.", f"Wait {wait} seconds.", details={"retry_after": wait})


async def forget(database: Transactions, clock: Clock) -> int:
    """Delete sessions that are over, and keys and counters that nobody can come back to; say how many rows went."""
    at = clock()
    async with database.transaction() as connection:
        return await AppStore(connection).sweep(
            sessions_before=at, keys_before=at - KEYS_KEPT, counters_before=at - COUNTERS_KEPT
        )


def _text(random: bytes) -> str:
    return base64.urlsafe_b64encode(random).decode("ascii").rstrip("=")
