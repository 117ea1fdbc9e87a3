"""The schema: as it is declared, migrated by one process at a time, and history that only grows."""

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text

import app.tables
import drift.tables
import sync.tables
from app.db import schema
from app.db.database import Database
from app.db.embedded import EmbeddedServer
from app.db.fitting import Fit
from app.db.schema import upgrade
from specs.errors import UnavailableError, UserError
from specs.tables import METADATA

ROOT = Path(__file__).resolve().parents[3]
DECLARED = (app.tables, drift.tables, sync.tables)


def test_an_address_where_nobody_answers_is_unavailable() -> None:
    with pytest.raises(UnavailableError) as caught:
        upgrade("postgresql://u:geheim@127.0.0.1:1/d")
    assert "geheim" not in str(caught.value)
    assert "HOLDFAST_DATABASE_URL" in caught.value.hint


def test_a_database_that_is_not_there_is_explained(postgres: EmbeddedServer) -> None:
    with pytest.raises(UnavailableError) as caught:
        upgrade(postgres.url("nowhere"))
    assert "HOLDFAST_DATABASE_URL" in caught.value.hint


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
    script = "import sys; sys.path.insert(0, sys.argv[1]); from app.db.schema import upgrade; upgrade(sys.argv[2])"
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
    monkeypatch.setattr(schema, "STEP_LOCK_WAIT", "50ms")
    monkeypatch.setattr(schema, "STEP_PAUSE", 0.05)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("alter table commit_keys drop column proven")
        connection.execute("update alembic_version set version_num = '0042'")
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
