"""Sends requests to code hosts: a door to the network. One host name is resolved once, its address judged and pinned.

Redirects are not followed, answers are bounded in bytes and time, and a refusal tells no more of the answer than the
one line of words that the host's API has for it.
"""

import http.client
import json
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import SplitResult, urlencode, urlsplit

from specs.errors import ConflictError, DeniedError, HoldfastError, MissingError, UnavailableError, UserError
from sync.binding.remotes import is_public
from sync.hosts.values import Request

SECONDS = 20.0
MOST_BYTES = 8 * 1024 * 1024
MOST_WORDS = 200
FAMILIES: Mapping[int, type[HoldfastError]] = {
    HTTPStatus.UNAUTHORIZED: DeniedError,
    HTTPStatus.FORBIDDEN: DeniedError,
    HTTPStatus.NOT_FOUND: MissingError,
    HTTPStatus.CONFLICT: ConflictError,
    HTTPStatus.BAD_REQUEST: UserError,
    HTTPStatus.UNPROCESSABLE_ENTITY: UserError,
}
HINTS: Mapping[int, str] = {
    HTTPStatus.UNAUTHORIZED: "Is the token right, and not expired?",
    HTTPStatus.FORBIDDEN: "The token may not do this, or has asked too often: look at its rights.",
    HTTPStatus.NOT_FOUND: "Is the name right, and may the token see it?",
}


@dataclass(frozen=True, slots=True)
class Transport:
    """How far requests may go. `allow_private` lets them reach addresses that are not of the open internet."""

    allow_private: bool = False
    seconds: float = SECONDS

    def send(self, request: Request) -> Any:
        """Send a request and give the JSON that was answered. Raises `HoldfastError`."""
        parts = urlsplit(request.url)
        host = parts.hostname or ""
        if parts.scheme not in {"https", "http"} or not host:
            raise UserError(f"{request.url!r} is not an address of an API.", "Write it as https://host/path.")
        data = None if request.body is None else json.dumps(request.body).encode()
        sent = {"user-agent": "holdfast", **request.headers}
        if data is not None:
            sent["content-type"] = "application/json"
        elif request.form is not None:
            data = urlencode(request.form).encode()
            sent["content-type"] = "application/x-www-form-urlencoded"
        target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        connection = self._connection(parts, host)
        try:
            connection.request(request.method, target, body=data, headers=sent)
            answer = connection.getresponse()
            received = answer.read(MOST_BYTES + 1)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise UnavailableError(f"{host} does not answer: {request.what} failed.", "Try again later.") from error
        finally:
            connection.close()
        return understood(request, host, answer.status, received)

    def _connection(self, parts: SplitResult, host: str) -> http.client.HTTPConnection:
        try:
            port = parts.port or (443 if parts.scheme == "https" else 80)
            found = socket.getaddrinfo(host, port, proto=socket.IPPROTO_TCP)
        except (OSError, ValueError) as error:
            raise UnavailableError(f"{host} cannot be found.", "Check the host in the address.") from error
        addresses = [str(address[0]) for *_, address in found]
        if not self.allow_private and not all(is_public(address) for address in addresses):
            raise UserError(
                f"{host} is not on the public internet.",
                "Set HOLDFAST_ALLOW_PRIVATE_ADDRESSES=1 if the code host lives in your own network.",
            )
        kind = Pinned if parts.scheme == "http" else PinnedTLS
        return kind(host, port, addresses[0], self.seconds)


class Pinned(http.client.HTTPConnection):
    """A connection to an address that was judged, whatever the name would resolve to by now."""

    def __init__(self, host: str, port: int, address: str, seconds: float) -> None:
        super().__init__(host, port, timeout=seconds)
        self._address = address

    def connect(self) -> None:
        """Connect to the address."""
        self.sock = socket.create_connection((self._address, self.port), self.timeout)


class PinnedTLS(Pinned):
    """The same, encrypted; the certificate is held against the host's name."""

    default_port = 443

    def connect(self) -> None:
        """Connect and agree on encryption."""
        super().connect()
        self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)


def understood(request: Request, host: str, status: int, received: bytes) -> Any:
    """Read an answer. Raises the family that fits a refusal."""
    if status // 100 == 2 and len(received) <= MOST_BYTES:  # noqa: PLR2004 (success)
        try:
            return json.loads(received) if received else None
        except (ValueError, RecursionError) as error:
            hint = "Is the address that of the host's API, and not of a page before it?"
            raise UnavailableError(f"{host} answered something that is not JSON.", hint) from error
    family = FAMILIES.get(status, UnavailableError)
    words = words_of(received)
    told = f"{host} refused to {request.what}: {status}{' ' + words if words else ''}."
    raise family(told, HINTS.get(status, "Look at the host's own page of the repository."))


def words_of(received: bytes) -> str:
    """Give the one line of words in a refusal, made harmless; "" where there is none."""
    try:
        found = json.loads(received[:MOST_BYTES])
    except (ValueError, RecursionError):
        return ""
    message = found.get("message") if isinstance(found, dict) else None
    text = message if isinstance(message, str) else ""
    return "".join(char for char in text if char.isprintable())[:MOST_WORDS].rstrip(".")
