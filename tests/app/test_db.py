"""The database door: transactions, what a user hears when PostgreSQL is away, and the schema's migration."""

import asyncio
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

import app.tables
import drift.tables
import sync.tables
from app import db
from app.db import Database, upgrade
from app.db.embedded import EmbeddedServer
from app.db.fitting import Fit
from app.programs import processes
from specs.errors import UnavailableError, UserError
from specs.tables import METADATA
from tests.conftest import CARELESS

ROOT = Path(__file__).resolve().parents[2]
DECLARED = (app.tables, drift.tables, sync.tables)


@pytest.fixture(scope="module")
def own_server() -> Iterator[EmbeddedServer]:
    """A server that these tests may stop and kill."""
    with tempfile.TemporaryDirectory(prefix="hf-", dir="/tmp") as name:
        Path(name).chmod(0o711)
        server = EmbeddedServer(Path(name), CARELESS)
        server.start()
        yield server
        server.start()
        server.stop("immediate")


def kill(server: EmbeddedServer) -> None:
    pid = processes.pid_in(server.cluster / "postmaster.pid")
    assert pid is not None
    subprocess.run(["kill", "-9", str(pid)], check=True)
    assert processes.wait_until(lambda: not processes.any_works_in(server.cluster), 60)


async def count(database: Database) -> int:
    async with database.read() as connection:
        return int((await connection.execute(text("select count(*) from counters"))).scalar_one())


INSERT = text("insert into counters values ('k', now(), 1)")


async def test_a_block_commits_or_leaves_nothing(database: Database) -> None:
    async with database.transaction() as connection:
        await connection.execute(INSERT)

    async def fail() -> None:
        async with database.transaction() as connection:
            await connection.execute(text("delete from counters"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert await count(database) == 1


async def test_a_cancelled_block_leaves_nothing(database: Database) -> None:
    inside = asyncio.Event()

    async def write() -> None:
        async with database.transaction() as connection:
            await connection.execute(INSERT)
            inside.set()
            await asyncio.sleep(60)

    task = asyncio.create_task(write())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await count(database) == 0


async def test_reading_sees_one_moment_and_writes_nothing(database: Database) -> None:
    async with database.read() as reading:
        before = (await reading.execute(text("select count(*) from counters"))).scalar_one()
        async with database.transaction() as writing:
            await writing.execute(INSERT)
        assert (await reading.execute(text("select count(*) from counters"))).scalar_one() == before
    with pytest.raises(UnavailableError):
        async with database.read() as reading:
            await reading.execute(INSERT)
    async with database.transaction() as again:
        await again.execute(text("insert into counters values ('l', now(), 1)"))
    assert await count(database) == 2


async def test_a_question_sees_the_moment_it_is_asked_and_writes_nothing(database: Database) -> None:
    count_all = text("select count(*) from counters")
    async with database.ask() as asking:
        before = (await asking.execute(count_all)).scalar_one()
        async with database.transaction() as writing:
            await writing.execute(INSERT)
        assert (await asking.execute(count_all)).scalar_one() == before + 1
    with pytest.raises(UnavailableError):
        async with database.ask() as asking:
            await asking.execute(INSERT)
    assert await count(database) == 1


@pytest.mark.parametrize("kind", ["transaction", "read", "ask"])
async def test_a_connection_that_was_cut_while_nobody_used_it_is_not_handed_out(database: Database, kind: str) -> None:
    async def mine() -> int:
        async with getattr(database, kind)() as connection:
            return int((await connection.execute(text("select pg_backend_pid()"))).scalar_one())

    first = await mine()
    assert await mine() == first
    with psycopg.connect(database.conninfo, autocommit=True) as other:
        other.execute("select pg_terminate_backend(%s, 5000)", [first])
    assert await mine() != first


async def test_a_wrong_statement_is_our_fault_not_the_databases(database: Database) -> None:
    with pytest.raises(DBAPIError):
        async with database.transaction() as connection:
            await connection.execute(text("select nothing from nowhere"))
    await database.ping()


async def test_a_slow_statement_is_stopped(url: str) -> None:
    database = Database(url, statement_timeout=0.2)
    with pytest.raises(UnavailableError, match="too long") as caught:
        async with database.transaction() as connection:
            await connection.execute(text("select pg_sleep(30)"))
    assert caught.value.hint
    await database.ping()
    await database.close()


async def test_a_cut_connection_is_told_and_mended(database: Database) -> None:

    async def write() -> None:
        async with database.transaction() as connection:
            mine = (await connection.execute(text("select pg_backend_pid()"))).scalar_one()
            with psycopg.connect(database.conninfo, autocommit=True) as other:
                other.execute("select pg_terminate_backend(%s)", [mine])
            await connection.execute(INSERT)

    with pytest.raises(UnavailableError) as caught:
        await write()
    assert "host" not in str(caught.value)
    assert await count(database) == 0


async def test_when_postgresql_goes_and_returns(own_server: EmbeddedServer) -> None:
    """Every request fails clearly while it is away; the first one after works, with nobody restarting us."""
    url = own_server.start()
    database = Database(url)
    await database.ping()
    own_server.stop("immediate")
    for _ in range(3):
        with pytest.raises(UnavailableError) as caught:
            await database.ping()
        assert caught.value.hint
        with pytest.raises(UnavailableError):
            async with database.transaction():
                pass
    own_server.start()
    await database.ping()
    await database.close()


async def test_a_killed_embedded_server_is_revived_by_whoever_needs_it(own_server: EmbeddedServer) -> None:
    database = Database(own_server.start(), revive=own_server.revive)
    await database.ping()
    kill(own_server)
    pings = await asyncio.gather(*(database.ping() for _ in range(10)), return_exceptions=True)
    # A start on a busy machine may take longer than a health check waits; no other error may show.
    assert not [error for error in pings if error is not None and not isinstance(error, UnavailableError)]
    async with database.transaction() as connection:
        assert (await connection.execute(text("select 1"))).scalar_one() == 1
    await database.close()


async def test_a_server_that_does_not_come_back_is_unavailable(own_server: EmbeddedServer) -> None:
    database = Database(own_server.start())
    own_server.stop("immediate")

    def in_vain() -> None:
        raise UnavailableError("It does not start.", "See the log.")

    hopeless = Database(own_server.url(), revive=in_vain)
    for each in (database, hopeless):
        with pytest.raises(UnavailableError, match="does not answer"):
            await each.ping()
        await each.close()


@pytest.mark.parametrize("address", ["", "x", "mysql://u@h/d", "sqlite:///x.db", "postgresql://h:port/d"])
def test_an_address_of_no_postgresql_is_explained(address: str) -> None:
    with pytest.raises(UserError) as caught:
        Database(address)
    assert "postgresql://" in caught.value.hint


def test_an_address_where_nobody_answers_is_unavailable() -> None:
    with pytest.raises(UnavailableError) as caught:
        upgrade("postgresql://u:geheim@127.0.0.1:1/d")
    assert "geheim" not in str(caught.value)
    assert "HOLDFAST_DATABASE_URL" in caught.value.hint


def test_a_database_that_is_not_there_is_explained(postgres: EmbeddedServer) -> None:
    with pytest.raises(UnavailableError) as caught:
        upgrade(postgres.url("nowhere"))
    assert "HOLDFAST_DATABASE_URL" in caught.value.hint


async def test_addresses_may_name_the_driver_or_not(url: str) -> None:
    for prefix in ("postgres://", "postgresql://", "postgresql+psycopg://"):
        database = Database(url.replace("postgresql://", prefix))
        await database.ping()
        assert database.conninfo == url
        await database.close()


def test_the_migrated_schema_is_the_declared_one(url: str) -> None:
    assert DECLARED
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_object": lambda _object, name, *_: not str(name).startswith("procrastinate"),
                "compare_server_default": True,
            },
        )
        assert compare_metadata(context, METADATA) == []
    engine.dispose()


def test_processes_that_migrate_at_once_do_it_once(postgres: EmbeddedServer) -> None:
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute("create database empty")
    script = "import sys; sys.path.insert(0, sys.argv[1]); from app.db import upgrade; upgrade(sys.argv[2])"
    command = [sys.executable, "-c", script, str(ROOT), postgres.url("empty")]
    started = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(2)]
    for process in started:
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors.decode()
    with psycopg.connect(postgres.url("empty")) as connection:
        assert connection.execute("select count(*) from alembic_version").fetchone() == (1,)
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute("drop database empty with (force)")


async def set_schema(database: Database, revision: str, oldest: str) -> Fit:
    async with database.transaction() as connection:
        await connection.execute(text("update alembic_version set version_num = :to"), {"to": revision})
        await connection.execute(text("update schema_floor set oldest = :to"), {"to": oldest})
    return await database.fit()


async def test_a_schema_of_another_program_is_noticed(url: str) -> None:
    database = Database(url)
    assert await database.schema_is_current()
    assert await set_schema(database, "0023", "0023") is Fit.BEHIND
    assert await set_schema(database, "later", "0024") is Fit.AHEAD
    await asyncio.to_thread(upgrade, url)  # a program that may go on has nothing to do
    assert await database.revision() == "later"
    assert await set_schema(database, "later", "later") is Fit.BEYOND
    await database.close()
    with pytest.raises(UserError, match="newer Holdfast") as caught:
        await asyncio.to_thread(upgrade, url)
    assert caught.value.hint


async def test_a_table_that_is_in_use_does_not_stop_a_migration_for_good(url: str, monkeypatch: Any) -> None:
    monkeypatch.setattr(db, "STEP_LOCK_WAIT", "50ms")
    monkeypatch.setattr(db, "STEP_PAUSE", 0.05)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("drop table images")
        connection.execute("update alembic_version set version_num = '0039'")
    with psycopg.connect(url) as busy:
        busy.execute("lock table alembic_version in access exclusive mode")
        migrating = asyncio.create_task(asyncio.to_thread(upgrade, url))
        await asyncio.sleep(0.4)
        assert not migrating.done()
        busy.rollback()
    await migrating
    database = Database(url)
    assert await database.schema_is_current()
    await database.close()


@pytest.mark.parametrize("table", ["audit", "revisions", "texts"])
@pytest.mark.parametrize("statement", ["update {0} set {1} = {1}", "delete from {0}", "truncate {0} cascade"])
def test_history_is_append_only(url: str, table: str, statement: str) -> None:
    column = {"audit": "subject", "revisions": "message", "texts": "body"}[table]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("insert into texts values ('d', 'b')")
        _insert(connection)
        with pytest.raises(psycopg.errors.RestrictViolation, match="append-only"):
            connection.execute(statement.format(table, column).encode())


def _insert(connection: psycopg.Connection) -> None:
    """Put a row into each table that may only grow, without its neighbours."""
    zero = "00000000-0000-0000-0000-000000000000"
    connection.execute("set session_replication_role = replica")
    connection.execute(
        f"insert into revisions (spec_id, digest, project_id, parents, text_digest, size, title, actor_id, provenance,"
        f" message, at, origin, side) values ('{zero}', 'd', '{zero}', '{{}}', 'd', 1, '', '{zero}', 'explicit', '',"
        f" now(), '', false)"
    )
    connection.execute(
        f"insert into audit values ('{zero}', 1, now(), '{zero}', 'human', null, null, null, 'a', 's', '{{}}', '', '')"
    )
    connection.execute("set session_replication_role = origin")
