"""One moment of a whole database, held while other connections read it."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text

from app.db.connecting import opened
from app.db.schema import revision_of
from specs.errors import UserError


class Moment:
    """One state of the whole database, held for other connections to look at. `begin` fixes which."""

    schema = ""
    server = ""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    def begin(self) -> str:
        """Fix the state and give the name of its snapshot. Raises `UserError` where the database is not migrated."""
        self.schema = revision_of(self._connection) or ""
        if not self.schema:
            raise UserError("The database holds no Holdfast.", "Does HOLDFAST_DATABASE_URL name the right one?")
        self.server = str(self._connection.execute(text("select current_setting('server_version')")).scalar_one())
        return str(self._connection.execute(text("select pg_export_snapshot()")).scalar_one())


@contextmanager
def moment(url: str) -> Iterator[Moment]:
    """Hold one state of a database while others read it by its snapshot. Raises `UnavailableError`."""
    with opened(url) as connection:
        yield Moment(connection)
