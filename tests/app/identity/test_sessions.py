"""Page sessions end when they should, and tries are counted for all processes alike."""

from datetime import timedelta

import pytest

from app.identity.sessions import Limiter, forget
from app.store import Answer, AppStore
from specs.access import SERVER
from specs.audit import INSTALLATION
from specs.errors import DeniedError, MissingError
from specs.service.audit import whole_chain
from tests.factories import World, together


async def test_a_session_stands_for_its_person(world: World) -> None:
    raw, session = await world.sessions.start(world.eve)
    verified = await world.sessions.verify(raw)
    assert verified is not None
    assert verified[0].actor == world.eve.actor
    assert verified[0].roles == world.eve.roles
    assert verified[1].csrf == session.csrf
    other, second = await world.sessions.start(world.eve)
    assert len({raw, other, session.csrf, second.csrf}) == 4


@pytest.mark.parametrize("raw", ["", "x", "\0", "\ud800", "a" * 100_000])
async def test_no_odd_cookie_is_a_session(world: World, raw: str) -> None:
    assert await world.sessions.verify(raw) is None
    await world.sessions.end(raw)


async def test_logging_out_ends_this_session_only(world: World) -> None:
    one, _ = await world.sessions.start(world.eve)
    two, _ = await world.sessions.start(world.eve)
    await world.sessions.end(one)
    assert await world.sessions.verify(one) is None
    assert await world.sessions.verify(two)


async def test_an_idle_session_ends_and_a_used_one_lives_two_weeks(world: World) -> None:
    idle, _ = await world.sessions.start(world.eve)
    used, _ = await world.sessions.start(world.eve)
    for _ in range(13):
        world.clock.forward(hours=23)
        assert await world.sessions.verify(used)
    assert await world.sessions.verify(idle) is None
    world.clock.forward(days=2)
    assert await world.sessions.verify(used) is None


async def test_tries_are_counted_together(world: World) -> None:
    limit = Limiter(world.database, world.clock, 5, timedelta(minutes=1))
    outcomes = await together(*(limit("k") for _ in range(12)))
    assert sum(isinstance(outcome, DeniedError) for outcome in outcomes) == 7
    await limit("another")
    world.clock.forward(minutes=1)
    await limit("k")


async def test_an_idempotency_key_is_claimed_once(world: World) -> None:
    actor = world.eve.actor.id
    at = world.clock()

    async def claim() -> Answer | None:
        async with world.database.transaction() as connection:
            store = AppStore(connection)
            answer = await store.claim_key(actor, "key", "digest", at)
            if answer is None:
                await store.keep_answer(actor, "key", Answer("digest", 201, {"etag": "x"}, b"\0body"))
            return answer

    outcomes = await together(*(claim() for _ in range(8)))
    assert outcomes.count(None) == 1
    assert {str(outcome) for outcome in outcomes if outcome} == {str(Answer("digest", 201, {"etag": "x"}, b"\0body"))}
    async with world.database.transaction() as connection:
        store = AppStore(connection)
        assert await store.claim_key(world.ada.actor.id, "key", "digest", at) is None
        await store.release_keys(actor, ["key"])
        assert await store.claim_key(actor, "key", "digest", at) is None


async def test_what_is_old_is_forgotten(world: World) -> None:
    await world.sessions.start(world.eve)
    await Limiter(world.database, world.clock, 5, timedelta(minutes=1))("k")
    assert await forget(world.database, world.clock) == 0
    world.clock.forward(days=2)
    assert await forget(world.database, world.clock) == 1
    world.clock.forward(days=13)
    assert await forget(world.database, world.clock) == 1


async def test_whoever_administers_sees_who_comes_and_shuts_out_and_lets_in(world: World) -> None:
    raw, _ = await world.sessions.start(world.eve)
    await world.sessions.start(world.eve)
    with pytest.raises(DeniedError):
        await world.sessions.people(world.ada)
    eve = next(one for one in await world.sessions.people(SERVER) if one.actor == world.eve.actor.id)
    assert (eve.sessions, eve.disabled_at) == (2, None)
    assert eve.seen_at is not None
    await world.access.disable(SERVER, eve.actor)
    assert await world.sessions.verify(raw) is None
    shut = next(one for one in await world.sessions.people(SERVER) if one.actor == eve.actor)
    assert (shut.sessions, shut.disabled_at is None) == (0, False)
    await world.access.enable(SERVER, eve.actor)
    assert await world.sessions.verify(raw) is None, "no session of before comes back"
    fresh, _ = await world.sessions.start(world.eve)
    await world.access.end_sessions(SERVER, eve.actor)
    assert await world.sessions.verify(fresh) is None
    for act in (world.access.enable, world.access.end_sessions):
        with pytest.raises(DeniedError):
            await act(world.ada, eve.actor)
        with pytest.raises(MissingError):
            await act(SERVER, world.project.id)


async def test_an_ended_session_is_written_down(world: World) -> None:
    raw, _ = await world.sessions.start(world.eve)
    await world.sessions.start(world.eve)
    await world.sessions.start(world.eve)
    [other, *_] = [one for one in await world.sessions.seats(world.eve, raw) if not one.current]
    await world.sessions.end_seat(world.eve, other.id)
    assert await world.sessions.end_others(world.eve, raw) == 1
    assert await world.sessions.end_others(world.eve, raw) == 0
    async with world.database.read() as connection:
        entries = await whole_chain(connection, INSTALLATION)
    ended = [one.act for one in entries if one.act.action == "session.end"]
    assert [one.actor for one in ended] == [world.eve.actor.id] * 2
