"""The base of every error Holdfast raises on purpose. Knows no status codes: `app.errors` maps families."""

from enum import StrEnum


class Family(StrEnum):
    """What sort of failure this is; one table in `app.errors` maps it to HTTP status and exit code."""

    USER = "user"
    CONFLICT = "conflict"
    MISSING = "missing"
    DENIED = "denied"
    UNAVAILABLE = "unavailable"
    INTERNAL = "internal"
    WAITING = "waiting"


class HoldfastError(Exception):
    """A failure told to a person: what is wrong (`message`) and what to do (`hint`).

    `details` holds JSON-ready extra members for machines (for example the three texts of a conflict).
    """

    family = Family.INTERNAL

    def __init__(self, message: str, hint: str = "", *, details: dict[str, object] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.details = details or {}


class UserError(HoldfastError):
    """The request or the input is wrong; the same call will fail again. Always has a hint."""

    family = Family.USER


class ConflictError(HoldfastError):
    """The thing changed since the caller last saw it; read again and retry."""

    family = Family.CONFLICT


class MissingError(HoldfastError):
    """There is no such thing, or the caller may not know of it."""

    family = Family.MISSING


class DeniedError(HoldfastError):
    """The caller is known, and may not do this."""

    family = Family.DENIED


class UnavailableError(HoldfastError):
    """Something Holdfast depends on does not answer now; the same call may succeed later."""

    family = Family.UNAVAILABLE
