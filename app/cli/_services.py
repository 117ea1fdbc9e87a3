"""The services for one command on the server's own machine: its database started or reached, migrated, left again."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path

from app.db.database import Database
from app.db.embedded import EmbeddedServer
from app.db.schema import upgrade
from app.main import make_parts
from app.settings import Settings
from app.unit import Services


@asynccontextmanager
async def services(
    settings: Settings, database_url: str = "", *, roots: tuple[Path, ...] = ()
) -> AsyncIterator[Services]:
    """Give the services over the database of the settings, or over the one that `database_url` names.

    `roots` are further folders below which local repositories may be registered. An embedded server that this
    command started is stopped again.
    """
    with address(settings, database_url) as url:
        upgrade(url)
        wanted = replace(settings, database_url=url, repository_roots=(*settings.repository_roots, *roots))
        database = Database(url)
        try:
            yield Services(database, make_parts(database, wanted))
        finally:
            await database.close()


@contextmanager
def address(settings: Settings, database_url: str = "") -> Iterator[str]:
    """Give the address of a database, migrated or not; an embedded server that this starts is stopped again."""
    url = database_url or settings.database_url
    server = None if url else EmbeddedServer(settings.data_dir)
    try:
        yield server.start() if server is not None else url
    finally:
        if server is not None:
            server.stop()
