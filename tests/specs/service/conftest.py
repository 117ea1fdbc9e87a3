"""What tests of services stand on."""

import pytest

from specs.access import Role
from tests.factories import World
from tests.specs.service.room import TEXT, Room


@pytest.fixture
async def room(world: World) -> Room:
    saved = await world.library.create(world.ada, world.project.id, "pay.md", TEXT)
    rita, rolf = [await world.person(name, Role.REVIEWER) for name in ("rita", "rolf")]
    return Room(world, saved.spec.id, rita, rolf)
