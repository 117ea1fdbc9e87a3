"""Freezing by hand: by people who review, of agents only, for a reason."""

from datetime import timedelta
from uuid import uuid4

import pytest

from specs.access import Role
from specs.errors import DeniedError, MissingError, UserError
from specs.service.policies.freezing import Freezing
from tests.factories import World

HOUR = timedelta(hours=1)


@pytest.fixture
def freezing(world: World) -> Freezing:
    return Freezing(world.database, world.clock)


async def test_a_reviewer_freezes_and_thaws(world: World, freezing: Freezing) -> None:
    rita = await world.person("rita", Role.REVIEWER)
    claude = world.claude.actor
    made = await freezing.freeze(rita, world.project.id, claude.id, HOUR, "It rewrites everything.")
    assert made.until - made.since == HOUR
    (found,) = await freezing.list(world.rob, world.project.id)
    assert (found.actor, found.by, found.reason) == (claude, rita.actor, "It rewrites everything.")
    await freezing.thaw(rita, world.project.id, claude.id, "Its prompt is mended.")
    assert await freezing.list(world.rob, world.project.id) == ()
    with pytest.raises(MissingError):
        await freezing.thaw(rita, world.project.id, claude.id)
    assert (await world.actions())[-2:] == ["actor.freeze", "actor.thaw"]


async def test_it_ends_by_itself(world: World, freezing: Freezing) -> None:
    await freezing.freeze(world.ada, world.project.id, world.claude.actor.id, HOUR, "Enough.")
    world.clock.forward(hours=1, seconds=1)
    assert await freezing.list(world.rob, world.project.id) == ()


async def test_agents_and_editors_freeze_nobody(world: World, freezing: Freezing) -> None:
    for who in (world.claude, world.eve, world.rob):
        with pytest.raises(DeniedError):
            await freezing.freeze(who, world.project.id, world.claude.actor.id, HOUR, "Enough.")
        with pytest.raises(DeniedError):
            await freezing.thaw(who, world.project.id, world.claude.actor.id)


async def test_people_strangers_and_odd_times_are_refused(world: World, freezing: Freezing) -> None:
    project, claude = world.project.id, world.claude.actor.id
    with pytest.raises(UserError):
        await freezing.freeze(world.ada, project, world.eve.actor.id, HOUR, "Enough.")
    with pytest.raises(MissingError):
        await freezing.freeze(world.ada, project, uuid4(), HOUR, "Enough.")
    for span in (timedelta(), timedelta(days=31)):
        with pytest.raises(UserError):
            await freezing.freeze(world.ada, project, claude, span, "Enough.")
    for reason in ("", "  ", "a\0b", "x" * 9000):
        with pytest.raises(UserError):
            await freezing.freeze(world.ada, project, claude, HOUR, reason)
