"""Puts work into the queue, in the transaction that makes it necessary. Knows the names of the jobs, not what they do.

Work that waits already is not put in twice. It is locked instead until the caller's transaction ends, so that no
worker takes it up before it can see what the caller wrote. A job carries along which request wants it.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued

from app.origins import carried
from specs.service.proposals.proposals import waited_for
from specs.store.connection import Connection, Transactions
from sync.gates.gate import Gate
from sync.service.repositories.repositories import beside, concerned

SYNC, SPECS, REBASE, PUBLISH = "sync_repository", "check_specs", "rebase_proposals", "publish_specs"
ANSWER, EMBED, RUN = "tell_gate", "embed_passages", "do_run"
DESCRIBE, EMBED_CODE = "describe_code", "embed_definitions"
DELIVER, RESEND = "deliver_events", "send_event_again"
WORK, CLOCK, HOOKS = "work", "clock", "hooks"
TRIES = 5
# What is saved within so many seconds goes to git together.
GATHERING = 5
STATES = ("todo", "doing", "succeeded", "failed", "cancelled", "aborting", "aborted")

# Only ever handed a connection of the caller's; it has none of its own and is never opened.
_DEFERRER = App(connector=PsycopgConnector())


async def wanted(connection: Connection, repository: UUID, *, again: bool = True) -> None:
    """Have a repository read and compared as soon as this transaction is through and a worker is free.

    `again` has a check that failed tried once more, though nothing is new.
    """
    await _enqueue(connection, SYNC, f"repo:{repository}", repository=repository, again=again)


async def changed(connection: Connection, project: UUID, /, *specs: UUID) -> None:
    """Have a project's repositories held against their specs again: some of the specs change in this transaction."""
    # Which repositories they speak about is found out when they have been written.
    found = await concerned(connection, project, specs)
    for repository in found.repositories:
        await _enqueue(connection, SPECS, f"repo:{repository}", repository=repository)
    for repository in found.published:
        await _enqueue(connection, PUBLISH, f"repo:{repository}", GATHERING, repository=repository)
    for spec in found.pending:
        await _rebase(connection, project, spec)


async def brought(connection: Connection, repository: UUID) -> None:
    """Have the other repositories of a project held against its specs: git brought specs to this one."""
    for other in await beside(connection, repository):
        await _enqueue(connection, SPECS, f"repo:{other}", repository=other)


async def moved(connection: Connection, project: UUID, /, *specs: UUID) -> None:
    """Have the proposals that wait brought onto specs that change in this transaction."""
    for spec in await waited_for(connection, project, specs):
        await _rebase(connection, project, spec)


async def _rebase(connection: Connection, project: UUID, spec: UUID) -> None:
    await _enqueue(connection, REBASE, f"spec:{spec}", project=project, spec=spec)


async def settled(connection: Connection, gate: Gate) -> None:
    """Have the host of a repository told how a gate stands that changes in this transaction."""
    await _enqueue(connection, ANSWER, f"gate:{gate.id}", project=gate.project, gate=gate.id)


async def embed(connection: Connection, project: UUID, state: str) -> None:
    """Have the vectors made that a project lacks; `state` names its heads."""
    await _enqueue(connection, EMBED, f"vectors:{project}", project=project, state=state)


async def run(connection: Connection, ident: UUID) -> None:
    """Have a run done that somebody asks for in this transaction."""
    await _enqueue(connection, RUN, f"run:{ident}", run=ident)


async def describe(connection: Connection, repository: UUID) -> None:
    """Have the definitions read that changed with a repository's head."""
    await _enqueue(connection, DESCRIBE, f"code:{repository}", repository=repository)


async def embed_code(connection: Connection, project: UUID) -> None:
    """Have vectors made of definitions that lack them."""
    await _enqueue(connection, EMBED_CODE, f"definitions:{project}", project=project)


async def deliver(connection: Connection, hook: UUID, n: int = 0) -> None:
    """Have a webhook told what it has not heard yet; with `n`, that entry of the log once more."""
    if n:
        await _enqueue(connection, RESEND, f"resend:{hook}:{n}", queue=HOOKS, hook=hook, n=str(n))
    else:
        await _enqueue(connection, DELIVER, f"hook:{hook}", queue=HOOKS, hook=hook)


async def _enqueue(
    connection: Connection, task: str, lock: str, after: int = 0, *, queue: str = WORK, **arguments: UUID | bool | str
) -> None:
    raw = (await connection.get_raw_connection()).driver_connection
    if raw is None:
        msg = "the connection is closed"
        raise RuntimeError(msg)
    once = f"{task}:{lock}"
    told = {name: value if isinstance(value, bool) else str(value) for name, value in arguments.items()}
    for _ in range(TRIES):
        cursor = await raw.execute(
            "select id from procrastinate_jobs where queueing_lock = %s and status = 'todo' for share", (once,)
        )
        if await cursor.fetchone():
            return
        job = _DEFERRER.configure_task(
            task,
            allow_unknown=True,
            queue=queue,
            lock=lock,
            queueing_lock=once,
            connection=raw,
            schedule_in={"seconds": after} if after else None,
        )
        try:
            async with connection.begin_nested():
                await job.defer_async(**told, **carried())
        except AlreadyEnqueued:
            continue  # someone was faster; lock theirs
        return


async def counts(database: Transactions) -> Mapping[str, int]:
    """Count the jobs by state, for the metrics."""
    async with database.read() as connection:
        raw: Any = (await connection.get_raw_connection()).driver_connection
        cursor = await raw.execute("select status::text, count(*) from procrastinate_jobs group by status")
        found = dict(await cursor.fetchall())
    return {state: found.get(state, 0) for state in STATES}
