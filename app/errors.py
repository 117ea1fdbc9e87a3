"""The one table that says what a family of errors means outside: HTTP status, exit code. Knows no transport."""

from collections.abc import Mapping
from types import MappingProxyType

from specs.errors import Family, HoldfastError
from specs.values import dataclass

EXIT_OK = 0
EXIT_DRIFT = 1
EXIT_USAGE = 2
EXIT_FAILED = 3
EXIT_INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Outside:
    """How a family of errors shows itself: `status` over HTTP, `exit_code` on the command line."""

    status: int
    exit_code: int


OUTSIDE: Mapping[Family, Outside] = MappingProxyType(
    {
        Family.USER: Outside(400, EXIT_USAGE),
        Family.CONFLICT: Outside(409, EXIT_FAILED),
        Family.MISSING: Outside(404, EXIT_USAGE),
        Family.DENIED: Outside(403, EXIT_USAGE),
        Family.UNAVAILABLE: Outside(503, EXIT_FAILED),
        Family.INTERNAL: Outside(500, EXIT_FAILED),
        Family.WAITING: Outside(202, EXIT_OK),
    }
)


def outside(error: HoldfastError) -> Outside:
    """Look up what this error is to the outside."""
    return OUTSIDE[error.family]
