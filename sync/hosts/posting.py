"""Posts a body to an address that somebody else chose: a door to the network. Gives a status, never what was answered.

The host's name is resolved once, every address it has is judged, and the one that was judged is reached, whatever the
name server says a second later. Redirects are answers like any other: nothing is followed. One clock runs over all of
it, so that neither a slow name server nor a receiver that answers byte by byte holds a worker longer.
"""

import asyncio
import re
import socket
import ssl
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias
from urllib.parse import SplitResult

from sync.binding.remotes import is_public
from sync.feeds.webhooks import PORTS, Answer

SECONDS = 15.0
MOST_HEAD = 64 * 1024
STATUS = re.compile(rb"HTTP/1\.[01] ([1-5][0-9]{2})(?: |\r?\n|\Z)")
AGAIN = re.compile(rb"(?im)^retry-after:[ \t]*([0-9]{1,6})[ \t]*\r?$")
INFORMATIONAL = 100
FINAL = 200
Resolve: TypeAlias = Callable[[str, int], Awaitable[list[str]]]
"""Gives the addresses of a host's name. Raises `OSError` where it has none."""


async def resolve(host: str, port: int) -> list[str]:
    """Ask the system for the addresses of a name."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


@dataclass(frozen=True, slots=True)
class Poster:
    """How far posts may go. `allow_private` lets them reach addresses that are not of the open internet."""

    allow_private: bool = False
    seconds: float = SECONDS
    resolve: Resolve = resolve

    async def post(self, parts: SplitResult, headers: Mapping[str, str], body: bytes) -> Answer:
        """Post a body and say what was answered. Never raises for what the network does."""
        begun = time.monotonic()
        status, again, problem = None, None, ""
        try:
            async with asyncio.timeout(self.seconds):
                status, again = await self._exchange(parts, headers, body)
        except TimeoutError:
            problem = f"no answer within {self.seconds:g} seconds"
        except RefusedError as error:
            problem = str(error)
        except ssl.SSLError as error:
            problem = f"TLS: {error.reason or type(error).__name__}".replace("_", " ").lower()
        except (OSError, EOFError, asyncio.LimitOverrunError, UnicodeError) as error:
            problem = _plain(error)
        return Answer(status, round((time.monotonic() - begun) * 1000), problem, again)

    async def _exchange(
        self, parts: SplitResult, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, timedelta | None]:
        host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
        addresses = await self.resolve(host, port)
        if not addresses:
            raise RefusedError("the host has no address")
        if not self.allow_private and not all(is_public(address) for address in addresses):
            raise RefusedError("the host is not on the public internet")
        tls = ssl.create_default_context() if parts.scheme == "https" else None
        reader, writer = await asyncio.open_connection(
            addresses[0], port, ssl=tls, server_hostname=host if tls else None, limit=MOST_HEAD
        )
        try:
            writer.write(_request(parts, host, headers, body) + body)
            await writer.drain()
            return await _answer(reader)
        finally:
            writer.transport.abort()


class RefusedError(Exception):
    """An address that is not reached, and why."""


def _request(parts: SplitResult, host: str, headers: Mapping[str, str], body: bytes) -> bytes:
    target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    named = f"[{host}]" if ":" in host else host
    sent = {
        "host": named if parts.port in {None, PORTS[parts.scheme]} else f"{named}:{parts.port}",
        "user-agent": "holdfast",
        "content-type": "application/json",
        "content-length": str(len(body)),
        "connection": "close",
        **headers,
    }
    lines = [f"POST {target} HTTP/1.1", *(f"{name}: {value}" for name, value in sent.items()), "", ""]
    return "\r\n".join(lines).encode("ascii")


async def _answer(reader: asyncio.StreamReader) -> tuple[int, timedelta | None]:
    """Read the head of the answer; what comes before the final one is passed over."""
    while True:
        head = await reader.readuntil(b"\r\n\r\n")
        found = STATUS.match(head)
        if found is None:
            raise RefusedError("the answer is not HTTP")
        status = int(found[1])
        if INFORMATIONAL <= status < FINAL and status != 101:  # noqa: PLR2004 (switching protocols is final)
            continue
        again = AGAIN.search(head)
        return status, timedelta(seconds=int(again[1])) if again else None


def _plain(error: Exception) -> str:
    if isinstance(error, socket.gaierror):
        return "the host cannot be found"
    if isinstance(error, ConnectionRefusedError):
        return "nothing listens there"
    if isinstance(error, EOFError):
        return "the connection was closed without an answer"
    if isinstance(error, asyncio.LimitOverrunError):
        return "the head of the answer is too large"
    return "the connection failed"
