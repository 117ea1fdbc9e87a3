"""Posting to addresses that somebody else chose, against a real receiver that does what it likes."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from sync.feeds.webhooks import Answer
from sync.hosts.posting import MOST_HEAD, Poster

Speak = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def receiver(speak: Speak) -> AsyncIterator[tuple[str, list[bytes]]]:
    """A server that reads one request and answers as told; gives its address and what it was sent."""
    taken: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, EOFError):
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(int(line.split(b":")[1]) for line in head.splitlines() if line.startswith(b"content-length"))
            taken.append(head + await reader.readexactly(length))
            await speak(reader, writer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook?a=b", taken


def says(text: bytes) -> Speak:
    async def speak(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(text)
        await writer.drain()

    return speak


async def post(url: str, poster: Poster | None = None) -> Answer:
    return await (poster or Poster(allow_private=True, seconds=2)).post(
        urlsplit(url), {"webhook-id": "evt_1"}, b'{"a":1}'
    )


async def test_the_request_is_plain_and_the_answer_its_status() -> None:
    async with receiver(says(b"HTTP/1.1 204 No Content\r\n\r\n")) as (url, taken):
        answer = await post(url)
    assert (answer.status, answer.good, answer.problem) == (204, True, "")
    head, _, body = taken[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /hook?a=b HTTP/1.1\r\nhost: 127.0.0.1:")
    assert b"webhook-id: evt_1" in head
    assert b"content-type: application/json" in head
    assert body == b'{"a":1}'


@pytest.mark.parametrize(
    ("said", "status", "problem"),
    [
        (b"HTTP/1.1 500 Oh\r\n\r\n", 500, ""),
        (b"HTTP/1.0 410 Gone\r\n\r\n", 410, ""),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\n\r\n", 201, ""),
        (b"HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/\r\n\r\n", 302, ""),
        (b"HTTP/1.1 307 Moved\r\nlocation: http://127.0.0.1:1/\r\n\r\n", 307, ""),
        (b"SSH-2.0-OpenSSH_9\r\n\r\n", None, "the answer is not HTTP"),
        (b"HTTP/1.1 999 Odd\r\n\r\n", None, "the answer is not HTTP"),
        (b"HTTP/1.1 20", None, "the connection was closed without an answer"),
        (b"", None, "the connection was closed without an answer"),
        (b"x" * (2 * MOST_HEAD), None, "the head of the answer is too large"),
        (b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * MOST_HEAD, None, "the head of the answer is too large"),
    ],
)
async def test_any_answer_is_a_status_or_a_problem(said: bytes, status: int | None, problem: str) -> None:
    async with receiver(says(said)) as (url, taken):
        answer = await post(url)
    assert (answer.status, answer.problem) == (status, problem)
    assert len(taken) == 1, "nothing is followed"


async def test_a_receiver_says_when_to_come_again() -> None:
    async with receiver(says(b"HTTP/1.1 429 Slow\r\nRetry-After: 90\r\n\r\n")) as (url, _):
        assert (await post(url)).again_after == timedelta(seconds=90)
    async with receiver(says(b"HTTP/1.1 503 No\r\nretry-after: Wed, 21 Oct 2026 07:28:00 GMT\r\n\r\n")) as (url, _):
        assert (await post(url)).again_after is None


async def test_a_body_that_never_ends_is_not_read() -> None:
    async def speak(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"x" * 100_000)
            await writer.drain()

    async with receiver(speak) as (url, _):
        assert (await post(url)).good


async def test_one_clock_runs_over_all_of_it() -> None:
    async def hang(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read()

    async def trickle(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            writer.write(b"H")
            await writer.drain()
            await asyncio.sleep(0.05)

    async def slow_names(_host: str, _port: int) -> list[str]:
        await asyncio.sleep(30)
        return []

    quick = Poster(allow_private=True, seconds=0.3)
    for speak in (hang, trickle):
        async with receiver(speak) as (url, _):
            assert (await post(url, quick)).problem == "no answer within 0.3 seconds"
    answer = await post("http://a.example/", Poster(seconds=0.3, resolve=slow_names))
    assert answer.problem == "no answer within 0.3 seconds"


async def test_a_name_is_resolved_once_and_judged_before_it_is_reached() -> None:
    asked = []

    async def rebinding(host: str, port: int) -> list[str]:
        asked.append((host, port))
        return ["93.184.216.34"] if len(asked) == 1 else ["127.0.0.1"]

    async def mixed(_host: str, _port: int) -> list[str]:
        return ["93.184.216.34", "10.0.0.1"]

    async def none(_host: str, _port: int) -> list[str]:
        return []

    async with receiver(says(b"HTTP/1.1 200 OK\r\n\r\n")) as (url, taken):
        port = urlsplit(url).port
        poster = Poster(seconds=0.3, resolve=rebinding)
        first = await post(f"http://evil.example:{port}/", poster)
        assert (first.good, len(asked)) == (False, 1)
        second = await post(f"http://evil.example:{port}/", poster)
        assert second.problem == "the host is not on the public internet"
        assert (await post(url, Poster(seconds=1))).problem == "the host is not on the public internet"
        assert (await post(url, Poster(seconds=1, resolve=mixed))).problem == "the host is not on the public internet"
        assert (await post(url, Poster(seconds=1, resolve=none))).problem == "the host has no address"
        assert taken == []


async def test_what_the_network_does_is_said_in_words() -> None:
    async def nowhere(_host: str, _port: int) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    assert (await post("http://no.example/", Poster(resolve=nowhere))).problem == "the host cannot be found"
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    assert (await post(f"http://127.0.0.1:{port}/")).problem == "nothing listens there"
    async with receiver(says(b"HTTP/1.1 200 OK\r\n\r\n")) as (url, _):
        assert (await post(url.replace("http:", "https:"))).problem
    assert (await post("http://" + "a" * 70 + ".example/")).problem
