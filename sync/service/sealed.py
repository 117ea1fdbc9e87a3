"""The keys of what is sealed: listed, changed, and what former ones sealed brought under the one in use.

Sealing again is a job that may be killed anywhere: each batch is a transaction of its own, and what is done is seen by
the key it names. Knows no queue.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from drift.store.checks import CheckStore
from specs.access import Principal
from specs.audit import INSTALLATION
from specs.errors import UserError
from specs.service.auditing import record
from specs.store.artifacts import ArtifactStore, KeyState, Vault
from specs.store.connection import Clock, Connection, Transactions
from sync.store.bundles import move_receipts
from sync.store.gates import move_findings

BATCH = 50
# A process that read the ring a moment ago may still seal with a key that was followed by another.
KEPT = timedelta(days=1)
Step: TypeAlias = Callable[[Connection, datetime], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Upkeep:
    """What one run did: how many values it moved from where they were before, sealed again, and keys it dropped."""

    moved: int
    sealed: int
    forgotten: int


class Sealed:
    """Use cases of artifacts and their keys."""

    def __init__(self, database: Transactions, clock: Clock, vault: Vault) -> None:
        self._database = database
        self._clock = clock
        self._vault = vault

    async def keys(self, principal: Principal) -> tuple[KeyState, ...]:
        """Give the ring, oldest first, with how much each key seals. Needs an administrator of the installation."""
        principal.require_site_admin()
        async with self._database.read() as connection:
            return await ArtifactStore(connection, self._vault).keys()

    async def rotate(self, principal: Principal) -> tuple[KeyState, ...]:
        """Seal with another key from now on; the job seals again what others did. Needs a site admin."""
        principal.require_site_admin()
        if not self._vault.masters:
            raise UserError("There is no secret key to make others of.", "Set HOLDFAST_SECRET_KEY.")
        at = self._clock()
        async with self._database.transaction() as connection:
            made = await ArtifactStore(connection, self._vault).rotate(at)
            await record(connection, principal, INSTALLATION, at=at, action="artifact-key.rotate", subject=made.name)
        return await self.keys(principal)

    async def upkeep(self) -> Upkeep:
        """Bring everything under the key in use, and forget keys that nothing is sealed with any longer."""
        vault = self._vault
        moves: tuple[Step, ...] = (
            lambda connection, at: CheckStore(connection, vault).move_reports(at, BATCH),
            lambda connection, at: move_receipts(connection, vault, at, BATCH),
            lambda connection, at: move_findings(connection, vault, at, BATCH),
        )
        moved = sum([await self._all(move) for move in moves])
        sealed = await self._all(lambda connection, at: ArtifactStore(connection, vault).reseal(at, BATCH))
        async with self._database.transaction() as connection:
            forgotten = await ArtifactStore(connection, vault).forget_keys(self._clock() - KEPT)
        return Upkeep(moved, sealed, forgotten)

    async def _all(self, step: Step) -> int:
        """Take steps until one does less than it may."""
        done = 0
        while True:
            async with self._database.transaction() as connection:
                some = await step(connection, self._clock())
            done += some
            if some < BATCH:
                return done
