"""The schema: which one a database has, whether this program goes with it, and how it is brought up to date."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

import migrations
from app.db.connecting import opened
from app.db.fitting import Fit
from specs.errors import UnavailableError, UserError

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
# Somebody held what a step wanted, or they stood in each other's way: SQLSTATEs of lock_not_available and deadlock.
_CONTENDED = frozenset({"55P03", "40P01"})
_NO_VECTOR = frozenset({"0A000", "58P01", "42501", "42704"})


def upgrade(url: str) -> None:
    """Bring the schema up to date. Any number of processes may call this at once: one works, the others wait.

    Raises `UserError` where the database cannot hold the schema, `UnavailableError` where it cannot be reached.
    """
    with opened(url) as connection, _explained():
        connection.execute(text(f"set lock_timeout = '{STEP_LOCK_WAIT}'"))
        _alone(connection)
        config = _config()
        config.attributes["connection"] = connection
        for left in reversed(range(STEP_TRIES)):
            try:
                if fit_of(connection) in {Fit.SAME, Fit.AHEAD}:
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


def knows(revision: str) -> bool:
    """Say whether this program can bring a schema of that revision up to date."""
    script = ScriptDirectory.from_config(_config())
    return revision in {one.revision for one in script.walk_revisions()}


def holds_anything(url: str) -> bool:
    """Say whether any table stands in a database, besides those of extensions. Raises `UnavailableError`."""
    with opened(url) as connection:
        return bool(connection.execute(text(_TABLES)).scalar_one())


def fit_of(connection: Connection) -> Fit:
    """Compare the schema with this program; one that is ahead says itself which programs may go on."""
    revision = revision_of(connection)
    if revision == _head():
        return Fit.SAME
    if revision is None or knows(revision):
        return Fit.BEHIND
    if connection.execute(text("select to_regclass('schema_floor')")).scalar_one() is None:
        return Fit.BEYOND
    floor = connection.execute(text("select oldest from schema_floor")).scalar_one_or_none()
    return Fit.AHEAD if floor is not None and knows(floor) else Fit.BEYOND


def revision_of(connection: Connection) -> str | None:
    """Give the revision of the schema; None where there is none."""
    return MigrationContext.configure(connection).get_current_revision()


def _head() -> str | None:
    return ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
