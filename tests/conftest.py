"""What tests share: one PostgreSQL per run, started when a test first asks, and a fresh migrated database per test."""
# ruff: noqa: PLC0415 (most tests need no database, and neither wait for its libraries nor fail without them)

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # most tests need no database, and must run where none is installed
    from tests.factories import World

    from app.db import Database
    from app.embedded import EmbeddedServer

# Nothing here must survive anything: what a test proves about durability it proves with a server of its own.
CARELESS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "shared_buffers": "64MB",
}
TEMPLATE = "template_holdfast"
_numbers = count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator["EmbeddedServer"]:
    """A running server whose database `template_holdfast` is migrated."""
    from app import db
    from app.embedded import EmbeddedServer

    # A short path outside pytest's own folder, which only its owner may enter.
    folder = Path(tempfile.mkdtemp(prefix="hf-", dir="/tmp"))
    folder.chmod(0o711)
    server = EmbeddedServer(folder, CARELESS)
    try:
        server.start()
        _execute(server, f"create database {TEMPLATE}")
        db.upgrade(server.url(TEMPLATE))
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def url(postgres: "EmbeddedServer") -> Iterator[str]:
    """The address of a fresh, migrated, empty database."""
    name = f"test_{next(_numbers)}"
    _execute(postgres, f"create database {name} template {TEMPLATE} strategy file_copy")
    yield postgres.url(name)
    _execute(postgres, f"drop database {name} with (force)")


@pytest.fixture
async def database(url: str) -> AsyncIterator["Database"]:
    """A pool over a fresh database."""
    from app.db import Database

    opened = Database(url)
    yield opened
    await opened.close()


@pytest.fixture
async def world(database: "Database") -> "World":
    """A project with people and an agent in it, and the services over its database."""
    from tests.factories import make_world

    return await make_world(database)


def _execute(server: "EmbeddedServer", statement: str) -> None:
    import psycopg

    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute(statement.encode())
