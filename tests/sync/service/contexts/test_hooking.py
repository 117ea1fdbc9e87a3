"""What sessions were told at their hooks is kept for a while, in order, and no more of it than a session can use."""

from datetime import timedelta

from app.sources import now
from specs.access import SERVER, Role
from sync.service.contexts.hooking import KEPT, forget_hooks
from sync.store import hooks
from sync.store.hooks import HookStore
from tests.factories import make_services


async def test_a_session_nobody_hears_of_is_forgotten(database):
    world = make_services(database)
    project = await world.projects.create(SERVER, "shop", "Shop")
    person = await world.person("ann", Role.EDITOR, project)
    at = now()

    async def told(name):
        async with database.read() as connection:
            return await HookStore(connection, project.id, person.actor.id).of(name)

    async with database.transaction() as connection:
        store = HookStore(connection, project.id, person.actor.id)
        await store.asked("old", "refunds", ("shop/pay.py",), at - KEPT - timedelta(hours=1))
        await store.told("old", ["a"], at - KEPT - timedelta(hours=1))
        await store.told("new", ["a"], at)
    assert (await told("old")).task == "refunds"
    assert await forget_hooks(database, lambda: at) == 1
    assert (await told("old")).task == ""
    assert (await told("new")).told == {"a"}


async def test_the_oldest_that_a_session_was_told_goes_first(database, monkeypatch):
    monkeypatch.setattr(hooks, "MOST_TOLD", 3)
    world = make_services(database)
    project = await world.projects.create(SERVER, "shop", "Shop")
    person = await world.person("ann", Role.EDITOR, project)
    async with database.transaction() as connection:
        store = HookStore(connection, project.id, person.actor.id)
        for digests in (["a"], ["b", "c"], ["d"]):
            await store.told("s", digests, now())
        assert (await store.of("s")).told == {"b", "c", "d"}
        await store.forget("s", now())
        assert (await store.of("s")).told == set()
