"""The database door: transactions, and what a user hears when PostgreSQL is away."""

import asyncio
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

import app.tables
import drift.tables
import sync.tables
from app.db.database import Database
from app.db.embedded import EmbeddedServer
from app.programs import processes
from specs.errors import UnavailableError, UserError
from tests.conftest import CARELESS

ROOT = Path(__file__).resolve().parents[3]
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


async def test_addresses_may_name_the_driver_or_not(url: str) -> None:
    for prefix in ("postgres://", "postgresql://", "postgresql+psycopg://"):
        database = Database(url.replace("postgresql://", prefix))
        await database.ping()
        assert database.conninfo == url
        await database.close()
