"""Images are added by those who write, read by those who may, and bounded."""

from datetime import timedelta

import pytest

from specs.access import SERVER
from specs.errors import DeniedError, MissingError, UserError
from specs.limits import QUOTAS, Quota
from specs.service.library.images import Images
from specs.service.limits import Limits
from specs.service.policies.freezing import Freezing
from specs.store.images import count_image_bytes
from sync.service.retaining import Retention
from tests.factories import World
from tests.specs.test_images import chunk, png

SECRET = b"comment\0where I live"


@pytest.fixture
def images(world: World) -> Images:
    return Images(world.database, world.clock)


async def test_an_image_is_kept_once_and_read_by_members(world: World, images: Images) -> None:
    home = world.project.id
    kept, picture = await images.add(world.eve, home, png(more=chunk(b"tEXt", SECRET)))
    assert picture.stripped
    again, _ = await images.add(world.claude, home, png())
    assert again == kept
    assert (await world.actions()).count("image.add") == 1
    found, body = await images.read(world.rob, home, kept.name)
    assert (found, body) == (kept, png())
    with pytest.raises(MissingError):
        await images.read(world.rob, home, "0" * 32 + ".png")
    with pytest.raises(DeniedError):
        await images.add(world.rob, home, png())
    with pytest.raises(UserError, match="SVG"):
        await images.add(world.eve, home, b"<svg/>")
    other = await world.projects.create(SERVER, "other", "Other")
    with pytest.raises((MissingError, DeniedError)):
        await images.read(world.rob, other.id, kept.name)
    with pytest.raises(MissingError):
        await images.read(SERVER, other.id, kept.name)
    beside = await images.beside(
        world.rob, home, [("pay/a.md", f"![x](images/{kept.name}) ![y](images/{'0' * 32}.png)")]
    )
    assert beside == {f"pay/images/{kept.name}": png()}


async def test_a_frozen_agent_adds_none_until_it_is_thawed(world: World, images: Images) -> None:
    home, claude = world.project.id, world.claude.actor.id
    freezing = Freezing(world.database, world.clock)
    await freezing.freeze(world.ada, home, claude, timedelta(hours=1), "It rewrites everything.")
    with pytest.raises(DeniedError, match=r"frozen until .*: It rewrites everything\."):
        await images.add(world.claude, home, png())
    await images.add(world.eve, home, png())
    await freezing.thaw(world.ada, home, claude)
    await images.add(world.claude, home, png(3))


async def test_images_are_bounded_and_those_that_no_text_showed_are_let_go(world: World, images: Images) -> None:
    home = world.project.id
    limits = Limits(world.database, world.clock, {Quota.IMAGE_BYTES: count_image_bytes})
    shown, _ = await images.add(world.eve, home, png())
    unused, _ = await images.add(world.eve, home, png(3))
    await limits.set(SERVER, home, {"image-bytes": shown.size + unused.size}, {})
    with pytest.raises(DeniedError, match="image-bytes"):
        await images.add(world.eve, home, png(4))
    used = {one.name: one.used for one in await limits.show(world.rob, home)}
    assert used["image-bytes"] == shown.size + unused.size
    text = f"# A\n\n![a square](images/{shown.name})\n"
    made = await world.library.create(world.eve, home, "a.md", text)
    await world.library.save(world.eve, home, made.spec.id, base=made.revision.digest, text="# A\n")
    retention = Retention(world.database, world.clock)
    world.clock.forward(days=29)
    await retention.run(SERVER)
    await images.read(world.rob, home, unused.name)
    world.clock.forward(days=2)
    dry = await retention.run(SERVER, dry=True)
    assert [{str(what): count for what, count in one.counts.items() if count} for one in dry.projects] == [
        {"unused-images": 1}
    ]
    await retention.run(SERVER)
    with pytest.raises(MissingError):
        await images.read(world.rob, home, unused.name)
    assert (await images.read(world.rob, home, shown.name))[1] == png(), "an earlier revision shows it"
    assert QUOTAS[Quota.IMAGE_BYTES].default > 0
