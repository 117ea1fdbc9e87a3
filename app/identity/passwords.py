"""Hashes passwords with argon2id. Knows no one's password and stores nothing."""

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

# Each hash fills 64 MiB: only so many at a time, however many people log in.
AT_ONCE = 4


class Argon2Passwords:
    """Hashes and verifies in threads, so that the event loop goes on."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._nobody: str | None = None

    async def hash(self, password: str) -> str:
        """Give the salted hash to store."""
        async with self._turns:
            return await asyncio.to_thread(self._hasher.hash, _clean(password))

    async def verify(self, stored: str | None, password: str) -> bool:
        """Say whether the password matches; without a stored hash work as hard and say no."""
        async with self._turns:
            if stored is None and self._nobody is None:
                self._nobody = await asyncio.to_thread(self._hasher.hash, "nobody has this password")
            return await asyncio.to_thread(self._check, stored or self._nobody or "", password) and stored is not None

    def _check(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, _clean(password))
        except (Argon2Error, InvalidHashError):
            return False


def _clean(password: str) -> bytes:
    # A form can hold half a surrogate pair; a hash must not fail on it.
    return password.encode("utf-8", "surrogatepass")
