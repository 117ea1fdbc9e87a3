"""What changed since someone last read: each reader's own mark."""

import pytest

from specs.errors import MissingError
from specs.service.library.readings import Readings
from tests.factories import World


async def test_a_mark_moves_by_reading_and_tells_of_others_alone(world: World) -> None:
    home, library, readings = world.project.id, world.library, Readings(world.database, world.clock)
    first = await library.create(world.ada, home, "a.md", "# A\n\nOne.\n")
    assert await readings.opened(world.eve, home, first.spec) is None
    assert await readings.unread(world.eve, home) == ()
    mine = await library.save(world.eve, home, first.spec.id, base=first.revision.digest, text="# A\n\nTwo.\n")
    assert await readings.unread(world.eve, home) == (), "nobody is told of their own words"
    second = await library.save(world.ada, home, first.spec.id, base=mine.revision.digest, text="# A\n\nThree.\n")
    third = await library.save(world.claude, home, first.spec.id, base=second.revision.digest, text="# A\n\nFour.\n")
    [found] = await readings.unread(world.eve, home)
    assert (found.read, found.head, found.changes) == (first.revision.digest, third.revision.digest, 2)
    assert {actor.name for actor in found.by} == {world.ada.actor.name, world.claude.actor.name}
    assert await readings.opened(world.eve, home, third.spec) == found, "opening a page is not reading what is new"
    await readings.read(world.eve, home, first.spec.id, third.revision.digest)
    assert await readings.unread(world.eve, home) == ()
    assert await readings.unread(world.ada, home) == (), "what was never read is not new"
    with pytest.raises(MissingError):
        await readings.read(world.eve, home, first.spec.id, "f" * 64)


async def test_a_text_that_came_back_is_no_news_and_all_can_be_seen_at_once(world: World) -> None:
    home, library, readings = world.project.id, world.library, Readings(world.database, world.clock)
    made = [await library.create(world.ada, home, f"{name}.md", f"# {name}\n\nOne.\n") for name in "ab"]
    for one in made:
        await readings.read(world.eve, home, one.spec.id, one.revision.digest)
        moved = await library.save(world.ada, home, one.spec.id, base=one.revision.digest, text="# X\n\nOther.\n")
    assert [one.path for one in await readings.unread(world.eve, home)] == ["a.md", "b.md"]
    await library.bring_back(world.ada, home, moved.spec.id, made[1].revision.digest, base=moved.revision.digest)
    assert [one.path for one in await readings.unread(world.eve, home)] == ["a.md"]
    assert await readings.read_all(world.eve, home) == 1
    assert await readings.unread(world.eve, home) == ()
