"""Logging in: the first admin, one-time links, passwords, principals of tokens and sessions.

Tokens are issued in `specs.service.tokens`, members kept in `specs.service.members`; sessions live outside and
compare `session_epoch`, which grows whenever old sessions must die. Knows nothing of HTTP or cookies.
"""

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeAlias
from uuid import UUID

from specs.access import Link, Principal
from specs.store.connection import Clock, IdSource, RandomSource, Transactions

Limit: TypeAlias = Callable[[str], Awaitable[None]]
"""Counts one try under a key; raises `DeniedError` with `retry_after` (seconds) in its details."""


class Passwords(Protocol):
    """Hashes passwords, off the event loop."""

    async def hash(self, password: str) -> str:
        """Give the salted hash to store."""

    async def verify(self, stored: str | None, password: str) -> bool:
        """Say whether the password matches; takes the same time when there is nothing stored (None)."""


class Access:
    """Use cases of logging in."""

    def __init__(  # noqa: PLR0913 (each source of the outside world is its own argument)
        self,
        database: Transactions,
        *,
        clock: Clock,
        new_id: IdSource,
        random: RandomSource,
        passwords: Passwords,
        limit: Limit,
    ) -> None:
        self._database = database
        self._clock = clock
        self._new_id = new_id
        self._random = random
        self._passwords = passwords
        self._limit = limit

    async def first_admin(self, login: str = "admin") -> Link | None:
        """Create the first administrator with a link to set a password; nothing when there is one already."""
        raise NotImplementedError

    async def admin_link(self, login: str | None = None) -> Link:
        """Make another one-time link for an administrator (the first, when not named); earlier links die."""
        raise NotImplementedError

    async def invite(self, principal: Principal, login: str, name: str = "") -> Link:
        """Create a person with a one-time link. Needs an administrator of the installation."""
        raise NotImplementedError

    async def redeem_link(self, token: str, password: str) -> Principal:
        """Use a one-time link up: set the password, end all sessions of its person."""
        raise NotImplementedError

    async def login(self, login: str, password: str) -> Principal:
        """Give the principal of a person. Unknown login, wrong password and disabled are the same `DeniedError`."""
        raise NotImplementedError

    async def change_password(self, principal: Principal, old: str, new: str) -> None:
        """Set another password; every session of the person ends."""
        raise NotImplementedError

    async def disable(self, principal: Principal, actor: UUID) -> None:
        """Shut an actor out: sessions and tokens stop working at once."""
        raise NotImplementedError

    async def principal_of(self, actor: UUID, session_epoch: int | None = None) -> Principal:
        """Give the principal of a session's person. Raises `DeniedError` when its epoch is over."""
        raise NotImplementedError

    async def session_epoch(self, actor: UUID) -> int:
        """Give the number that a new session must remember."""
        raise NotImplementedError

    async def authenticate_token(self, secret: str) -> Principal:
        """Give the principal that a token presents. Unknown, expired, revoked or disabled: `DeniedError`."""
        raise NotImplementedError
