"""Many specs begin at once, up to the first that is special; that one and what follows is left to whoever asked."""

from specs.access import SERVER
from specs.service.library.beginning import New
from specs.service.library.searching import Searching
from specs.service.limits import Limits
from tests.factories import World
from tests.specs.hygiene.samples import SECRETS

RULES = '# Rules\n\n```yaml policy\nid: none\nwhen: "false"\nthen: deny\n```\n'


def news(*paths: str) -> list[New]:
    return [New(path, f"# {path}\n\nWords of {path.partition('.')[0]}.\n", "Begin") for path in paths]


async def begun(world: World, *rows: New) -> list[str]:
    return [one.spec.path for one in await world.library.create_many(world.eve, world.project.id, rows)]


async def test_all_of_them_are_there_with_all_that_belongs_to_a_spec(world: World) -> None:
    made = await world.library.create_many(world.eve, world.project.id, news("a.md", "dir/b.md", "c.md"))
    assert [one.spec.path for one in made] == ["a.md", "dir/b.md", "c.md"]
    assert [spec for _, spec in world.changes] == [one.spec.id for one in made]
    for one in made:
        found = await world.library.read(world.rob, world.project.id, one.spec.id)
        assert (found.spec, found.revision) == (one.spec, one.revision)
        assert found.spec.title == found.spec.path
        saved = await world.library.save(
            world.ada, world.project.id, one.spec.id, base=one.revision.digest, text=f"{found.text}More.\n"
        )
        assert saved.revision.parents == (one.revision.digest,)
    hits = await Searching(world.database).search(world.rob, world.project.id, "words dir")
    assert [hit.found.spec.path for hit in hits.hits] == ["dir/b.md"]
    told = [action for action in await world.actions() if action.startswith("spec.")]
    assert told == [*["spec.create"] * 3, *["spec.save"] * 3]
    assert not await world.verify_audit()


async def test_it_stops_before_what_is_special(world: World) -> None:
    await world.library.create(world.eve, world.project.id, "taken.md", "# Taken\n")
    plain = news("a.md", "b.md")
    for number, special in enumerate(
        (
            New("TAKEN.md", "# Other\n"),
            New("A.md", "# The same place\n"),
            New("../x.md", "# Out\n"),
            New("hidden.md", "# H\n\nA \u202eb\n"),
            New("secret.md", f"# S\n\nUse {SECRETS['aws key']}\n"),
            New("rules.md", RULES),
        )
    ):
        first = [New(f"{number}/{one.path}", one.text) for one in plain]
        first[0] = New("A.md" if number == 1 else first[0].path, first[0].text)
        assert await begun(world, *first, special, New(f"{number}/z.md", "# Z\n")) == [one.path for one in first]
    agent = await world.library.create_many(
        world.claude, world.project.id, [New("x.md", "# X\n\nfine\n"), New("y.md", "# Y\n\nIt MUST hold.\n")]
    )
    assert [one.spec.path for one in agent] == ["x.md"]
    assert not await world.library.create_many(SERVER, world.project.id, news("server.md"))
    assert not await world.verify_audit()


async def test_no_more_begin_than_there_is_room_for(world: World) -> None:
    limits = Limits(world.database, world.clock, {})
    await limits.set(SERVER, world.project.id, {"specs": 3}, {})
    assert await begun(world, *news("a.md", "b.md", "c.md", "d.md", "e.md")) == ["a.md", "b.md", "c.md"]
    assert await begun(world, *news("f.md")) == []
