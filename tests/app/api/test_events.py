"""Events over HTTP: as JSON that may wait, and as streams over a real socket that are cut, resumed and ended."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import jsonschema
import pytest

from app.api.events import LONGEST_WAIT
from app.events import feeding
from specs.access import ALL_SCOPES, Role, Scope
from tests.app.conftest import API, Town
from tests.app.live import Reader


@pytest.fixture
async def call(live: str, town: Town) -> AsyncIterator[Any]:
    """Ask the project's API as `ask` does, over a real socket: `await call("GET", "/events", Role.READER)`."""
    async with httpx.AsyncClient(timeout=30) as client:

        async def call(method: str, path: str, who: Role, **more: Any) -> httpx.Response:
            headers = {"authorization": f"Bearer {await town.token(who)}"}
            return await client.request(method, live + API + path, headers=headers, **more)

        yield call


async def create(ask: Any, path: str) -> Any:
    return (await ask("POST", "/specs", Role.EDITOR, json={"path": path, "text": "# A\n"})).json()


async def test_a_reader_goes_on_from_its_cursor(ask: Any) -> None:
    begun = (await ask("GET", "/events", Role.READER)).json()
    assert begun["items"] == []
    made = await create(ask, "a.md")
    await create(ask, "b.md")
    told = (await ask("GET", f"/events?after={begun['cursor']}", Role.READER)).json()
    assert [(event["type"], event["data"]["path"]) for event in told["items"]] == [
        ("spec.changed", "a.md"),
        ("spec.changed", "b.md"),
    ]
    first = told["items"][0]
    assert (first["subject"], first["data"]["revision"]) == (made["id"], made["head"])
    rest = (await ask("GET", "/events", Role.READER, headers={"last-event-id": first["cursor"]})).json()
    assert [event["id"] for event in rest["items"]] == [told["items"][1]["id"]]
    schema = (await ask("GET", "/api/v1/events/schema?kinds=spec.changed", Role.READER)).json()
    for event in told["items"]:
        jsonschema.validate(event, schema, format_checker=jsonschema.FormatChecker())
    chosen = (
        await ask("GET", f"/events?after={begun['cursor']}&spec=b.md&kinds=spec.*&paths=*.md", Role.READER)
    ).json()
    assert [event["data"]["path"] for event in chosen["items"]] == ["b.md"]


async def test_an_answer_waits_until_something_happens(call: Any) -> None:
    waiting = asyncio.create_task(call("GET", "/events?wait=20&kinds=spec.*", Role.READER))
    await asyncio.sleep(0.2)
    await call("POST", "/tags", Role.EDITOR, json={"name": "v1"})  # not wanted
    assert not waiting.done()
    await create(call, "a.md")
    async with asyncio.timeout(10):
        told = (await waiting).json()
    assert [event["data"]["path"] for event in told["items"]] == ["a.md"]
    assert (await call("GET", f"/events?after={told['cursor']}&wait=1", Role.READER)).json() == {
        "items": [],
        "cursor": told["cursor"],
    }


async def test_all_projects_are_followed_with_one_cursor(ask: Any, town: Town) -> None:
    begun = (await ask("GET", "/api/v1/events", Role.READER)).json()
    await create(ask, "a.md")
    told = (await ask("GET", f"/api/v1/events?after={begun['cursor']}", Role.READER)).json()
    assert [event["project"] for event in told["items"]] == ["payments"]
    named = f"/api/v1/events?after={begun['cursor']}&project=payments"
    assert (await ask("GET", named, Role.READER)).json() == told
    assert (await ask("GET", "/api/v1/events?project=payments,secrets", Role.READER)).status_code == 404
    # The same cursor tells a stranger nothing of the project, not even that it is there.
    assert (await ask("GET", f"/api/v1/events?after={begun['cursor']}", None)).status_code == 410


async def test_where_nobody_can_go_on_one_begins_anew(ask: Any) -> None:
    elsewhere = (await ask("GET", "/api/v1/events", None)).json()["cursor"]
    answer = await ask("GET", f"/events?after={elsewhere}", Role.READER)
    assert (answer.status_code, answer.headers["content-type"]) == (410, "application/problem+json")
    assert answer.json()["resync"] == [f"{API}/manifest"]
    assert "anew" in answer.json()["hint"]
    assert (await ask("GET", f"/events?after={answer.json()['cursor']}", Role.READER)).status_code == 200


BAD = (
    "after=nonsense",
    "after=1",
    "kinds=spec.change",
    "kinds=specs.*",
    "wait=-1",
    f"wait={LONGEST_WAIT + 1}",
    "limit=0",
    "wat=1",
    "spec=" + "x" * 501,
    "paths=" + ",".join("x" * 60),
)


async def test_bad_input_is_refused(ask: Any) -> None:
    for query in BAD:
        answer = await ask("GET", f"/events?{query}", Role.READER)
        assert answer.status_code in {400, 410}, answer.text
        assert answer.json()["hint"]


async def test_a_stream_that_is_cut_goes_on_without_loss(app: Any, town: Town, call: Any, live: str) -> None:
    token = await town.token(Role.READER)
    async with httpx.AsyncClient(timeout=30) as client:
        reader = Reader(client, live + API + "/events", token, kinds="spec.*")
        for turn in range(4):
            task = asyncio.create_task(reader.listen())
            await asyncio.wait_for(reader.opened.wait(), 10)
            await create(call, f"{turn}/while.md")
            await reader.until(turn * 2 + 1)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await create(call, f"{turn}/between.md")
            reader.opened.clear()
            task = asyncio.create_task(reader.listen())
            await reader.until(turn * 2 + 2)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        for _ in range(200):  # nothing is kept for readers that are gone
            if not app.state.readers.counted:
                break
            await asyncio.sleep(0.05)
        assert not app.state.readers.counted
    assert [event["data"]["path"] for event in reader.events] == [
        f"{turn}/{when}.md" for turn in range(4) for when in ("while", "between")
    ]


async def test_a_stream_ends_when_its_reader_may_listen_no_longer(
    app: Any, town: Town, call: Any, live: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeding, "LOOK", 0.2)
    monkeypatch.setattr(feeding, "TRUSTED", 0.0)
    monkeypatch.setattr(feeding, "HEARTBEAT", 0.3)
    person = town.people[Role.READER]
    issued = await town.world.tokens.issue_for_self(person, "stream", scopes=[Scope.READ])
    other = await town.token(Role.EDITOR)
    async with httpx.AsyncClient(timeout=30) as client:
        revoked, left = (Reader(client, live + API + "/events", token) for token in (issued.secret, other))
        tasks = [asyncio.create_task(one.listen()) for one in (revoked, left)]
        await asyncio.gather(revoked.opened.wait(), left.opened.wait())
        await town.world.tokens.revoke(person, issued.token.id)
        await asyncio.wait_for(tasks[0], 10)
        assert revoked.ends == ["denied"]
        before = left.last
        await town.world.members.remove(town.people[Role.ADMIN], town.project.id, town.people[Role.EDITOR].actor.id)
        await asyncio.wait_for(tasks[1], 10)
        assert left.ends == ["denied"]
        assert [event["type"] for event in left.events] == []  # that they were removed is not theirs to hear
        assert left.last >= before


async def test_streams_end_with_the_process(app: Any, town: Town, live: str) -> None:
    async with httpx.AsyncClient(timeout=30) as client:
        reader = Reader(client, live + "/api/v1/events", await town.token(Role.READER))
        task = asyncio.create_task(reader.listen())
        await reader.opened.wait()
        await app.state.wakes.close()
        await asyncio.wait_for(task, 10)
    assert reader.ends == ["again"]


async def test_a_reader_that_takes_nothing_is_cut(
    app: Any, town: Town, live: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeding, "STALLED", 0.3)

    async def flood(*_: Any) -> Any:
        while True:
            yield ": " + "x" * 1_000_000 + "\n\n"

    monkeypatch.setattr("app.api.events.stream", flood)
    host, _, port = live.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port), limit=1024)
    token = await town.token(Role.READER)
    head = f"GET {API}/events HTTP/1.1\r\nhost: x\r\naccept: text/event-stream\r\nauthorization: Bearer {token}\r\n\r\n"
    writer.write(head.encode())
    await reader.readline()
    await asyncio.sleep(1)
    count = 0
    async with asyncio.timeout(20):  # what was on its way still comes, then it is over
        while chunk := await reader.read(1_000_000):
            count += len(chunk)
    assert count < 50_000_000
    writer.close()


async def test_too_many_readers_are_told_to_wait(
    app: Any, town: Town, live: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeding, "MOST_OF_ONE", 1)
    token = await town.token(Role.READER, ALL_SCOPES)
    async with httpx.AsyncClient(timeout=30) as client:
        first = Reader(client, live + API + "/events", token)
        task = asyncio.create_task(first.listen())
        await first.opened.wait()
        headers = {"authorization": f"Bearer {token}", "accept": "text/event-stream"}
        answer = await client.get(live + API + "/events", headers=headers)
        assert answer.status_code == 429
        assert answer.headers["retry-after"]
        head = await client.head(live + API + "/events", headers=headers)
        assert (head.status_code, head.content) == (200, b"")
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
