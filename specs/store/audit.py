"""Queries of the audit log: append at the end of a chain, read a chain in order."""

import json
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, ColumnElement, Row, Text, bindparam, cast, func, literal_column, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as upsert

from specs.audit import GENESIS, Act, Checkpoint, Entry, Fault, Seal, Wanted, entry_digest, frame, seal
from specs.checkpoints import Recorded
from specs.store.connection import Connection, note
from specs.tables.audit import audit, audit_checkpoints, audit_ends
from specs.tables.base import Id
from specs.tables.people import actors

BATCH = 5000

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

# The end of a chain, locked; of one that is new, what the first entry follows.
_END = text("""
insert into audit_ends as e (chain, n, previous, digest) values (:chain, 0, :genesis, :genesis)
on conflict (chain) do update set n = e.n
returning n, digest
""").bindparams(bindparam("chain", type_=Id))

_APPEND_ALL = text("""
with given as (
    select * from json_to_recordset(cast(:rows as json)) as r (
        n bigint, at timestamptz, actor_id uuid, actor_kind text, credential_id uuid, on_behalf_of uuid, task_id uuid,
        action text, subject text, details jsonb, policy text, previous text, digest text
    )
), moved as (
    update audit_ends e set n = g.n, previous = g.previous, digest = g.digest
    from (select * from given order by n desc limit 1) g
    where e.chain = :chain
)
insert into audit (
    chain, n, at, actor_id, actor_kind, credential_id, on_behalf_of, task_id, action, subject, details, policy,
    previous, digest
)
select
    :chain, n, at, actor_id, actor_kind, credential_id, on_behalf_of, task_id, action, subject, details, policy,
    previous, digest
from given
order by n
""").bindparams(bindparam("chain", type_=Id), bindparam("rows", type_=Text))


_IDS = (audit.c.actor_id, audit.c.credential_id, audit.c.on_behalf_of, audit.c.task_id)
_WORDS = (audit.c.actor_kind, audit.c.action, audit.c.subject, audit.c.policy)


# What the log says came to be must be there, and be what its digest says.
_REVISIONS = text("""
select project_id as chain, 0 as n,
    'the text of revision ' || left(r.digest, 12) || ' is not what was written' as message
from revisions r join texts t on t.digest = r.text_digest
where t.digest <> encode(sha256(convert_to(t.body, 'UTF8')), 'hex')
union all
select project_id, 0, 'revision ' || left(digest, 12) || ' is not what was written'
from revisions
where digest <> encode(sha256(convert_to(array_to_string(array[text_digest] || parents || array[
    cast(actor_id as text), to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"')
], E'\\n'), 'UTF8')), 'hex')
union all
select a.chain, a.n, 'the revision that it tells of is not there'
from audit a
where a.action in ('spec.create', 'spec.save', 'spec.import', 'spec.merge', 'spec.settle', 'spec.set-aside')
and a.details ? 'revision'
and not exists (
    select from revisions r
    where r.project_id = a.chain and cast(r.spec_id as text) = a.subject and r.digest = a.details ->> 'revision'
)
order by 1, 2, 3
limit 1000
""")


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
        note(self._connection, chain)
        return Entry(chain, end.n, act, end.previous, end.digest)

    async def append_all(self, chain: UUID, acts: Sequence[Act]) -> None:
        """Record many acts in their order, each in an entry of its own. The chain stays locked as by `append`."""
        if not acts:
            return
        end = (await self._connection.execute(_END, {"chain": chain, "genesis": GENESIS})).one()
        rows, n, last = [], end.n, end.digest
        for act in acts:
            n, previous = n + 1, last
            last = entry_digest(chain, n, act, previous)
            rows.append({**_row(chain, act), "n": n, "previous": previous, "digest": last})
        await self._connection.execute(_APPEND_ALL, {"chain": chain, "rows": json.dumps(rows, default=_plain)})
        note(self._connection, chain)

    async def chains(self) -> tuple[UUID, ...]:
        """Give every chain that has an entry or an end."""
        both = select(audit.c.chain).union(select(audit_ends.c.chain))
        return tuple(sorted((await self._connection.execute(both)).scalars()))

    async def ends(self) -> tuple[Checkpoint, ...]:
        """Give the recorded end of every chain."""
        rows = await self._connection.execute(select(audit_ends).order_by(audit_ends.c.chain))
        return tuple(Checkpoint(row.chain, row.n, row.digest) for row in rows)

    async def crooked_ends(self) -> tuple[Checkpoint, ...]:
        """Give the recorded ends that name another entry before the last than the last itself does."""
        last = (audit.c.chain == audit_ends.c.chain) & (audit.c.n == audit_ends.c.n)
        query = select(audit_ends).join(audit, last).where(audit.c.previous != audit_ends.c.previous)
        rows = await self._connection.execute(query.order_by(audit_ends.c.chain))
        return tuple(Checkpoint(row.chain, row.n, row.digest) for row in rows)

    async def wrong_revisions(self) -> tuple[Fault, ...]:
        """Tell of revisions and texts that are not what was written, and of entries whose revision is not there."""
        rows = await self._connection.execute(_REVISIONS)
        return tuple(Fault(row.chain, row.n, row.message) for row in rows)

    async def end(self, chain: UUID) -> Checkpoint | None:
        """Give the recorded end of a chain."""
        found = (await self._connection.execute(select(audit_ends).where(audit_ends.c.chain == chain))).one_or_none()
        return None if found is None else Checkpoint(found.chain, found.n, found.digest)

    async def stream(self, chain: UUID, after: int = 0) -> AsyncIterator[tuple[Entry, ...]]:
        """Give the entries of a chain that come after the `after`-th, in order, some thousand at a time."""
        query = select(audit).where(audit.c.chain == chain, audit.c.n > after).order_by(audit.c.n)
        result = await self._connection.stream(query.execution_options(yield_per=BATCH))
        async for rows in result.partitions():
            yield tuple(map(_entry, rows))

    async def following(self, chain: UUID, after: int, limit: int) -> tuple[tuple[Entry, str], ...]:
        """Give the next entries of a chain after the `after`-th, each with the name of whoever acted."""
        query = select(audit, actors.c.name).join(actors, actors.c.id == audit.c.actor_id, isouter=True)
        query = query.where(audit.c.chain == chain, audit.c.n > after).order_by(audit.c.n).limit(limit)
        return tuple((_entry(row), row.name or "") for row in await self._connection.execute(query))

    async def ends_of(self, chains: Iterable[UUID]) -> tuple[Checkpoint, ...]:
        """Give the recorded ends of some chains; one without an entry has none."""
        rows = await self._connection.execute(select(audit_ends).where(audit_ends.c.chain.in_([*chains])))
        return tuple(Checkpoint(row.chain, row.n, row.digest) for row in rows)

    async def begun(self, chain: UUID, since: datetime) -> int:
        """Give the number of the last entry before the first that is not older than `since`."""
        first = select(func.min(audit.c.n)).where(audit.c.chain == chain, audit.c.at >= since).scalar_subquery()
        last = select(audit_ends.c.n).where(audit_ends.c.chain == chain).scalar_subquery()
        return int((await self._connection.execute(select(func.coalesce(first - 1, last, 0)))).scalar_one())

    async def at(self, chain: UUID, n: int) -> tuple[str, datetime | None]:
        """Give the digest of the `n`-th entry, "" where there is none, and when the one after it was made."""
        query = select(audit.c.n, audit.c.digest, audit.c.at).where(audit.c.chain == chain, audit.c.n.in_((n, n + 1)))
        rows = {row.n: row for row in await self._connection.execute(query)}
        digest = GENESIS if n == 0 else rows[n].digest if n in rows else ""
        return digest, rows[n + 1].at if n + 1 in rows else None

    async def seals(self, chain: UUID, after: int = 0) -> AsyncIterator[list[Seal]]:
        """Give how the entries of a chain are bound, in order from the `after`-th on, some thousand at a time.

        Ids and details come as text: a million values are not made only to be written again.
        """
        named = (*_IDS, *_WORDS, audit.c.details)
        texts = [cast(column, Text) for column in named]
        query = select(audit.c.n, audit.c.at, audit.c.previous, audit.c.digest, *texts)
        query = query.where(audit.c.chain == chain, audit.c.n > after).order_by(audit.c.n)
        result = await self._connection.stream(query.execution_options(yield_per=BATCH))
        name = str(chain)
        async for rows in result.partitions():
            yield [seal(name, row[0], row[1], row[4:8], row[8:12], row[12], row[2], row[3]) for row in rows]

    async def find(self, chain: UUID, wanted: Wanted, *, before: int | None, limit: int) -> tuple[Entry, ...]:
        """Give the entries of a chain that are wanted, the latest first, those before the `before`-th only."""
        query = select(audit).where(audit.c.chain == chain, *_conditions(wanted))
        if before is not None:
            query = query.where(audit.c.n < before)
        rows = await self._connection.execute(query.order_by(audit.c.n.desc()).limit(limit))
        return tuple(map(_entry, rows))

    async def remembered(self, series: UUID | None) -> int:
        """Say how many checkpoints of a series are remembered; without one, of the longest."""
        query = select(func.coalesce(func.max(audit_checkpoints.c.number), 0))
        if series is not None:
            query = query.where(audit_checkpoints.c.series == series)
        return int((await self._connection.execute(query)).scalar_one())

    async def recorded(self) -> tuple[Recorded, ...]:
        """Give what is remembered of the checkpoints written outside."""
        query = select(audit_checkpoints).order_by(audit_checkpoints.c.series, audit_checkpoints.c.number)
        return tuple(
            Recorded(row.series, row.number, row.chain, row.n, row.digest)
            for row in await self._connection.execute(query)
        )

    async def remember(self, recorded: Iterable[Recorded]) -> None:
        """Remember checkpoints that were written outside; those known already stay as they are."""
        rows = [
            {"series": one.series, "number": one.number, "chain": one.chain, "n": one.n, "digest": one.digest}
            for one in recorded
        ]
        if rows:
            await self._connection.execute(upsert(audit_checkpoints).on_conflict_do_nothing(), rows)


_NAMES_ONE = literal_column("audit.details ? 'request'", Boolean)


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    for column, value in (
        (audit.c.actor_id, wanted.actor),
        (audit.c.on_behalf_of, wanted.on_behalf_of),
        (audit.c.subject, wanted.subject),
        (audit.c.task_id, wanted.task),
    ):
        if value is not None:
            conditions.append(column == value)
    if wanted.action is not None:
        stem = wanted.action.removesuffix("*")
        same = audit.c.action == stem if stem == wanted.action else audit.c.action.startswith(stem, autoescape=True)
        conditions.append(same)
    if wanted.request is not None:  # as the index has it
        said = literal_column("audit.details ->> 'request'", Text)
        conditions += [_NAMES_ONE, said == wanted.request]
    if wanted.since is not None:
        conditions.append(audit.c.at >= wanted.since)
    if wanted.until is not None:
        conditions.append(audit.c.at < wanted.until)
    return conditions


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


def _plain(value: object) -> str:
    """Write an id or a time as the database reads it."""
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _entry(row: Row[Any]) -> Entry:
    act = Act(
        row.at,
        row.actor_id,
        row.actor_kind,
        row.action,
        row.subject,
        row.details,
        row.credential_id,
        row.on_behalf_of,
        row.task_id,
        row.policy,
    )
    return Entry(row.chain, row.n, act, row.previous, row.digest)
