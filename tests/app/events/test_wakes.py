"""Wake-ups reach listeners in this process and in others, also what somebody did not live to tell."""

import asyncio
from contextlib import suppress
from typing import Any

import pytest

from app import sources
from app.db.database import Database
from app.events import wakes as module
from app.events.wakes import Wakes
from app.unit import Joined
from specs.access import SERVER
from specs.service.library.library import Library
from sync.service.feeds.feeds import Feeds
from tests.factories import make_services


def over(database: Database) -> Wakes:
    world = make_services(database)
    made = Wakes(database, Feeds(database, world.clock))
    database.on_audit = made.tell
    return made


async def test_who_listens_is_woken_here_and_elsewhere(
    database: Database, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOOK_SECONDS", 30.0)
    world, here, other = make_services(database), over(database), Database(url)
    there = over(other)
    project = await world.projects.create(SERVER, "payments", "Payments")
    try:
        with here.listening([project.id]) as near, there.listening([project.id]) as far:
            async with asyncio.timeout(20):
                await world.library.create(SERVER, project.id, "0.md", "# A\n")
                await asyncio.gather(near.wait(), far.wait())  # the first look
                await asyncio.sleep(0.2)
                for ear in (near, far):
                    ear.clear()
                await world.library.create(SERVER, project.id, "a.md", "# A\n")
                assert near.is_set()
                await far.wait()
    finally:
        await here.close()
        await there.close()
        await other.close()


async def test_what_somebody_did_not_live_to_tell_is_found(
    database: Database, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOOK_SECONDS", 0.1)
    there, mute = over(database), Database(url)
    world = make_services(mute)  # tells nobody, as a process that died after its commit
    project = await world.projects.create(SERVER, "payments", "Payments")
    try:
        with there.listening([project.id]) as far:
            async with asyncio.timeout(20):
                for name in "ab":
                    await world.library.create(SERVER, project.id, f"{name}.md", "# B\n")
                    await far.wait()
                    far.clear()
    finally:
        await there.close()
        await mute.close()


async def test_what_was_rolled_back_wakes_nobody(database: Database) -> None:
    heard: list[Any] = []
    database.on_audit = heard.append
    world = make_services(database)
    project = await world.projects.create(SERVER, "payments", "Payments")
    heard.clear()
    made = await world.library.create(SERVER, project.id, "a.md", "# A\n")
    assert heard == [frozenset({project.id})]
    with suppress(ZeroDivisionError):
        async with database.transaction() as connection:
            within = Library(Joined(connection), world.clock, sources.new_id)
            await within.rename(SERVER, project.id, made.spec.id, "b.md")
            _ = 1 / 0
    await world.library.read(SERVER, project.id, "a.md")
    async with database.transaction():
        pass
    assert len(heard) == 1


async def test_closing_wakes_everyone_for_good(database: Database) -> None:
    made = over(database)
    with made.listening([SERVER.actor.id]) as ear:
        ear.clear()
        await made.close()
        assert ear.is_set()
    with made.listening([SERVER.actor.id]) as ear:
        assert ear.is_set()
