"""Queries of the audit log: append at the end of a chain, read a chain in order."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from specs.audit import GENESIS, Act, Checkpoint, Entry, entry
from specs.store.connection import Connection
from specs.tables.audit import audit, audit_ends


class AuditStore:
    """The audit log on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def append(self, chain: UUID, act: Act) -> Entry:
        """Record an act. The chain stays locked until the transaction ends, so do this last."""
        start = upsert(audit_ends).values(chain=chain, n=0, digest=GENESIS)
        locked = start.on_conflict_do_update(index_elements=["chain"], set_={"chain": start.excluded.chain})
        end = (await self._connection.execute(locked.returning(audit_ends.c.n, audit_ends.c.digest))).one()
        made = entry(chain, end.n + 1, act, end.digest)
        await self._connection.execute(insert(audit).values(_row(made)))
        moved = update(audit_ends).where(audit_ends.c.chain == chain).values(n=made.n, digest=made.digest)
        await self._connection.execute(moved)
        return made

    async def chains(self) -> tuple[UUID, ...]:
        """Give every chain that has an entry or an end."""
        both = select(audit.c.chain).union(select(audit_ends.c.chain))
        return tuple(sorted((await self._connection.execute(both)).scalars()))

    async def end(self, chain: UUID) -> Checkpoint | None:
        """Give the recorded end of a chain."""
        found = (await self._connection.execute(select(audit_ends).where(audit_ends.c.chain == chain))).one_or_none()
        return None if found is None else Checkpoint(found.chain, found.n, found.digest)

    async def entries(self, chain: UUID, after: int = 0, limit: int = 1000) -> tuple[Entry, ...]:
        """Give the entries of a chain that come after the `after`-th, in order."""
        query = select(audit).where(audit.c.chain == chain, audit.c.n > after).order_by(audit.c.n).limit(limit)
        return tuple(_entry(row) for row in (await self._connection.execute(query)).mappings())


def _row(made: Entry) -> dict[str, object]:
    act = made.act
    return {
        "chain": made.chain,
        "n": made.n,
        "at": act.at,
        "actor_id": act.actor,
        "actor_kind": act.actor_kind,
        "credential_id": act.credential,
        "on_behalf_of": act.on_behalf_of,
        "task_id": act.task,
        "action": act.action,
        "subject": act.subject,
        "details": dict(act.details),
        "previous": made.previous,
        "digest": made.digest,
    }


def _entry(row: Mapping[Any, Any]) -> Entry:
    act = Act(
        at=row["at"],
        actor=row["actor_id"],
        actor_kind=row["actor_kind"],
        action=row["action"],
        subject=row["subject"],
        details=row["details"],
        credential=row["credential_id"],
        on_behalf_of=row["on_behalf_of"],
        task=row["task_id"],
    )
    return Entry(row["chain"], row["n"], act, row["previous"], row["digest"])
