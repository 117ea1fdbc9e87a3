"""The clock and the randomness that services are given. Nothing below `app` knows where time and ids come from."""

import os
from datetime import UTC, datetime
from uuid import UUID

from specs.ids import RANDOM_BYTES, uuid7


def now() -> datetime:
    """Give the time in UTC, in microseconds as the database keeps it."""
    return datetime.now(UTC)


def new_id() -> UUID:
    """Make a UUIDv7 of this moment."""
    return uuid7(int(now().timestamp() * 1000), os.urandom(RANDOM_BYTES))


def random_bytes(count: int) -> bytes:
    """Give random bytes fit for secrets."""
    return os.urandom(count)
