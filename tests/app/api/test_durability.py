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

from app.db import Database, upgrade
from app.embedded import EmbeddedServer
from app.main import create_app
from app.settings import Settings
from specs.access import SERVER, Role, Scope
from tests.app.conftest import API
from tests.app.serving import Served
from tests.factories import make_services

WRITERS = 20
SAVES = 3


@pytest.fixture
def served() -> Iterator[Served]:
    made = Served()
    yield made
    made.close()


async def editor(server: EmbeddedServer) -> str:
    """Give a token that may write in project `payments`, in a database that is migrated for it."""
    upgrade(server.url())
    database = Database(server.url())
    try:
        world = make_services(database)
        project = await world.projects.create(SERVER, "payments", "Payments")
        eve = await world.person("eve", Role.EDITOR, project)
        return (await world.tokens.issue_for_self(eve, "tests", scopes=[Scope.READ, Scope.WRITE])).secret
    finally:
        await database.close()


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
        token = await editor(server)
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
    token = await editor(server)
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
