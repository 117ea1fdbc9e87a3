"""Pools of connections: transactions for services, and the database's health. Knows no table and no query of anyone.

Whatever the driver says when PostgreSQL is away, overloaded or out of disk becomes `UnavailableError`; nothing of the
driver's text reaches a user, since it may hold addresses and statements. The pools reconnect by themselves.
"""

import asyncio
import select
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from typing import Any
from uuid import UUID

from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from app.db.connecting import CONNECT_SECONDS, driver_url
from app.db.failures import AWAY, is_away, translated
from app.db.fitting import Fit
from app.db.schema import fit_of, revision_of
from app.db.statements import watch
from app.telemetry.spans import Begin
from specs.errors import HoldfastError, UnavailableError
from specs.store.connection import noted

POOL_SECONDS = 10
HEALTH_SECONDS = 3.0
# A connection that was idle for longer is asked whether it still lives, before it is used.
IDLE_SECONDS = 30.0
_NOTIFY = text("select pg_notify(:channel, payload) from unnest(cast(:payloads as text[])) payload")
_ONE_MOMENT = text("begin isolation level repeatable read read only")


class Database:
    """A pool of connections. `revive` is called, off the event loop, when a new connection cannot be made.

    Statements longer than `statement_timeout` seconds are stopped. `on_audit` is told which chains of the audit log
    grew, after each commit of this process.
    """

    def __init__(
        self, url: str, *, pool: int = 10, statement_timeout: float = 30.0, revive: Callable[[], object] | None = None
    ) -> None:
        self._url = driver_url(url)
        self.on_audit: Callable[[frozenset[UUID]], None] = _nobody
        self._revive = revive
        self._reviving = asyncio.Lock()
        options = f"-c statement_timeout={int(statement_timeout * 1000)} -c timezone=UTC"
        self._writing = self._pooled(pool, options)
        # Its connections begin no transaction by themselves: a question of one statement needs none.
        reading = f"{options} -c default_transaction_read_only=on"
        self._reading = self._pooled(pool, reading, isolation_level="AUTOCOMMIT")

    def _pooled(self, pool: int, options: str, **kind: str) -> AsyncEngine:
        engine = create_async_engine(
            self._url,
            pool_size=pool,
            max_overflow=pool,
            pool_timeout=POOL_SECONDS,
            pool_recycle=1800,
            connect_args={
                "connect_timeout": CONNECT_SECONDS,
                "options": options,
                "application_name": "holdfast",
            },
            **kind,
        )
        _watch(engine)
        return engine

    def observe(self, begin: Begin) -> None:
        """Tell somebody of each statement from now on."""
        for engine in (self._writing, self._reading):
            watch(engine, begin)

    @property
    def conninfo(self) -> str:
        """The address as libpq reads it, with its password: for the job queue's own connections."""
        return self._url.set(drivername="postgresql").render_as_string(hide_password=False)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction: it commits at the end of the block, and rolls back when the block raises."""
        with translated():
            connection = await self._connect(self._writing)
            wrote: frozenset[UUID] = frozenset()
            try:
                noted(connection)  # what a transaction that failed left there
                async with connection.begin():
                    yield connection
                wrote = noted(connection)
            finally:
                await connection.close()
        if wrote:
            self.on_audit(wrote)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Open a read-only transaction that sees one moment of the whole database."""
        with translated():
            connection = await self._connect(self._reading)
            try:
                async with connection.begin():
                    await connection.execute(_ONE_MOMENT)
                    yield connection
            finally:
                await connection.close()

    @asynccontextmanager
    async def ask(self) -> AsyncIterator[AsyncConnection]:
        """Open a connection for questions of one statement: each sees the moment at which it is asked."""
        with translated():
            connection = await self._connect(self._reading)
            try:
                yield connection
            finally:
                await connection.close()

    async def notify(self, channel: str, payloads: Iterable[str]) -> None:
        """Tell whoever listens to a channel of this database, in any process."""
        async with self.ask() as connection:
            await connection.execute(_NOTIFY, {"channel": channel, "payloads": [*payloads]})

    async def ping(self) -> None:
        """Return if the database answers soon. Raises `UnavailableError` otherwise."""
        try:
            async with asyncio.timeout(HEALTH_SECONDS), self.ask() as connection:
                await connection.execute(text("select 1"))
        except TimeoutError as error:
            raise UnavailableError(*AWAY) from error

    async def revision(self) -> str | None:
        """Give the revision of the schema; None where there is none."""
        async with self.read() as connection:
            return await connection.run_sync(revision_of)

    async def fit(self) -> Fit:
        """Say how the schema and this program go together."""
        async with self.read() as connection:
            return await connection.run_sync(fit_of)

    async def schema_is_current(self) -> bool:
        """Say whether the schema is the one this program was written for."""
        return await self.fit() is Fit.SAME

    async def close(self) -> None:
        """Close every connection."""
        await self._writing.dispose()
        await self._reading.dispose()

    async def _connect(self, engine: AsyncEngine) -> AsyncConnection:
        try:
            return await engine.connect()
        except DBAPIError as error:
            if self._revive is None or not is_away(error):
                raise
        # One task at a time; whoever waited finds it revived, and then this is quick.
        async with self._reviving:
            with suppress(HoldfastError):
                await asyncio.to_thread(self._revive)
        return await engine.connect()


def _nobody(_chains: frozenset[UUID]) -> None:
    """Tell nobody."""


def _watch(engine: AsyncEngine) -> None:
    """Let no connection out of the pool whose other end is gone.

    To ask each one costs as much as a query. One that was used a moment ago is looked at only: when the other end went,
    there is something to read.
    """

    def checked_in(_connection: object, record: Any) -> None:
        record.info["idle_since"] = time.monotonic()

    def checked_out(connection: Any, record: Any, _proxy: object) -> None:
        since = record.info.get("idle_since")
        if since is None or (time.monotonic() - since < IDLE_SECONDS and _silent(record.driver_connection)):
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error

    event.listen(engine.sync_engine, "checkin", checked_in)
    event.listen(engine.sync_engine, "checkout", checked_out)


def _silent(driver: Any) -> bool:
    """Say whether a connection is open with nothing to read from it."""
    if driver.closed:
        return False
    poll = select.poll()
    poll.register(driver.fileno(), select.POLLIN)
    return not poll.poll(0)
