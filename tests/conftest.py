"""What tests share: one PostgreSQL per run, started when a test first asks, and a fresh migrated database per test."""
# ruff: noqa: PLC0415 (most tests need no database, and neither wait for its libraries nor fail without them)

import gc
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:  # most tests need no database, and must run where none is installed
    from app.db.database import Database
    from app.db.embedded import EmbeddedServer
    from tests.factories import World

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
WORLD = "template_world"
ROOMY = 4 * 1024**3
_numbers = count(1)


gc.disable()  # until all tests are loaded: none of what they and the product are made of is ever garbage


def pytest_collection_finish() -> None:
    """Leave what was loaded out of all later collections, which would cost a seventh of the run."""
    gc.freeze()
    gc.enable()


def pytest_configure(config: pytest.Config) -> None:
    """Let no law fail because the machine is busy; refuse to write cases anew in several processes."""
    settings.register_profile("calm", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("calm")
    if os.environ.get("HOLDFAST_UPDATE_CASES") == "1" and config.getoption("numprocesses", None):
        raise pytest.UsageError("HOLDFAST_UPDATE_CASES=1 writes the cases anew: run it in one process, without -n")


@pytest.fixture(scope="session")
def postgres() -> Iterator["EmbeddedServer"]:
    """A running server whose database `template_holdfast` is migrated."""
    from app.db.embedded import EmbeddedServer
    from app.db.schema import upgrade

    # A short path outside pytest's own folder, which only its owner may enter.
    folder = Path(tempfile.mkdtemp(prefix="hf-", dir=_quick_folder()))
    folder.chmod(0o711)
    server = EmbeddedServer(folder, CARELESS)
    try:
        server.start()
        execute(server, f"create database {TEMPLATE}")
        upgrade(server.url(TEMPLATE))
        yield server
    finally:
        server.stop("immediate")
        shutil.rmtree(folder, ignore_errors=True)


def _quick_folder() -> Path:
    """Give where files cost least: each test copies hundreds of them, in memory in a fifth of the time."""
    memory = Path("/dev/shm")
    if os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOMY:
        return memory
    return Path("/tmp")


@pytest.fixture
def url(postgres: "EmbeddedServer") -> Iterator[str]:
    """The address of a fresh, migrated, empty database."""
    with copy_of(postgres, TEMPLATE) as url:
        yield url


@pytest.fixture
async def database(url: str) -> AsyncIterator["Database"]:
    """A pool over a fresh database."""
    from app.db.database import Database

    opened = Database(url)
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def world_secret(postgres: "EmbeddedServer") -> str:
    """The secret of the agent in `template_world`, a database with a project and people in it."""
    import asyncio

    from app.db.database import Database
    from tests.factories import make_world

    async def fill() -> str:
        database = Database(postgres.url(WORLD))
        try:
            return await make_world(database)
        finally:
            await database.close()

    execute(postgres, f"create database {WORLD} template {TEMPLATE} strategy file_copy")
    return asyncio.run(fill())


@pytest.fixture
def world_url(postgres: "EmbeddedServer", world_secret: str) -> Iterator[str]:
    """The address of a fresh copy of that database, for tests that start processes on it."""
    with copy_of(postgres, WORLD) as url:
        yield url


@pytest.fixture
async def world(world_url: str, world_secret: str) -> AsyncIterator["World"]:
    """A project with people and an agent in it, and the services over its database."""
    async with opened_world(world_url, world_secret) as world:
        yield world


@asynccontextmanager
async def opened_world(url: str, secret: str) -> AsyncIterator["World"]:
    """Give the services over a copy of `template_world`, in the loop that runs."""
    from app.db.database import Database
    from tests.factories import open_world

    database = Database(url)
    yield await open_world(database, secret)
    await database.close()


@contextmanager
def copy_of(server: "EmbeddedServer", template: str) -> Iterator[str]:
    """The address of a copy of a database, for as long as the block lasts."""
    name = f"test_{next(_numbers)}"
    execute(server, f"create database {name} template {template} strategy file_copy")
    yield server.url(name)
    execute(server, f"drop database {name} with (force)")


def execute(server: "EmbeddedServer", statement: str) -> None:
    """Run a statement in the server's own database."""
    import psycopg

    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute(statement.encode())
