"""The keys that sign what the server decides: made on first use, rotated by hand, their public halves for everyone.

The private half is derived from the server's own key and a salt, so all processes of an installation share it and a
stolen database signs nothing. A key that was followed by another still vouches for what it signed before.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime

from specs.access import Principal
from specs.audit import INSTALLATION
from specs.service.auditing import record
from specs.signing import SEED_BYTES, Signer, Verifier, read_verifier
from specs.store.connection import Clock, Connection, RandomSource, Transactions
from sync.gates.decisiontokens import LIFETIME
from sync.store.keys import KeyStore, StoredKey


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that may be believed, and from when to when it signed (None: it signs now)."""

    verifier: Verifier
    since: datetime
    until: datetime | None


class Signatures:
    """Use cases of signing keys. `name` is what keys of this installation are called: the host of its address."""

    def __init__(
        self, database: Transactions, clock: Clock, random: RandomSource, *, server_key: bytes, name: str
    ) -> None:
        self._database = database
        self._clock = clock
        self._random = random
        self._server_key = server_key
        self._name = name

    async def signer(self, connection: Connection) -> Signer:
        """Give the key in use. One that the server's own key no longer makes is followed by a new one."""
        signer = self._in_use(await KeyStore(connection).all())
        if signer is not None:
            return signer
        store = KeyStore(connection)
        await store.lock()
        return self._in_use(await store.all()) or await self._make(store)

    async def keys(self) -> tuple[PublicKey, ...]:
        """Give the public keys that are believed, the one in use last. They are no secret: anyone may have them.

        One that another followed is believed for as long as what it signed last may live.
        """
        oldest = self._clock() - LIFETIME
        async with self._database.transaction() as connection:
            await self.signer(connection)
            found = await KeyStore(connection).all()
        return tuple(
            PublicKey(verifier, key.since, key.until)
            for key in found
            if (key.until is None or key.until > oldest) and (verifier := read_verifier(key.public)) is not None
        )

    async def rotate(self, principal: Principal) -> tuple[PublicKey, ...]:
        """Sign with another key from now on. Needs an administrator of the installation."""
        principal.require_site_admin()
        async with self._database.transaction() as connection:
            store = KeyStore(connection)
            await store.lock()
            made = await self._make(store)
            await record(
                connection,
                principal,
                INSTALLATION,
                at=self._clock(),
                action="signing-key.rotate",
                subject=str(made.verifier),
            )
        return await self.keys()

    def _in_use(self, found: tuple[StoredKey, ...]) -> Signer | None:
        last = found[-1] if found else None
        if last is None or last.until is not None:
            return None
        signer = Signer(last.name, self._seed(last.salt))
        return signer if str(signer.verifier) == last.public else None

    async def _make(self, store: KeyStore) -> Signer:
        salt = self._random(SEED_BYTES).hex()
        signer = Signer(self._name, self._seed(salt))
        await store.add(StoredKey(self._name, str(signer.verifier), salt, self._clock()))
        return signer

    def _seed(self, salt: str) -> bytes:
        text = f"holdfast decision key\x1f{salt}"
        return hmac.new(self._server_key, text.encode(), hashlib.sha256).digest()[:SEED_BYTES]
