"""Tells events to whoever waits for them: as a stream of server-sent events, or as one answer that may wait.

A reader is let in anew while it listens: one whose token was revoked, or who is no longer a member, hears nothing more.
One that does not take what it is sent is cut, and goes on later from its cursor; nothing is kept for it. Knows the
form of the stream (WHATWG HTML, "Server-sent events"), and no routes.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from uuid import UUID

import structlog
from litestar.connection import Request
from litestar.response import Stream
from litestar.response.base import ASGIResponse
from litestar.response.streaming import ASGIStreamingResponse
from litestar.types import Send

from app.ending import ended
from app.events.wakes import Wakes
from app.problems import HttpError
from specs.access import Principal, Project
from specs.errors import Family, HoldfastError
from sync.feeds.event import written
from sync.feeds.wanted import Wanted
from sync.service.feeds.feeds import Feeds, Told

LOG = structlog.get_logger("holdfast.feeds")
EVENT_STREAM = "text/event-stream"
HEARTBEAT = 15.0
LOOK = 5.0
TRUSTED = 1.0
STALLED = 20.0
LIFE = 3600.0
RETRY = 1000
MOST_READERS = 1000
MOST_OF_ONE = 100
HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}
Again = Callable[[], Awaitable[Principal]]
"""Finds out anew who asks, and whether that is still the same reader. Raises `HoldfastError` where it is not."""


@dataclass
class Readers:
    """How many listen to this process, and how many of them are of one actor."""

    counted: Counter[UUID] = field(default_factory=Counter)

    def check(self, actor: UUID) -> None:
        """Raise 429 where there are too many already."""
        if self.counted[actor] >= MOST_OF_ONE or self.counted.total() >= MOST_READERS:
            raise HttpError(
                HTTPStatus.TOO_MANY_REQUESTS,
                "There are too many readers of feeds.",
                "Follow several projects with one feed, or ask again later from the same cursor.",
                headers={"retry-after": "10"},
            )

    @contextmanager
    def one_more(self, actor: UUID) -> Iterator[None]:
        """Count a reader while it listens."""
        self.counted[actor] += 1
        try:
            yield
        finally:
            self.counted[actor] -= 1
            if not self.counted[actor]:
                del self.counted[actor]


@dataclass(frozen=True, slots=True)
class Following:
    """One reader: of which projects, from where on, what it wants, and how to find out whether it still may."""

    feeds: Feeds
    wakes: Wakes
    principal: Principal
    projects: Sequence[Project]
    cursor: str
    wanted: Wanted
    again: Again

    @property
    def chains(self) -> tuple[UUID, ...]:
        """The logs that are followed."""
        return tuple(project.id for project in self.projects)

    async def read(self, cursor: str, limit: int) -> Told:
        """Give what happened after a cursor."""
        return await self.feeds.read(self.principal, self.projects, cursor, self.wanted, limit)


async def answer(following: Following, wait: float, limit: int) -> Told:
    """Give what happened, as soon as that is anything wanted, or nothing when the time is over."""
    clock = asyncio.get_running_loop().time
    until, cursor = clock() + wait, following.cursor
    with following.wakes.listening(following.chains) as ear:
        while True:
            ear.clear()
            told = await following.read(cursor, limit)
            left = until - clock()
            if told.events or (left <= 0 and not told.more) or (following.wakes.closed and not told.more):
                if cursor != following.cursor or wait > TRUSTED:
                    await following.again()
                return told
            cursor = told.cursor
            if not told.more:
                with suppress(TimeoutError):
                    async with asyncio.timeout(left):
                        await ear.wait()


async def stream(following: Following, readers: Readers, limit: int) -> AsyncIterator[str]:
    """Give the blocks of a stream until the reader is gone, may listen no longer, or has listened for an hour."""
    clock = asyncio.get_running_loop().time
    begun = told_at = trusted_at = clock()
    cursor = following.cursor
    with readers.one_more(following.principal.actor.id), following.wakes.listening(following.chains) as ear:
        yield f"retry: {RETRY}\nid: {cursor}\n\n"
        while not following.wakes.closed and clock() - begun < LIFE:
            ear.clear()
            try:
                if clock() - trusted_at >= TRUSTED:
                    await following.again()
                    trusted_at = clock()
                told = await following.read(cursor, limit)
            except HoldfastError as error:
                yield end("unavailable" if error.family is Family.UNAVAILABLE else "denied")
                return
            cursor = told.cursor
            if told.events:
                told_at = clock()
                yield "".join(
                    f"id: {place}\nevent: {event.type}\ndata: {written(event, place)}\n\n"
                    for event, place in told.events
                )
            elif clock() - told_at >= HEARTBEAT:
                told_at = clock()
                yield f": still here\nid: {cursor}\n\n"
            if not told.more:
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK):
                        await ear.wait()
        yield end("again")


def end(why: str) -> str:
    """Say that a stream ends, and why: whoever goes on later does so from the last `id`."""
    return f'event: end\ndata: {{"reason":"{why}"}}\n\n'


class Cut(ASGIStreamingResponse):
    """A stream that ends when a piece of it is not taken in time."""

    async def _stream(self, send: Send) -> None:
        async for block in self.iterator:
            try:
                async with asyncio.timeout(STALLED):
                    body = block if isinstance(block, bytes) else block.encode()
                    await send({"type": "http.response.body", "body": body, "more_body": True})
            except TimeoutError:
                LOG.info("feed.cut", reason="The reader does not take what it is sent.")
                return
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def send_body(self, send: Send, receive: Any) -> None:
        """Send until the end, or until the reader hangs up."""
        gone = asyncio.ensure_future(self._hung_up(receive))
        sending = asyncio.ensure_future(self._stream(send))
        try:
            await asyncio.wait((gone, sending), return_when=asyncio.FIRST_COMPLETED)
            if sending.done():
                sending.result()
        finally:
            await ended(gone, sending)
            if isinstance(self.iterator, AsyncGenerator):
                await self.iterator.aclose()  # one that was cut between two blocks still counts as a reader

    @staticmethod
    async def _hung_up(receive: Any) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass


class Feed(Stream):
    """The answer that is a stream of events."""

    def to_asgi_response(self, app: Any, request: Request[Any, Any, Any], **given: Any) -> ASGIResponse:
        """Make what sends it."""
        del app, request
        given.pop("type_encoders", None)
        headers = {**(given.pop("headers", None) or {}), **self.headers}
        more = given | {"media_type": self.media_type, "status_code": self.status_code or given.get("status_code")}
        blocks = self.iterator() if callable(self.iterator) else self.iterator
        return Cut(iterator=blocks, headers=headers, **more)
