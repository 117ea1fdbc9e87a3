"""What a service needs of a database: transactions. `app.db.database` gives them; nothing here opens a connection."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol, TypeAlias
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

Connection: TypeAlias = AsyncConnection
Clock: TypeAlias = Callable[[], datetime]
IdSource: TypeAlias = Callable[[], UUID]
RandomSource: TypeAlias = Callable[[int], bytes]
_NOTED = "holdfast.chains"


class SpecHook(Protocol):
    """Hears of specs inside the transaction that moved their heads or changed their paths or status."""

    def __call__(self, connection: Connection, project: UUID, /, *specs: UUID) -> Awaitable[None]:
        """Do what has to be done for that."""


class Transactions(Protocol):
    """Gives connections. All raise `UnavailableError` when the database does not answer."""

    def transaction(self) -> AbstractAsyncContextManager[Connection]:
        """Open a transaction that commits at the end of the block and rolls back on an error."""

    def read(self) -> AbstractAsyncContextManager[Connection]:
        """Open a read-only transaction with one snapshot."""

    def ask(self) -> AbstractAsyncContextManager[Connection]:
        """Open a connection for questions of one statement each, which share no snapshot."""


def note(connection: Connection, chain: UUID) -> None:
    """Remember on a connection that its transaction writes into a chain of the audit log."""
    connection.info.setdefault(_NOTED, set()).add(chain)


def noted(connection: Connection) -> frozenset[UUID]:
    """Take what was noted on a connection."""
    return frozenset(connection.info.pop(_NOTED, ()))


async def no_hook(connection: Connection, project: UUID, /, *specs: UUID) -> None:
    """Do nothing: the hook of a library that nobody listens to."""
