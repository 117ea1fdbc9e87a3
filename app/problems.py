"""What a failed request is told: RFC 9457 problem details made from our errors and from the framework's.

A problem never shows a traceback, SQL, a file path of the server or a secret: only errors that were written for a
person speak for themselves, all else becomes one general sentence. Knows no routes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from types import MappingProxyType

from litestar.exceptions import HTTPException
from litestar.response import Response

from app.errors import outside
from specs.errors import Family, HoldfastError

MEDIA_TYPE = "application/problem+json"
RESERVED = frozenset({"type", "title", "status", "detail", "hint", "request_id"})
NO_HEADERS: Mapping[str, str] = MappingProxyType({})
RETRY_SECONDS = 5


class HttpError(HoldfastError):
    """A failure that only HTTP has a word for: it brings its own status and headers."""

    family = Family.USER

    def __init__(
        self,
        status: HTTPStatus,
        message: str,
        hint: str,
        *,
        headers: Mapping[str, str] = NO_HEADERS,
        details: dict[str, object] | None = None,
    ) -> None:
        super().__init__(message, hint, details=details)
        self.status = status
        self.headers = headers


@dataclass(frozen=True, slots=True)
class ProblemDetails:
    """One problem, ready to be sent. `members` are the extra members that machines read."""

    status: int
    name: str
    detail: str
    hint: str
    members: Mapping[str, object] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The status in words."""
        return HTTPStatus(self.status).phrase

    def content(self, request_id: str) -> dict[str, object]:
        """Give the members of the JSON object."""
        own = {
            "type": f"urn:holdfast:problem:{self.name}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "hint": self.hint,
            "request_id": request_id,
        }
        return own | {key: value for key, value in self.members.items() if key not in RESERVED}

    def response(self, request_id: str) -> Response[dict[str, object]]:
        """Give the answer for an API request."""
        return Response(
            self.content(request_id),
            status_code=self.status,
            media_type=MEDIA_TYPE,
            headers={"cache-control": "no-store", **self.headers},
        )


FRAMEWORK = MappingProxyType(
    {
        400: ("bad-request", "The request is malformed.", "Compare it with the description at /api/docs."),
        401: ("unauthenticated", "This needs a credential.", "Send `Authorization: Bearer <token>`."),
        403: ("denied", "This is not allowed.", "Ask an admin of the project."),
        404: ("missing", "There is nothing here.", "Ids are written whole; all addresses are listed at /api/docs."),
        405: ("method-not-allowed", "This address has no such method.", "The `Allow` header lists those it has."),
        413: ("too-large", "The body is too large.", "Send less at once, or raise HOLDFAST_MAX_BODY_BYTES."),
        415: ("media-type", "This type of content is not understood.", "Send `Content-Type: application/json`."),
        429: ("too-many", "Too many requests.", "Wait as long as `Retry-After` says."),
        503: ("unavailable", "Holdfast cannot answer now.", "Try again in a few seconds."),
    }
)
# What a pattern wants, for those who do not read patterns.
PATTERNS = MappingProxyType(
    {
        r"'^[^\\x00]*$'": "may not contain NUL characters",
        r"'^[^\\x00-\\x1f\\x7f]*$'": "may not contain line breaks or other control characters",
        "'^[0-9a-f]{64}$'": "is a digest of 64 hex digits",
    }
)
# How the framework says that a body was wanted and none came.
NO_BODY = [{"key": "data", "message": "'data'"}]
# How the framework says that the caller hung up while sending.
CUT_OFF = "client disconnected prematurely"
INTERNAL = ProblemDetails(
    500,
    "internal",
    "Holdfast failed.",
    "It is not your request. Report the request_id; the server's log has the cause under it.",
)


def describe(error: BaseException) -> ProblemDetails:
    """Make a problem of whatever was raised. What nobody planned is `INTERNAL`, and says nothing of itself."""
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    if isinstance(error, HoldfastError):
        return _ours(error)
    if isinstance(error, HTTPException) and error.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
        return _of_framework(error)
    if isinstance(error, HTTPException) and error.detail == CUT_OFF:
        return ProblemDetails(400, "bad-request", "The body ended too early.", "Send the request again.")
    if isinstance(error, RecursionError):
        return ProblemDetails(400, "bad-request", "The body is nested too deeply.", "Send a flatter body.")
    if isinstance(error, UnicodeDecodeError):
        return ProblemDetails(400, "bad-request", "The body is not UTF-8.", "Encode it as UTF-8 and send it again.")
    return INTERNAL


def _ours(error: HoldfastError) -> ProblemDetails:
    if isinstance(error, HttpError):
        name = error.status.phrase.lower().replace(" ", "-")
        return ProblemDetails(int(error.status), name, error.message, error.hint, error.details, error.headers)
    if error.family is Family.INTERNAL:
        return INTERNAL
    status, name = outside(error).status, str(error.family)
    headers: dict[str, str] = {}
    wait = error.details.get("retry_after")
    if error.family is Family.DENIED and wait is not None:
        status, name = int(HTTPStatus.TOO_MANY_REQUESTS), "too-many"
    if wait is not None or error.family is Family.UNAVAILABLE:
        headers["retry-after"] = str(wait if isinstance(wait, int) else RETRY_SECONDS)
    hint = error.hint or FRAMEWORK.get(status, FRAMEWORK[400])[2]
    return ProblemDetails(status, name, error.message, hint, error.details, headers)


def _of_framework(error: HTTPException) -> ProblemDetails:
    """Keep what the framework says of a value that it refused; say the rest in our own words."""
    name, detail, hint = FRAMEWORK.get(error.status_code, FRAMEWORK[400])
    members: dict[str, object] = {}
    if error.status_code == HTTPStatus.BAD_REQUEST:
        places = [_place(item) for item in error.extra or () if isinstance(item, dict)]
        if places == NO_BODY:
            return ProblemDetails(error.status_code, name, "The body is empty.", "Send a JSON object.")
        if places:
            members["problems"] = places
            detail = "; ".join(
                f"{place['key']}: {place['message']}" if place["key"] else place["message"] for place in places
            )
            hint = "Fields and their types are listed at /api/docs; fields that are not there are refused."
        elif error.__cause__ is not None:
            detail = f"The body cannot be read: {error.__cause__}."
    headers = {key.lower(): value for key, value in (error.headers or {}).items()}
    return ProblemDetails(error.status_code, name, detail, hint, members, headers)


def _place(item: dict[str, object]) -> dict[str, str]:
    message = str(item.get("message", ""))
    known = next((words for pattern, words in PATTERNS.items() if pattern in message), None)
    return {"key": str(item.get("key", "")), "message": known or message}
