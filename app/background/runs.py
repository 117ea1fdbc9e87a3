"""Work that people ask for on a page and watch: asked for, looked at, carried on by a worker, ended.

A run is a row and a job: the row says how far it is, for whoever looks, the job has it done, at least once. What a run
does `app.background.running` knows; nothing here does.
"""

from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum
from typing import Any, TypeAlias
from uuid import UUID

from app.store import Run, RunStore
from specs.access import Principal, Role, Scope
from specs.errors import MissingError
from specs.service.auditing import record
from specs.store.connection import Clock, Connection, IdSource, Transactions

MOST_WORDS = 1000
RunHook: TypeAlias = Callable[[Connection, UUID], Awaitable[None]]
"""Called as (connection, run) inside the transaction that asks for it."""


class RunKind(StrEnum):
    """What a run does: verify the audit log, or learn from a repository's code what it keeps to."""

    VERIFY = "verify"
    LEARN = "learn"


LOOKS: Mapping[RunKind, Role] = {RunKind.VERIFY: Role.REVIEWER, RunKind.LEARN: Role.READER}


class Runs:
    """Use cases of runs."""

    def __init__(self, database: Transactions, clock: Clock, new_id: IdSource, on_asked: RunHook) -> None:
        self._database = database
        self._clock = clock
        self._new_id = new_id
        self._on_asked = on_asked

    async def begin(self, principal: Principal, project: UUID, kind: RunKind, subject: str = "") -> Run:
        """Ask for a run; one of this kind and subject that is not over is given instead. Needs an admin."""
        principal.require(project, Role.ADMIN, Scope.ADMIN)
        at = self._clock()
        async with self._database.transaction() as connection:
            store = RunStore(connection)
            known = await store.latest(project, kind, subject)
            if known is not None and not known.over:
                return known
            made = Run(self._new_id(), project, kind.value, subject, "waiting", principal.actor.id, at)
            await store.add(made)
            await self._on_asked(connection, made.id)
            details = {"kind": kind.value, "subject": subject}
            await record(connection, principal, project, at=at, action="run.begin", subject=made.id, details=details)
            return made

    async def latest(
        self, principal: Principal, project: UUID, kind: RunKind, subject: str | None = None
    ) -> Run | None:
        """Give the run of a kind that was asked for last, on a subject where one is named."""
        principal.require(project, LOOKS[kind], Scope.READ)
        async with self._database.read() as connection:
            return await RunStore(connection).latest(project, kind, subject)

    async def get(self, principal: Principal, project: UUID, ident: UUID) -> Run:
        """Give a run of a project. Raises `MissingError`."""
        principal.require(project, Role.READER, Scope.READ)
        async with self._database.read() as connection:
            found = await RunStore(connection).get(ident)
        if found is None or found.project != project:
            raise MissingError("There is no such run.", "It may be forgotten: runs are kept for 90 days.")
        principal.require(project, LOOKS[RunKind(found.kind)], Scope.READ)
        return found


class Progress:
    """How a worker tells of a run. Each call is a transaction of its own: whoever looks sees it at once."""

    def __init__(self, database: Transactions, clock: Clock, ident: UUID) -> None:
        self._database = database
        self._clock = clock
        self._ident = ident

    async def begin(self) -> Run | None:
        """Take the run up; nothing where it is gone or over."""
        at = self._clock()
        async with self._database.transaction() as connection:
            store = RunStore(connection)
            found = await store.get(self._ident)
            if found is None or found.over:
                return None
            await store.change(self._ident, state="working", begun_at=at, seen_at=at, stage="", done=0, total=0)
        return found

    async def tell(self, stage: str, done: int = 0, total: int = 0) -> None:
        """Say how far it is."""
        await self._change(stage=stage[:MOST_WORDS], done=done, total=total, seen_at=self._clock())

    async def succeed(self, result: Mapping[str, Any]) -> None:
        """End it with what came of it."""
        await self._change(state="done", result=dict(result), ended_at=self._clock())

    async def fail(self, problem: str, hint: str) -> None:
        """End it with why nothing came of it."""
        told = {"problem": problem[:MOST_WORDS], "hint": hint[:MOST_WORDS]}
        await self._change(state="failed", ended_at=self._clock(), **told)

    async def _change(self, **values: object) -> None:
        async with self._database.transaction() as connection:
            await RunStore(connection).change(self._ident, **values)
