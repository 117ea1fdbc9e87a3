"""From an address to a connection: what a pool, a migration and PostgreSQL's own programs share."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL, Connection, Engine, create_engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import NullPool

from app.db.failures import AWAY, translated
from specs.errors import UnavailableError, UserError

DRIVERS = frozenset({"postgres", "postgresql", "postgresql+psycopg"})
CONNECT_SECONDS = 5


def driver_url(url: str) -> URL:
    """Read the address of a database, as the driver wants it. Raises `UserError`."""
    hint = "Write it as postgresql://user:password@host:5432/database."
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise UserError("HOLDFAST_DATABASE_URL is not an address of a database.", hint) from error
    if parsed.drivername not in DRIVERS:
        raise UserError(f"Holdfast keeps its data in PostgreSQL, not in {parsed.drivername}.", hint)
    return parsed.set(drivername="postgresql+psycopg")


def for_tools(url: str) -> tuple[str, str]:
    """Give an address as PostgreSQL's own programs take it, and the password, which must not stand in it."""
    parsed = driver_url(url).set(drivername="postgresql")
    return parsed.set(password=None).render_as_string(hide_password=False), parsed.password or ""


@contextmanager
def opened(url: str) -> Iterator[Connection]:
    """Open one connection for what is done once, outside of any pool."""
    engine = create_engine(driver_url(url), poolclass=NullPool, connect_args={"connect_timeout": CONNECT_SECONDS})
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
