"""What was acknowledged over HTTP is there: after a killed server, a killed database, a database that was away."""

import asyncio
import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from litestar.testing import AsyncTestClient

from app.db.embedded import EmbeddedServer
from app.main import create_app
from app.settings import Settings
from benchmarks import replays
from benchmarks.kills import lines, play
from benchmarks.writers import Town as Writers
from benchmarks.writers import run
from specs.access import Role
from tests.app.conftest import API, Town
from tests.app.killing import MARKER
from tests.app.serving import Served, editor, prepared

WRITERS = 20
SAVES = 3


@pytest.fixture
def served() -> Iterator[Served]:
    made = Served(forked=True)
    yield made
    made.close()


@dataclass
class Writer:
    """Saves one spec over and over, and remembers what was acknowledged."""

    number: int
    spec: str = ""
    head: str = ""
    enough: asyncio.Event = field(default_factory=asyncio.Event)
    acknowledged: list[tuple[str, str]] = field(default_factory=list)

    async def begin(self, client: httpx.AsyncClient) -> None:
        text = f"# Spec {self.number}\n"
        answer = await client.post(f"{API}/specs", json={"path": f"{self.number}.md", "text": text})
        assert answer.status_code == 201, answer.text
        self.spec, self.head = answer.json()["id"], answer.json()["head"]
        self.acknowledged.append((self.head, text))

    async def go_on(self, client: httpx.AsyncClient) -> None:
        """Save until the server is gone."""
        try:
            while True:
                text = f"# Spec {self.number}\n\nSave {len(self.acknowledged)}.\n"
                headers = {"if-match": f'"{self.head}"'}
                answer = await client.put(f"{API}/specs/{self.spec}", json={"text": text}, headers=headers)
                assert answer.status_code == 201, answer.text
                self.head = answer.json()["head"]
                self.acknowledged.append((self.head, text))
                if len(self.acknowledged) > SAVES:
                    self.enough.set()
        except httpx.TransportError:
            return


async def missing(address: str, token: str, writers: list[Writer]) -> list[str]:
    """Give what was acknowledged and is not there."""
    lost = []
    async with httpx.AsyncClient(base_url=address, headers={"authorization": f"Bearer {token}"}, timeout=60) as client:
        for writer in writers:
            history, place = [], f"{API}/specs/{writer.spec}/revisions?limit=200"
            while place:
                page = (await client.get(place)).json()
                history += [row["digest"] for row in page["items"]]
                place = page.get("next", "")
            digests = [digest for digest, _ in writer.acknowledged]
            lost += [digest for digest in digests if digest not in history]
            # One chain, and on top of it at most one save whose answer got lost.
            assert list(reversed(history))[: len(digests)] == digests
            assert len(history) - len(digests) in {0, 1}
            last = await client.get(f"{API}/specs/{writer.spec}?revision={digests[-1]}&include=text")
            assert last.json()["text"] == writer.acknowledged[-1][1]
    return lost


@pytest.mark.parametrize("also_the_database", [False, True], ids=["server", "server and database"])
async def test_a_kill_loses_nothing_acknowledged(served: Served, *, also_the_database: bool) -> None:
    server = EmbeddedServer(served.data)
    await asyncio.to_thread(server.start)
    try:
        token = await editor(server.url())
    finally:
        await asyncio.to_thread(server.stop)
    address = await asyncio.to_thread(served.start, "--no-worker")
    writers = [Writer(number) for number in range(WRITERS)]
    headers = {"authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=address, headers=headers, timeout=60) as client:
        await asyncio.gather(*(writer.begin(client) for writer in writers))
        saving = [asyncio.create_task(writer.go_on(client)) for writer in writers]
        await writers[-1].enough.wait()
        postmaster = served.postmaster
        await asyncio.to_thread(served.end, signal.SIGKILL)
        if also_the_database:
            assert postmaster
            os.kill(postmaster, signal.SIGKILL)
        await asyncio.gather(*saving)
    address = await asyncio.to_thread(served.start, "--no-worker")
    assert await missing(address, token, writers) == []


async def test_a_database_that_was_away_comes_back_without_a_restart(served: Served) -> None:
    server = EmbeddedServer(served.data)
    await asyncio.to_thread(server.start)
    token = await editor(server.url())
    app = create_app(Settings(database_url=server.url(), data_dir=served.data))
    again = {"path": "b.md", "text": "# B\n"}
    async with AsyncTestClient(app, raise_server_exceptions=False) as client:
        client.headers["authorization"] = f"Bearer {token}"
        first = await client.post(f"{API}/specs", json={"path": "a.md", "text": "# A\n"})
        assert first.status_code == 201
        await asyncio.to_thread(server.stop)
        is_unavailable(await client.get(f"{API}/specs"))
        is_unavailable(await client.post(f"{API}/specs", json=again))
        is_unavailable(await client.post(f"{API}/specs", json=again, headers={"idempotency-key": "one"}))
        is_unavailable(await client.get("/ready"))
        assert (await client.get("/health")).status_code == 200
        await asyncio.to_thread(server.start)
        assert [row["path"] for row in (await client.get(f"{API}/specs")).json()["items"]] == ["a.md"]
        made = await client.post(f"{API}/specs", json=again, headers={"idempotency-key": "one"})
        assert made.status_code == 201
    await asyncio.to_thread(server.stop)


def is_unavailable(answer: Any) -> None:
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert answer.json()["hint"]


async def test_many_writers_lose_and_double_nothing(app: Any, town: Town) -> None:
    headers = {"authorization": f"Bearer {await town.token(Role.EDITOR)}"}
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://x", headers=headers, timeout=120) as client:
        written = Writers(client, "payments")
        await run(written, 8, 50, 5)
        assert await written.faults() == []
    await app.state.database.close()
    assert len(written.in_head) + len(written.waiting) == 8 * 50
    assert written.merged
    assert written.waiting
    assert await town.world.verify_audit() == {}


async def test_posts_sent_again_have_one_effect_also_after_a_restart(settings: Settings, town: Town) -> None:
    headers = {"authorization": f"Bearer {await town.token(Role.EDITOR)}"}
    answers = []
    for sent in (2, 1):
        # Another application over the same database: all that a restart keeps.
        app = create_app(settings)
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://x", headers=headers) as client:
            answers += [await replays.posted(client, range(20)) for _ in range(sent)]
            if sent == 1:
                assert await replays.faults_of(client, answers, 20) == []
            together = await asyncio.gather(*(replays.post(client, "together", 20) for _ in range(20)))
            assert len(set(together)) == 1
            assert together[0].startswith(b"201")
        await app.state.database.close()


def test_whoever_is_killed_at_whatever_point_nothing_acknowledged_is_lost() -> None:
    with prepared("--no-worker", forked=True) as (served, token):
        faults, _ = asyncio.run(play(served, token, 20, seed=7))
        assert faults == []
        assert lines(served.folder / MARKER) >= 20
