"""Queries of the audit log: append at the end of a chain, read a chain in order."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Text, bindparam, select, text
from sqlalchemy.dialects.postgresql import JSONB

from specs.audit import GENESIS, Act, Checkpoint, Entry, frame
from specs.store.connection import Connection
from specs.tables.audit import audit, audit_ends
from specs.tables.base import Id

# A conflict locks the end of the chain and reads it as it then is, whatever this statement saw when it began.
_APPEND = text("""
with moved as (
    insert into audit_ends as e (chain, n, previous, digest)
    values (
        :chain, 1, :genesis, encode(sha256(convert_to(:head || '1' || :middle || :genesis || :tail, 'UTF8')), 'hex')
    )
    on conflict (chain) do update set
        n = e.n + 1,
        previous = e.digest,
        digest = encode(
            sha256(convert_to(:head || cast(e.n + 1 as text) || :middle || e.digest || :tail, 'UTF8')), 'hex'
        )
    returning n, previous, digest
)
insert into audit (
    chain, n, at, actor_id, actor_kind, credential_id, on_behalf_of, task_id, action, subject, details, policy,
    previous, digest
)
select
    :chain, n, :at, :actor_id, :actor_kind, :credential_id, :on_behalf_of, :task_id, :action, :subject, :details,
    :policy, previous, digest
from moved
returning n, previous, digest
""").bindparams(
    *(bindparam(name, type_=Id) for name in ("chain", "actor_id", "credential_id", "on_behalf_of", "task_id")),
    *(bindparam(name, type_=Text) for name in ("head", "middle", "tail", "genesis", "policy")),
    bindparam("details", type_=JSONB),
)


class AuditStore:
    """The audit log on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def append(self, chain: UUID, act: Act) -> Entry:
        """Record an act. The chain stays locked until the transaction ends, so do this last.

        One statement: the database puts number and digest of the entry before into what is hashed, so that writers of
        one chain hold it no longer than they must.
        """
        head, middle, tail = frame(chain, act)
        row = _row(chain, act) | {"head": head, "middle": middle, "tail": tail, "genesis": GENESIS}
        end = (await self._connection.execute(_APPEND, row)).one()
        return Entry(chain, end.n, act, end.previous, end.digest)

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


def _row(chain: UUID, act: Act) -> dict[str, object]:
    return {
        "chain": chain,
        "at": act.at,
        "actor_id": act.actor,
        "actor_kind": act.actor_kind,
        "credential_id": act.credential,
        "on_behalf_of": act.on_behalf_of,
        "task_id": act.task,
        "action": act.action,
        "subject": act.subject,
        "details": dict(act.details),
        "policy": act.policy,
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
        policy=row["policy"],
    )
    return Entry(row["chain"], row["n"], act, row["previous"], row["digest"])
