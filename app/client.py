"""A small client of our own API for the command line: one request, one answer, errors in words.

Standard library only: commands that ask a server must start as fast as those that do not.
"""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import urlsplit

from specs.errors import DeniedError, HoldfastError, MissingError, UnavailableError, UserError

SECONDS = 20
MOST_BYTES = 16 * 1024 * 1024
FAMILIES: Mapping[int, type[HoldfastError]] = {
    HTTPStatus.UNAUTHORIZED: DeniedError,
    HTTPStatus.FORBIDDEN: DeniedError,
    HTTPStatus.NOT_FOUND: MissingError,
}


class NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect could carry the token to another host: none is followed."""

    def redirect_request(self, *_args: object, **_kwargs: object) -> None:
        """Follow none."""


def post(server: str, path: str, body: Mapping[str, object], *, token: str, accept: str) -> str:
    """Send JSON and give the text of the answer.

    Raises the family that fits the server's refusal, with its own message and hint; `UnavailableError` when no server
    answers; `UserError` for an address that is none.
    """
    parts = urlsplit(server)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UserError(f"{server!r} is not the address of a server.", "Write it as https://holdfast.example.org.")
    headers = {"content-type": "application/json", "accept": accept, "user-agent": "holdfast-cli"}
    if token:
        headers["authorization"] = f"Bearer {token}"
    request = urllib.request.Request(  # noqa: S310 (the scheme is checked above)
        server.rstrip("/") + path, data=json.dumps(body).encode(), headers=headers, method="POST"
    )
    try:
        with urllib.request.build_opener(NoRedirects).open(request, timeout=SECONDS) as answer:
            return str(answer.read(MOST_BYTES).decode("utf-8", "replace"))
    except urllib.error.HTTPError as error:
        raise _refusal(error) from error
    except (OSError, ValueError) as error:
        hint = "Is it running, and is the address right? Without --server the specs of this repository are used."
        raise UnavailableError(f"{server} does not answer.", hint) from error


def _refusal(error: urllib.error.HTTPError) -> HoldfastError:
    """Turn a problem document into the error it tells of."""
    try:
        problem = json.loads(error.read(MOST_BYTES))
    except ValueError:
        problem = {}
    if not isinstance(problem, dict):
        problem = {}
    message = str(problem.get("detail") or problem.get("title") or f"The server answered {error.code}.")
    hint = str(problem.get("hint") or "Look at the server's log.")
    if error.code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return UnavailableError(message, hint)
    return FAMILIES.get(error.code, UserError)(message, hint)
