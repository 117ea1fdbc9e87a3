"""Texts that meet another head: merged where that is safe, never twice, never in conflict with oneself."""

import asyncio

import pytest

from specs.access import SERVER
from specs.conflicts import UnmergedError
from specs.library import Saved, Spec
from tests.factories import World, commit, together

PARTS = "# Rules\n\n## One\n\nThe first rule.\n\n## Two\n\nThe second rule.\n\n## Three\n\nThe third rule.\n"


def changed(number: str, text: str = PARTS) -> str:
    return text.replace(f"The {number} rule.", f"The {number} rule was changed.")


async def begin(world: World, text: str = PARTS) -> Spec:
    return (await world.library.create(world.eve, world.project.id, "a.md", text)).spec


async def save(world: World, spec: Spec, text: str, who: str = "eve", base: str = "") -> Saved:
    writer = getattr(world, who)
    return await world.library.save(writer, world.project.id, spec.id, base=base or spec.head, text=text)


async def refused(world: World, spec: Spec, text: str, who: str = "eve", base: str = "") -> UnmergedError:
    with pytest.raises(UnmergedError) as caught:
        await save(world, spec, text, who, base)
    return caught.value


async def head(world: World, path: str = "a.md") -> str:
    return (await world.library.read(world.rob, world.project.id, path)).text


async def waiting(world: World) -> int:
    return len((await world.conflicts.list(world.rob, world.project.id)).items)


async def test_changes_of_different_places_are_both_in_with_two_parents(world: World) -> None:
    spec = await begin(world)
    first = await save(world, spec, changed("first"), "ada")
    saved = await save(world, spec, changed("third"))
    assert saved.created
    assert saved.merged is not None
    assert (saved.merged.base, saved.merged.onto) == (spec.head, first.spec.head)
    assert saved.revision.parents == (first.spec.head, saved.merged.side)
    assert await head(world) == changed("third", changed("first"))
    side = await world.library.read(world.rob, world.project.id, "a.md", saved.merged.side)
    assert (side.text, side.revision.parents) == (changed("third"), (spec.head,))
    assert (await world.actions())[-1] == "spec.merge"
    assert await waiting(world) == 0


async def test_what_the_head_holds_already_makes_no_revision(world: World) -> None:
    spec = await begin(world)
    await save(world, spec, changed("second", changed("first")), "ada")
    saved = await save(world, spec, changed("first"))
    assert not saved.created
    assert saved.merged is not None
    assert await head(world) == changed("second", changed("first"))


@pytest.mark.parametrize("who", ["eve", "claude"])
async def test_a_save_sent_again_counts_once(world: World, who: str) -> None:
    """The answer was lost: the same text on the same base is the same save, whatever happened since."""
    spec = await begin(world)
    await save(world, spec, changed("first"), "ada")
    saved = await save(world, spec, changed("third"), who)
    await save(world, saved.spec, changed("third", changed("first")).replace("third rule was", "third rule IS"), "ada")
    again = await save(world, spec, changed("third"), who)
    assert not again.created
    assert "third rule IS" in await head(world)
    assert await waiting(world) == 0
    history = (await world.library.history(world.rob, world.project.id, spec.id)).items
    assert len(history) == 5


async def test_a_conflict_sent_again_is_one_conflict(world: World) -> None:
    spec = await begin(world)
    await save(world, spec, PARTS.replace("first", "very first"), "ada")
    errors = [await refused(world, spec, PARTS.replace("first", "foremost")) for _ in range(3)]
    assert len({error.standing.record.id for error in errors}) == 1
    assert await waiting(world) == 1


async def test_whoever_goes_on_from_a_text_that_waits_keeps_one_conflict(world: World) -> None:
    spec = await begin(world)
    await save(world, spec, PARTS.replace("first", "very first"), "ada")
    mine = PARTS.replace("first", "foremost")
    error = await refused(world, spec, mine)
    side = error.standing.theirs.digest
    more = await refused(world, spec, changed("third", mine), base=side)
    assert more.standing.record.id == error.standing.record.id
    assert [region.conflict.theirs for region in more.standing.regions] == ["The foremost rule.\n"]
    assert await waiting(world) == 1
    settled = await save(world, spec, changed("third"), base=more.standing.theirs.digest)
    assert settled.merged is not None
    assert await waiting(world) == 0
    assert await head(world) == changed("third").replace("first", "very first")


async def test_a_text_without_a_known_past_is_a_question_as_a_whole(world: World) -> None:
    spec = await begin(world)
    error = await refused(world, spec, changed("first"), base="0" * 64)
    [region] = error.standing.regions
    assert (region.conflict.ours, region.conflict.theirs) == (PARTS, changed("first"))


async def test_many_writers_at_once_lose_and_double_nothing(world: World) -> None:
    text = "".join(f"## Part {number}\n\nNothing yet.\n\n" for number in range(12))
    spec = await begin(world, text)
    outcomes = await together(
        *(
            save(world, spec, text.replace(f"## Part {n}\n\nNothing", f"## Part {n}\n\nWord{n} and nothing"))
            for n in range(12)
        )
    )
    assert [outcome for outcome in outcomes if isinstance(outcome, BaseException)] == []
    words = (await head(world)).split()
    assert all(words.count(f"Word{n}") == 1 for n in range(12))
    assert await world.verify_audit() == {}


async def test_git_and_a_person_are_merged_and_go_on_from_there(world: World) -> None:
    async def arrive(number: int, text: str) -> Saved:
        return await world.imports.import_revision(SERVER, world.project.id, "a.md", text, commit(number))

    first = await arrive(1, PARTS)
    await save(world, first.spec, changed("first"))
    second = await arrive(2, changed("third"))
    assert second.spec.diverged is None
    assert second.spec.agreed == second.revision.digest
    assert await head(world) == changed("third", changed("first"))
    third = await arrive(3, changed("second", changed("third")))
    assert await head(world) == changed("second", changed("third", changed("first")))
    assert (await arrive(3, "anything")).revision == third.revision
    await arrive(4, changed("second", changed("third", changed("first"))))
    moved = await arrive(5, PARTS)
    assert moved.spec.head == moved.revision.digest
    assert (await world.actions()).count("spec.merge") == 2


async def test_git_catching_up_with_an_earlier_head_is_no_conflict(world: World) -> None:
    first = await world.imports.import_revision(SERVER, world.project.id, "a.md", PARTS, commit(1))
    saved = await save(world, first.spec, PARTS.replace("first", "foremost"))
    later = await save(world, saved.spec, PARTS.replace("first", "very first"))
    caught = await world.imports.import_revision(
        SERVER, world.project.id, "a.md", PARTS.replace("first", "foremost"), commit(2)
    )
    assert not caught.created
    assert (caught.spec.head, caught.spec.diverged, caught.spec.agreed) == (later.spec.head, None, saved.spec.head)
    assert await waiting(world) == 0


async def test_a_conflict_with_git_goes_on_with_its_next_commit_and_ends_when_both_agree(world: World) -> None:
    first = await world.imports.import_revision(SERVER, world.project.id, "a.md", PARTS, commit(1))
    mine = await save(world, first.spec, PARTS.replace("first", "foremost"))
    for number, word in ((2, "very first"), (3, "first of all")):
        text = PARTS.replace("first", word)
        saved = await world.imports.import_revision(SERVER, world.project.id, "a.md", text, commit(number))
        assert saved.spec.diverged == saved.revision.digest
        assert saved.spec.head == mine.spec.head
    [record] = (await world.conflicts.list(world.rob, world.project.id)).items
    assert (record.theirs, record.opened_by.name) == (saved.revision.digest, "Grace")
    await world.imports.import_revision(SERVER, world.project.id, "a.md", await head(world), commit(4))
    assert await waiting(world) == 0


async def test_reading_and_writing_at_once_never_wait_for_each_other_for_ever(world: World) -> None:
    spec = await begin(world)

    async def write(number: int) -> None:
        now = await world.library.read(world.eve, world.project.id, spec.id)
        text = now.text + f"\nLine {number} of its own.\n"
        await together(world.library.save(world.eve, world.project.id, spec.id, base=now.spec.head, text=text))

    await asyncio.wait_for(asyncio.gather(*(write(number) for number in range(25))), 60)
    found = (await world.library.history(world.rob, world.project.id, spec.id, limit=200)).items
    records = (await world.conflicts.list(world.rob, world.project.id, limit=200)).items
    kept = {entry.revision.digest for entry in found if entry.side}
    assert {record.theirs for record in records} <= kept
    text = await head(world)
    conflicts = [await world.conflicts.read(world.rob, world.project.id, record.id) for record in records]
    for number in range(25):
        line = f"Line {number} of its own."
        assert text.count(line) + sum(one.theirs_text.count(line) for one in conflicts if line not in text) == 1
