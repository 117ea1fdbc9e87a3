"""Verifies the audit log, in one snapshot, a thousand entries at a time."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from specs.access import Principal
from specs.audit import Checkpoint, Fault, Verification
from specs.store.audit import AuditStore
from specs.store.connection import Transactions

BATCH = 1000


@dataclass(frozen=True, slots=True)
class Verified:
    """What a verification found: how far each chain goes, and every fault."""

    ends: tuple[Checkpoint, ...]
    faults: tuple[Fault, ...]


class Audit:
    """Use cases of the audit log."""

    def __init__(self, database: Transactions) -> None:
        self._database = database

    async def verify(self, principal: Principal, checkpoints: Iterable[Checkpoint] = ()) -> Verified:
        """Recompute every chain and compare it with its recorded end, and with checkpoints kept elsewhere.

        Without a checkpoint, whoever can rewrite the whole database can rewrite the log. Needs an administrator of the
        installation.
        """
        principal.require_site_admin()
        kept: dict[UUID, Checkpoint] = {}
        for checkpoint in checkpoints:
            if checkpoint.chain not in kept or kept[checkpoint.chain].n < checkpoint.n:
                kept[checkpoint.chain] = checkpoint
        async with self._database.read() as connection:
            store = AuditStore(connection)
            done = [
                await _follow(store, chain, kept.get(chain))
                for chain in sorted({*await store.chains(), *kept}, key=lambda chain: chain.int)
            ]
        return Verified(
            tuple(verification.end for verification, _ in done), tuple(fault for _, faults in done for fault in faults)
        )


async def _follow(
    store: AuditStore, chain: UUID, checkpoint: Checkpoint | None
) -> tuple[Verification, tuple[Fault, ...]]:
    verification = Verification(chain, checkpoint)
    while entries := await store.entries(chain, verification.end.n, BATCH):
        verification.follow(entries)
    recorded = await store.end(chain)
    return verification, verification.finish(recorded)
