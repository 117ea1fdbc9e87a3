"""Who is at a spec is told to the others there, and forgotten soon."""

import pytest

from app import sources
from specs.errors import DeniedError
from sync.service.editing.presence import Presence
from sync.service.tasks.tasks import Tasks
from sync.tasks.task import Area, Wanted


async def test_people_and_agents_at_a_spec_are_told_to_the_others(world):
    made = await world.library.create(world.ada, world.project.id, "refunds.md", "# Refunds\n")
    home, spec = world.project.id, made.spec.id
    presence = Presence(world.database, world.clock)
    await presence.here(world.ada, home, spec)
    await presence.here(world.eve, home, spec)

    async def told(who):
        return [(one.actor.name, one.task) for one in await presence.others(who, home, spec, "refunds.md")]

    assert await told(world.ada) == [("Eve", 0)]
    tasks = Tasks(world.database, world.clock, sources.new_id)
    wanted = Wanted("Mend refunds", Area(sections=("refunds.md#refunds",)))
    opened = await tasks.create(world.ada, home, wanted)
    await tasks.claim(world.claude, home, opened.task.id)
    assert await told(world.ada) == [("Eve", 0), ("claude", 1)]
    await presence.gone(world.eve, home, spec)
    assert await told(world.ada) == [("claude", 1)]
    assert (await told(world.rob))[0] == ("Ada", 0)
    world.clock.forward(seconds=31)
    assert ("Ada", 0) not in await told(world.rob)
    with pytest.raises(DeniedError):
        await presence.here(world.rob, home, spec)
