"""Page sessions and limits of tries, over the database so that every web process sees the same. No HTTP here."""

import base64
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.store import AppStore, Session
from specs.access import Principal, hash_secret
from specs.audit import INSTALLATION
from specs.errors import DeniedError, MissingError
from specs.service.auditing import record
from specs.service.people.access import Access
from specs.store.connection import Clock, Connection, RandomSource, Transactions

LIFE = timedelta(days=14)
IDLE = timedelta(hours=24)
GRAIN = timedelta(minutes=1)
KEYS_KEPT = timedelta(days=1)
COUNTERS_KEPT = timedelta(days=1)
RUNS_KEPT = timedelta(days=90)
NAMED_BY = 32
SESSION_BYTES = 32
LONGEST_ID = 200


# The first that fits names the browser, and the system: most browsers claim to be others too.
_BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrom", "Chromium"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iOS"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, slots=True)
class Seat:
    """A session as its person sees it. `id` names it and opens nothing; `current` is the one that asks."""

    id: str
    device: str
    address: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    current: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can log in, or could: in how many projects, since when shut out, when seen, how many sessions."""

    actor: UUID
    name: str
    login: str
    site_admin: bool
    created_at: datetime
    disabled_at: datetime | None
    projects: int
    seen_at: datetime | None
    sessions: int


class Sessions:
    """Starts, verifies and ends sessions. The cookie holds a random id; the database its hash."""

    def __init__(self, database: Transactions, access: Access, clock: Clock, random: RandomSource) -> None:
        self._database = database
        self._access = access
        self._clock = clock
        self._random = random

    async def start(self, principal: Principal, device: str = "", address: str = "") -> tuple[str, Session]:
        """Start a session of a person who just logged in: the cookie's value, always a new one, and the session.

        `device` is the browser in words and `address` where it was, for the person to know the session by.
        """
        at = self._clock()
        epoch = await self._access.session_epoch(principal.actor.id)
        raw = _text(self._random(SESSION_BYTES))
        csrf = _text(self._random(SESSION_BYTES))
        session = Session(principal.actor.id, epoch, csrf, at, at, at + LIFE, device[:100], address[:100])
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

    async def seats(self, principal: Principal, raw: str = "") -> tuple[Seat, ...]:
        """Give the sessions of a person that still open something, the one used last first."""
        at = self._clock()
        mine = hash_secret(raw[:LONGEST_ID])
        async with self._database.read() as connection:
            found = await AppStore(connection).sessions_of(principal.actor.id, at)
        return tuple(
            Seat(key[:NAMED_BY], one.device, one.address, one.created_at, one.seen_at, one.expires_at, key == mine)
            for key, one in found
            if at - one.seen_at < IDLE
        )

    async def end_seat(self, principal: Principal, seat: str) -> None:
        """End one session of a person. Raises `MissingError`."""
        missing = MissingError("There is no such session.", "It may be over already: list the sessions again.")
        if not re.fullmatch(f"[0-9a-f]{{{NAMED_BY}}}", seat):
            raise missing
        async with self._database.transaction() as connection:
            if not await AppStore(connection).end_sessions_like(principal.actor.id, seat):
                raise missing
            await self._ended(connection, principal)

    async def end_others(self, principal: Principal, raw: str = "") -> int:
        """End all sessions of a person but the one whose cookie is given; say how many went."""
        actor: UUID = principal.actor.id
        async with self._database.transaction() as connection:
            count = await AppStore(connection).end_sessions_like(actor, "", but=hash_secret(raw[:LONGEST_ID]))
            if count:
                await self._ended(connection, principal)
            return count

    async def _ended(self, connection: Connection, principal: Principal) -> None:
        who, at = principal.actor.id, self._clock()
        await record(connection, principal, INSTALLATION, at=at, action="session.end", subject=who)

    async def people(self, principal: Principal) -> tuple[Person, ...]:
        """Give everyone who can log in, or could. Needs an administrator of the installation."""
        principal.require_site_admin()
        at = self._clock()
        async with self._database.read() as connection:
            return tuple(Person(**row) for row in await AppStore(connection).people(at, at - IDLE))


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
            sessions_before=at,
            keys_before=at - KEYS_KEPT,
            counters_before=at - COUNTERS_KEPT,
            runs_before=at - RUNS_KEPT,
        )


def _text(random: bytes) -> str:
    return base64.urlsafe_b64encode(random).decode("ascii").rstrip("=")


def device_of(agent: str) -> str:
    """Say in words which browser on which system a User-Agent header speaks of; "" where it says nothing known."""
    browser = next((word for mark, word in _BROWSERS if mark in agent), "")
    system = next((word for mark, word in _SYSTEMS if mark in agent), "")
    return " on ".join(part for part in (browser, system) if part)
