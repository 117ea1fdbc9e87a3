"""A small client of our own API for the command line: one request, one answer, errors in words.

Standard library only: commands that ask a server must start as fast as those that do not.
"""

import gzip
import io
import json
import urllib.error
import urllib.request
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

from specs.errors import ConflictError, DeniedError, HoldfastError, MissingError, UnavailableError, UserError

JSON = "application/json"
SECONDS = 20
SLOW_SECONDS = 180
REPLAYED = "idempotency-replayed"
MOST_BYTES = 128 * 1024 * 1024
MOST_LINE = 1024 * 1024
FAMILIES: Mapping[int, type[HoldfastError]] = {
    HTTPStatus.UNAUTHORIZED: DeniedError,
    HTTPStatus.FORBIDDEN: DeniedError,
    HTTPStatus.NOT_FOUND: MissingError,
    HTTPStatus.CONFLICT: ConflictError,
}


class NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect could carry the token to another host: none is followed."""

    def redirect_request(self, *_args: object, **_kwargs: object) -> None:
        """Follow none."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered: its status, its bytes, and its headers by small names."""

    status: int
    body: bytes
    headers: Mapping[str, str]

    @property
    def text(self) -> str:
        """Give the answer as text."""
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        """Give the answer's value. Raises `UnavailableError` where it is no JSON: that was not our server."""
        try:
            return json.loads(self.text)
        except ValueError as error:
            hint = "Is the address that of a Holdfast server, and not of a page before it?"
            raise UnavailableError("The answer is not JSON.", hint) from error


def post(server: str, path: str, body: Mapping[str, object], *, token: str, accept: str) -> str:
    """Send JSON and give the text of the answer. Raises as `ask` does."""
    return ask("POST", server, path, body, token=token, accept=accept).text


def get(server: str, path: str, *, token: str, accept: str = JSON) -> Answer:
    """Read something. Raises as `ask` does."""
    return ask("GET", server, path, token=token, accept=accept)


def ask(  # noqa: PLR0913 (what a request is made of)
    method: str,
    server: str,
    path: str,
    body: Mapping[str, object] | None = None,
    *,
    token: str,
    accept: str = JSON,
    headers: Mapping[str, str] | None = None,
    seconds: float = SECONDS,
) -> Answer:
    """Send one request, with a body as JSON if there is one, and give the answer; 304 is one.

    `path` begins with a slash and is quoted by the caller; `headers` are further ones, such as `if-match`. Raises the
    family that fits the server's refusal, with its own message and hint; `UnavailableError` when no server answers;
    `UserError` for an address that is none.
    """
    encoding = {"accept-encoding": "gzip", **(headers or {})}
    with _opened(method, server, path, body, {"accept": accept, **encoding}, token, seconds) as answer:
        if isinstance(answer, Answer):
            return answer
        told = {name.lower(): value for name, value in answer.headers.items()}
        return Answer(answer.status, _unpacked(answer.read(MOST_BYTES), told), told)


def stream(
    server: str, path: str, *, token: str, last: str = "", seconds: float = SECONDS
) -> Iterator[tuple[str, str, str]]:
    """Read server-sent events, from the one after `last` on: each by type, data and id, until the server ends them.

    What only keeps the connection open comes with an empty type and data. Raises as `ask` does, and
    `UnavailableError` where nothing comes for so many seconds.
    """
    headers = {"accept": "text/event-stream", **({"last-event-id": last} if last else {})}
    with _opened("GET", server, path, None, headers, token, seconds) as answer:
        block: dict[str, str] = {}
        while line := answer.readline(MOST_LINE):
            name, _, value = line.decode("utf-8", "replace").rstrip("\r\n").partition(":")
            if name or value:
                block[name] = value.removeprefix(" ")
            else:
                yield block.get("event", ""), block.get("data", ""), block.get("id", "")
                block = {}


@contextmanager
def _opened(  # noqa: PLR0913, PLR0917 (what a request is made of)
    method: str,
    server: str,
    path: str,
    body: Mapping[str, object] | None,
    headers: Mapping[str, str],
    token: str,
    seconds: float,
) -> Iterator[Any]:
    """Send one request and give what is answered, to be read; of 304 the whole answer. Raises as `ask` does."""
    parts = urlsplit(server)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UserError(f"{server!r} is not the address of a server.", "Write it as https://holdfast.example.org.")
    sent = {"user-agent": "holdfast-cli", **headers}
    if body is not None:
        sent["content-type"] = JSON
    if token:
        sent["authorization"] = f"Bearer {token}"
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(  # noqa: S310 (the scheme is checked above)
        server.rstrip("/") + path, data=data, headers=sent, method=method
    )
    try:
        with urllib.request.build_opener(NoRedirects).open(request, timeout=seconds) as answer:
            yield answer
    except urllib.error.HTTPError as error:
        with error:
            told = {name.lower(): value for name, value in error.headers.items()}
            if error.code != HTTPStatus.NOT_MODIFIED:
                raise refused(error.code, error.read(MOST_BYTES), told) from error
            yield Answer(error.code, b"", told)
    except (OSError, ValueError, EOFError, HTTPException, zlib.error) as error:
        hint = "Is it running, and is the address right? Without --server the specs of this repository are used."
        raise UnavailableError(f"{server} does not answer.", hint) from error


def _unpacked(body: bytes, headers: Mapping[str, str]) -> bytes:
    """Give a body as it was before it was compressed, and of too large a one the beginning."""
    if headers.get("content-encoding") != "gzip":
        return body
    with gzip.open(io.BytesIO(body)) as packed:
        return packed.read(MOST_BYTES)


def refused(status: int, body: bytes, headers: Mapping[str, str]) -> HoldfastError:
    """Turn a problem document into the error it tells of; `replayed` in its details where it was told before."""
    try:
        problem = json.loads(body)
    except ValueError:
        problem = {}
    if not isinstance(problem, dict):
        problem = {}
    message = str(problem.get("detail") or problem.get("title") or f"The server answered {status}.")
    hint = str(problem.get("hint") or "Look at the server's log.")
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return UnavailableError(message, hint)
    known = {"type", "title", "status", "detail", "hint", "instance", "request_id"}
    details = {name: value for name, value in problem.items() if name not in known}
    if REPLAYED in headers:
        details[REPLAYED] = True
    return FAMILIES.get(status, UserError)(message, hint, details=details)
