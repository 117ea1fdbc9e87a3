"""What PostgreSQL and its driver say when they are away, overloaded or full, as `UnavailableError` in our own words.

Nothing of the driver's text reaches a user, since it may hold addresses and statements.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from specs.errors import UnavailableError

AWAY = ("The database does not answer.", "Nothing was changed unless you were told so. Try again in a moment.")
_BUSY = ("The database is busy.", "Nothing was changed. Try again in a moment.")
_SLOW = ("The database took too long and was stopped.", "Nothing was changed. Ask for less, or try again later.")
_FULL = ("The database has no room left.", "Nothing was changed. Whoever runs this server must free disk space.")
# By SQLSTATE, the whole code or its class (PostgreSQL manual, appendix A).
_SAID: dict[str, tuple[str, str]] = {
    "08": AWAY,
    "57P": AWAY,
    "58": AWAY,
    "25006": AWAY,
    "53300": _BUSY,
    "40001": _BUSY,
    "40P01": _BUSY,
    "55P03": _BUSY,
    "57014": _SLOW,
    "53": _FULL,
}


@contextmanager
def translated() -> Iterator[None]:
    """Make errors of the driver inside the block ours; one of a wrong statement stays as it is."""
    try:
        yield
    except PoolTimeoutError as error:
        raise UnavailableError(*_BUSY) from error
    except DBAPIError as error:
        said = _said(error)
        if said is None:
            raise
        raise UnavailableError(*said) from error


def _said(error: DBAPIError) -> tuple[str, str] | None:
    """Give message and hint for a failure of the database itself; nothing when the statement was wrong."""
    state: str | None = getattr(error.orig, "sqlstate", None)
    if state is None:
        # The driver reports a connection that cannot be made, or broke, without a state.
        return AWAY if is_away(error) else None
    return next((_SAID[state[:size]] for size in (5, 3, 2) if state[:size] in _SAID), None)


def is_away(error: DBAPIError) -> bool:
    """Say whether a connection could not be made, or broke."""
    return error.connection_invalidated or type(error.orig).__name__ in {
        "OperationalError",
        "ConnectionTimeout",
        "InterfaceError",
    }
