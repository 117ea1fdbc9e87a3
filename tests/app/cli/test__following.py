"""Following the feed beside other work: each event once, through a restart of the server; said when it cannot be."""

import asyncio
from urllib.parse import urlsplit

from app.cli._following import Follower
from app.cli._remote import Remote
from specs.access import SERVER, Role
from tests.app.embedding import serving


async def until(holds, seconds=20.0):
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 (a thread has no event of ours)
            await asyncio.sleep(0.02)


async def test_a_feed_is_followed_through_a_restart_and_nothing_is_missed(town, url, tmp_path, log, monkeypatch):
    del log
    monkeypatch.setattr("app.cli._following.PAUSE", 0.1)
    said: list[str] = []
    heard: list[str] = []

    def take() -> list[str]:
        while not follower.heard.empty():
            heard.append(follower.heard.get()["data"]["path"])
        return heard

    async def create(path: str) -> None:
        await town.world.library.create(SERVER, town.project.id, path, f"# {path}\n")

    await create("before.md")
    async with serving(url, tmp_path) as address:
        follower = Follower(Remote(address, "payments", await town.token(Role.READER)), said.append)
        follower.start()
        await until(lambda: follower.live)
        await create("a.md")
        await until(lambda: take() == ["a.md"])
    await until(lambda: not follower.live)
    await create("b.md")
    follower.stirred.clear()
    async with serving(url, tmp_path, port=urlsplit(address).port) as _:
        await until(lambda: follower.live)
        assert follower.stirred.is_set(), "whoever follows again looks once more"
        await until(lambda: take() == ["a.md", "b.md"])
        await create("c.md")
        await until(lambda: take() == ["a.md", "b.md", "c.md"])
        follower.stop()
        await create("d.md")
        await asyncio.sleep(0.1)
    assert [one.split(" ", 1)[0] for one in said] == ["Following", "What", "Following"]


async def test_a_feed_that_cannot_be_followed_is_said_once_with_the_reason(town, url, tmp_path, log, monkeypatch):
    del log
    monkeypatch.setattr("app.cli._following.PAUSE", 0.05)
    said: list[str] = []
    async with serving(url, tmp_path) as address:
        follower = Follower(Remote(address, "nowhere", await town.token(Role.READER)), said.append)
        follower.start()
        await until(lambda: said)
        await asyncio.sleep(0.3)
        follower.stop()
    assert len(said) == 1
    assert said[0].endswith(": asking in rounds.")
    assert "(There is no" in said[0]
