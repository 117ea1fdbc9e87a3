"""The database: transactions for services, its health, its schema. Knows no table and no query of anyone.

Whatever the driver says when PostgreSQL is away, overloaded or out of disk becomes `UnavailableError`; nothing of the
driver's text reaches a user, since it may hold addresses and statements. The pool reconnects by itself.
"""

import asyncio
import select
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import UUID

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

import migrations
from app.db.failures import AWAY, is_away, translated
from app.db.fitting import Fit
from app.db.statements import watch
from app.telemetry.spans import Begin
from specs.errors import HoldfastError, UnavailableError, UserError
from specs.store.connection import noted

DRIVERS = frozenset({"postgres", "postgresql", "postgresql+psycopg"})
CONNECT_SECONDS = 5
POOL_SECONDS = 10
HEALTH_SECONDS = 3.0
# A connection that was idle for longer is asked whether it still lives, before it is used.
IDLE_SECONDS = 30.0
# "hold" as a number: whoever migrates holds this advisory lock.
MIGRATION_LOCK = 0x686F6C64
MIGRATION_WAIT = 600.0
MIGRATION_PAUSE = 0.1
# A step that waits for a table makes all wait that come after it: it gives way soon, and is tried again.
STEP_LOCK_WAIT = "3s"
STEP_TRIES = 40
STEP_PAUSE = 2.0

_TABLES = """
select exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p') and n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema'
  and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e'))
"""
_NOTIFY = text("select pg_notify(:channel, payload) from unnest(cast(:payloads as text[])) payload")
_ONE_MOMENT = text("begin isolation level repeatable read read only")
# Somebody held what a step wanted, or they stood in each other's way: SQLSTATEs of lock_not_available and deadlock.
_CONTENDED = frozenset({"55P03", "40P01"})
_NO_VECTOR = frozenset({"0A000", "58P01", "42501", "42704"})


class Database:
    """A pool of connections. `revive` is called, off the event loop, when a new connection cannot be made.

    Statements longer than `statement_timeout` seconds are stopped. `on_audit` is told which chains of the audit log
    grew, after each commit of this process.
    """

    def __init__(
        self, url: str, *, pool: int = 10, statement_timeout: float = 30.0, revive: Callable[[], object] | None = None
    ) -> None:
        self._url = _driver_url(url)
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
            return await connection.run_sync(_revision)

    async def fit(self) -> Fit:
        """Say how the schema and this program go together."""
        async with self.read() as connection:
            return await connection.run_sync(_fit)

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


def _driver_url(url: str) -> URL:
    hint = "Write it as postgresql://user:password@host:5432/database."
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise UserError("HOLDFAST_DATABASE_URL is not an address of a database.", hint) from error
    if parsed.drivername not in DRIVERS:
        raise UserError(f"Holdfast keeps its data in PostgreSQL, not in {parsed.drivername}.", hint)
    return parsed.set(drivername="postgresql+psycopg")


def upgrade(url: str) -> None:
    """Bring the schema up to date. Any number of processes may call this at once: one works, the others wait.

    Raises `UserError` where the database cannot hold the schema, `UnavailableError` where it cannot be reached.
    """
    with _opened(url) as connection, _explained():
        connection.execute(text(f"set lock_timeout = '{STEP_LOCK_WAIT}'"))
        _alone(connection)
        config = _config()
        config.attributes["connection"] = connection
        for left in reversed(range(STEP_TRIES)):
            try:
                if _fit(connection) in {Fit.SAME, Fit.AHEAD}:
                    return
                connection.rollback()
                command.upgrade(config, "head")
                connection.commit()
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) not in _CONTENDED or not left:
                    raise
                connection.rollback()
                time.sleep(STEP_PAUSE)


def _alone(connection: Connection) -> None:
    """Wait until nobody else migrates. Whoever waits holds no snapshot: indexes are built without waiting for it."""
    deadline = time.monotonic() + MIGRATION_WAIT
    while not connection.execute(text(f"select pg_try_advisory_lock({MIGRATION_LOCK})")).scalar_one():
        connection.commit()
        if time.monotonic() > deadline:
            raise UnavailableError("Another process has been migrating this database for long.", "Look at its log.")
        time.sleep(MIGRATION_PAUSE)
    connection.commit()


class Moment:
    """One state of the whole database, held for other connections to look at. `begin` fixes which."""

    schema = ""
    server = ""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    def begin(self) -> str:
        """Fix the state and give the name of its snapshot. Raises `UserError` where the database is not migrated."""
        self.schema = _revision(self._connection) or ""
        if not self.schema:
            raise UserError("The database holds no Holdfast.", "Does HOLDFAST_DATABASE_URL name the right one?")
        self.server = str(self._connection.execute(text("select current_setting('server_version')")).scalar_one())
        return str(self._connection.execute(text("select pg_export_snapshot()")).scalar_one())


@contextmanager
def moment(url: str) -> Iterator[Moment]:
    """Hold one state of a database while others read it by its snapshot. Raises `UnavailableError`."""
    with _opened(url) as connection:
        yield Moment(connection)


def holds_anything(url: str) -> bool:
    """Say whether any table stands in a database, besides those of extensions. Raises `UnavailableError`."""
    with _opened(url) as connection:
        return bool(connection.execute(text(_TABLES)).scalar_one())


def knows(revision: str) -> bool:
    """Say whether this program can bring a schema of that revision up to date."""
    script = ScriptDirectory.from_config(_config())
    return revision in {one.revision for one in script.walk_revisions()}


def for_tools(url: str) -> tuple[str, str]:
    """Give an address as PostgreSQL's own programs take it, and the password, which must not stand in it."""
    parsed = _driver_url(url).set(drivername="postgresql")
    return parsed.set(password=None).render_as_string(hide_password=False), parsed.password or ""


@contextmanager
def _opened(url: str) -> Iterator[Connection]:
    """Open one connection for what is done once, outside of any pool."""
    engine = create_engine(_driver_url(url), poolclass=NullPool, connect_args={"connect_timeout": CONNECT_SECONDS})
    try:
        with translated(), _connected(engine) as connection:
            yield connection
    finally:
        engine.dispose()


def _connected(engine: Engine) -> Connection:
    """Connect for the first time, when a wrong address is as likely as a database that is down."""
    try:
        return engine.connect()
    except DBAPIError as error:
        hint = "Does PostgreSQL run, and are user, password and database in HOLDFAST_DATABASE_URL right? Its log says."
        raise UnavailableError(AWAY[0], hint) from error


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except CommandError as error:
        raise UserError(
            "The database was written by a newer Holdfast.", "Update Holdfast, or restore a backup made before."
        ) from error
    except DBAPIError as error:
        if "vector" in str(error.statement or "") and getattr(error.orig, "sqlstate", None) in _NO_VECTOR:
            raise UserError(
                "The database has no pgvector extension, or we may not create it.",
                "Install pgvector for this PostgreSQL and run `create extension vector` in the database as superuser.",
            ) from error
        raise


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _head() -> str | None:
    return ScriptDirectory.from_config(_config()).get_current_head()


def _fit(connection: Connection) -> Fit:
    """Compare the schema with this program; one that is ahead says itself which programs may go on."""
    revision = _revision(connection)
    if revision == _head():
        return Fit.SAME
    if revision is None or knows(revision):
        return Fit.BEHIND
    if connection.execute(text("select to_regclass('schema_floor')")).scalar_one() is None:
        return Fit.BEYOND
    floor = connection.execute(text("select oldest from schema_floor")).scalar_one_or_none()
    return Fit.AHEAD if floor is not None and knows(floor) else Fit.BEYOND


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
