"""Webhooks through the real queue and a real receiver: signed, in order, and complete though workers are killed."""

import asyncio
import base64
import hashlib
import hmac
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from app import queue, sources
from app.background.jobs import Pace
from app.background.workers import working
from app.settings import Settings
from sync.service.feeds.webhooks import Made, Sending, Webhooks

ROOT = Path(__file__).resolve().parents[3]
KEY = "k" * 32
SCRIPT = """
import asyncio, sys
from pathlib import Path
from app.db.database import Database
from app.background.jobs import Pace
from app.background.workers import work
from app.settings import Settings
url, data = sys.argv[1:]
settings = Settings(data_dir=Path(data), database_url=url, secret_key="k" * 32, allow_private_addresses=True)
asyncio.run(work(Database(url), settings, Pace(heartbeat=0.3, silence=2, grace=0.2)))
"""


class Receiver:
    """Takes what is posted; answers 200, or hangs while it is told to."""

    def __init__(self) -> None:
        self.address = ""
        self.taken: list[tuple[dict[str, str], bytes]] = []
        self.asked = asyncio.Event()
        self.hangs = False
        self.waiting: set[asyncio.StreamWriter] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, EOFError):
            lines = (await reader.readuntil(b"\r\n\r\n")).decode().splitlines()[1:-1]
            headers = dict(line.split(": ", 1) for line in lines)
            body = await reader.readexactly(int(headers["content-length"]))
            self.asked.set()
            if self.hangs:
                self.waiting.add(writer)
                await reader.read()
            else:
                self.taken.append((headers, body))
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
                await writer.drain()
        writer.close()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator["Receiver"]:
        server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
        self.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        try:
            yield self
        finally:
            server.close()

    async def until(self, count: int) -> list[dict[str, Any]]:
        async with asyncio.timeout(60):
            while len(self.taken) < count:  # noqa: ASYNC110 (a test that waits for another process)
                await asyncio.sleep(0.05)
        return [json.loads(body) for _, body in self.taken]


async def register(world: Any, url: str) -> Made:
    sending = Sending(KEY.encode(), allow_private=True)
    hooks = Webhooks(
        world.database, world.clock, sources.new_id, sources.random_bytes, sending=sending, on_due=queue.deliver
    )
    return await hooks.add(world.ada, world.project.id, name="mine", url=url, kinds=["spec.*"])


async def write(world: Any, *names: str) -> None:
    for name in names:
        await world.library.create(world.eve, world.project.id, f"{name}.md", "# A\n")


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with Receiver().listening() as made:
        yield made


async def test_what_happens_reaches_the_receiver_signed(world: Any, receiver: Receiver, tmp_path: Path) -> None:
    settings = Settings(
        data_dir=tmp_path, database_url=world.database.conninfo, secret_key=KEY, allow_private_addresses=True
    )
    made = await register(world, receiver.address)
    async with working(world.database, settings, Pace(heartbeat=0.3, silence=2, grace=0.2)):
        await write(world, "a", "b", "c")
        events = await receiver.until(3)
    assert [event["data"]["path"] for event in events] == ["a.md", "b.md", "c.md"]
    key = base64.b64decode(made.secret.removeprefix("whsec_"))
    for (headers, body), event in zip(receiver.taken, events, strict=True):
        content = b".".join((headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body))
        want = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
        assert headers["webhook-signature"] == f"v1,{want}"
        assert headers["webhook-id"] == event["id"]


async def test_a_worker_that_is_killed_while_it_sends_loses_nothing(
    world: Any, receiver: Receiver, tmp_path: Path
) -> None:
    await register(world, receiver.address)
    receiver.hangs = True
    await write(world, "a", "b")
    command = [sys.executable, "-c", SCRIPT, world.database.conninfo, str(tmp_path)]

    def start() -> subprocess.Popen[bytes]:
        return subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})

    workers = [start()]
    try:
        async with asyncio.timeout(60):
            await receiver.asked.wait()
        workers[0].send_signal(signal.SIGKILL)
        workers[0].wait()
        receiver.hangs = False
        workers.append(start())
        events = await receiver.until(2)
    finally:
        for process in workers:
            process.kill()
            process.wait()
    assert [event["data"]["path"] for event in events] == ["a.md", "b.md"]
