"""Acting in the course of a task: what one writes stands or falls with the fencing token, in the same transaction.

Whoever names a task and its token gets `Fenced` transactions: each first locks the task and looks at the token, and so
no write of a worker whose lease ran out, or whose task was frozen or taken over, is ever committed.
"""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from uuid import UUID

from specs.access import Errand, Principal
from specs.errors import ConflictError
from specs.revision import ActorKind
from specs.store.connection import Connection, Transactions
from sync.service.tasks.steps import refuse
from sync.store.errands import errand_of, locked_for
from sync.tasks import lifecycle
from sync.tasks.lifecycle import Step


async def sent(database: Transactions, principal: Principal, named: tuple[UUID, int] | None) -> Principal:
    """Give a principal with what is known of the task it names; an agent that names none acts for the one it holds.

    A token that holds no longer is not refused here but by whatever it is used for.
    """
    if named is None and principal.actor.kind is not ActorKind.AGENT:
        return principal
    async with database.ask() as connection:
        found = await errand_of(connection, principal.actor.id, named)
    if found is not None:
        return replace(principal, task=found[0], errand=found[1])
    return principal if named is None else replace(principal, task=named[0], errand=Errand(named[1], named=True))


def fenced(database: Transactions, principal: Principal | None) -> Transactions:
    """Give the transactions of a principal: those of one that names its task look at its token first."""
    errand = None if principal is None else principal.errand
    if principal is None or principal.task is None or errand is None or not errand.named:
        return database
    return Fenced(database, principal, principal.task, errand.fencing)


class Fenced:
    """Transactions that begin by looking at a fencing token; the task stays as it is until they end."""

    def __init__(self, database: Transactions, principal: Principal, task: UUID, fencing: int) -> None:
        self._database = database
        self._principal = principal
        self._task = task
        self._fencing = fencing

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """Open a transaction. Raises `ConflictError` where the token holds no longer."""
        async with self._database.transaction() as connection:
            await self._look(connection)
            yield connection

    def read(self) -> AbstractAsyncContextManager[Connection]:
        """Read without looking at the token: a stale one may see what became of its task."""
        return self._database.read()

    def ask(self) -> AbstractAsyncContextManager[Connection]:
        """Ask without looking at the token."""
        return self._database.ask()

    async def _look(self, connection: Connection) -> None:
        found = await locked_for(connection, self._task)
        if found is None:
            details: dict[str, object] = {"code": "stale-fencing", "task": str(self._task)}
            raise ConflictError("The task that you name is not there.", "List the tasks you hold.", details=details)
        task, now = found
        refuse(Step(task, lifecycle.fenced(task, self._fencing, now, self._principal.actor)))
