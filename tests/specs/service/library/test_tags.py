"""Tags hold what specs said, whatever happens to the specs afterwards; nothing crosses projects."""

import pytest

from specs.access import SERVER
from specs.errors import ConflictError, DeniedError, MissingError, UserError
from specs.service.library.tags import Tags
from specs.tags import Difference
from tests.factories import World


@pytest.fixture
def tags(world: World) -> Tags:
    return Tags(world.database, world.clock)


async def test_a_tag_holds_what_was_said(world: World, tags: Tags) -> None:
    home = world.project.id
    first = await world.library.create(world.eve, home, "a.md", "# A\n")
    gone = await world.library.create(world.eve, home, "b.md", "# B\n")
    tag = await tags.create(world.eve, home, "v1", "First")
    assert (tag.count, tag.actor.name) == (2, "Eve")
    await world.library.save(world.eve, home, first.spec.id, base=first.revision.digest, text="# A2\n")
    await world.library.rename(world.eve, home, first.spec.id, "z.md")
    await world.library.retire(world.eve, home, gone.spec.id)
    new = await world.library.create(world.eve, home, "c.md", "# C\n")
    content = await tags.read(world.rob, home, "v1")
    assert [(item.path, item.title, item.revision) for item in content.items] == [
        ("a.md", "A", first.revision.digest),
        ("b.md", "B", gone.revision.digest),
    ]
    texts = await tags.texts(world.rob, home, "v1")
    assert [(found.spec.path, found.spec.title, found.text) for found in texts] == [
        ("a.md", "A", "# A\n"),
        ("b.md", "B", "# B\n"),
    ]
    changes = await tags.compare(world.rob, home, "v1")
    assert [(change.difference.value, (change.after or change.before).path) for change in changes] == [
        ("removed", "b.md"),
        ("added", "c.md"),
        ("changed", "z.md"),
    ]
    await tags.create(world.eve, home, "v2")
    assert [change.difference for change in await tags.compare(world.rob, home, "v2", "v1")] == [
        Difference.CHANGED,
        Difference.ADDED,
        Difference.REMOVED,
    ]
    assert new.spec.id in {item.spec for item in (await tags.read(world.rob, home, "v2")).items}
    assert (await world.actions())[-1] == "tag.create"


async def test_chosen_revisions_only(world: World, tags: Tags) -> None:
    home = world.project.id
    saved = await world.library.create(world.eve, home, "a.md", "1\n")
    await world.library.create(world.eve, home, "b.md", "b\n")
    second = await world.library.save(world.eve, home, saved.spec.id, base=saved.revision.digest, text="2\n")
    await tags.create(world.eve, home, "old", chosen={saved.spec.id: saved.revision.digest})
    assert [found.text for found in await tags.texts(world.rob, home, "old")] == ["1\n"]
    other = await world.projects.create(SERVER, "other")
    for chosen in ({saved.spec.id: "0" * 64}, {world.project.id: second.revision.digest}, {}):
        with pytest.raises(UserError):
            await tags.create(world.eve, home, "bad", chosen=chosen)
    with pytest.raises(UserError):
        await tags.create(SERVER, other.id, "bad", chosen={saved.spec.id: saved.revision.digest})
    assert [tag.name for tag in (await tags.list(world.rob, home)).items] == ["old"]


async def test_pages_come_newest_first(world: World, tags: Tags) -> None:
    for number in range(5):
        await tags.create(world.eve, world.project.id, f"v{number}")
    page = await tags.list(world.rob, world.project.id, limit=3)
    rest = await tags.list(world.rob, world.project.id, limit=3, cursor=page.next)
    assert [tag.name for tag in (*page.items, *rest.items)] == ["v4", "v3", "v2", "v1", "v0"]
    assert rest.next is None
    for cursor in ("x", "", "MjAyNg", "OTk5OS0xMi0zMVQyMzo1OTo1OS0yMzo1OSB4"):
        with pytest.raises(UserError):
            await tags.list(world.rob, world.project.id, cursor=cursor)


async def test_a_name_is_given_once_and_only_an_admin_takes_it_back(world: World, tags: Tags) -> None:
    home = world.project.id
    await tags.create(world.claude, home, "v1")
    with pytest.raises(ConflictError):
        await tags.create(world.eve, home, "v1")
    with pytest.raises(UserError):
        await tags.create(world.eve, home, "a/b")
    with pytest.raises(DeniedError):
        await tags.create(world.rob, home, "v2")
    with pytest.raises(DeniedError):
        await tags.remove(world.eve, home, "v1")
    await tags.remove(world.ada, home, "v1")
    with pytest.raises(MissingError):
        await tags.read(world.rob, home, "v1")
    assert await world.verify_audit() == {}


async def test_nothing_crosses_projects(world: World, tags: Tags) -> None:
    other = await world.projects.create(SERVER, "other")
    await tags.create(world.eve, world.project.id, "v1")
    for asked in (
        tags.read(SERVER, other.id, "v1"),
        tags.texts(SERVER, other.id, "v1"),
        tags.read(world.rob, other.id, "v1"),
    ):
        with pytest.raises(MissingError):
            await asked
