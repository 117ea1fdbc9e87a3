"""Search finds what specs say, and with `past` what they once said; nothing crosses projects."""

from dataclasses import replace

import pytest
from sqlalchemy import delete

from specs.access import SERVER
from specs.errors import MissingError, UserError
from specs.service.library.searching import Searching
from specs.tables.library import text_terms
from tests.factories import World

REFUNDS = "# Refunds\n\nA refund is made within ten days.\n\n## Retries\n\nWe retry at\nmost three times.\n"


@pytest.fixture
async def search(world: World) -> Searching:
    await world.library.create(world.eve, world.project.id, "refunds.md", REFUNDS)
    await world.library.create(world.eve, world.project.id, "charges.md", "# Charges\n\nNo `retryCount` here.\n")
    return Searching(world.database)


async def paths(world: World, search: Searching, text: str, **options: bool) -> list[str]:
    result = await search.search(world.rob, world.project.id, text, **options)
    return [hit.found.spec.path for hit in result.hits]


async def test_all_words_must_be_there(world: World, search: Searching) -> None:
    assert await paths(world, search, "retr") == ["refunds.md", "charges.md"]
    assert await paths(world, search, "retry days") == ["refunds.md"]
    assert await paths(world, search, '"at most three"') == ["refunds.md"]
    assert await paths(world, search, '"most at"') == []
    assert await paths(world, search, "count") == ["charges.md"]


async def test_a_hit_says_where(world: World, search: Searching) -> None:
    (hit,) = (await search.search(world.rob, world.project.id, "ten days")).hits
    assert [(place.anchor, place.place.line) for place in hit.places] == [("refunds", 3)]
    assert not hit.past


async def test_what_was_taken_out_is_found_in_the_past(world: World, search: Searching) -> None:
    read = await world.library.read(world.rob, world.project.id, "refunds.md")
    second = await world.library.save(
        world.eve, world.project.id, read.spec.id, base=read.revision.digest, text=REFUNDS + "\nMore.\n"
    )
    third = await world.library.save(
        world.eve, world.project.id, read.spec.id, base=second.revision.digest, text="# Refunds\n\nNone.\n"
    )
    assert await paths(world, search, "ten days") == []
    (hit,) = (await search.search(world.rob, world.project.id, "ten days", past=True)).hits
    assert hit.past
    assert hit.found.revision == second.revision
    assert (hit.first, hit.gone) == (read.revision, third.revision)


async def test_retired_specs_are_found_when_asked_for(world: World, search: Searching) -> None:
    read = await world.library.read(world.rob, world.project.id, "refunds.md")
    await world.library.retire(world.eve, world.project.id, read.spec.id)
    assert await paths(world, search, "refund") == []
    assert await paths(world, search, "refund", retired=True) == ["refunds.md"]


async def test_texts_without_terms_get_them(world: World, search: Searching) -> None:
    async with world.database.transaction() as connection:
        await connection.execute(delete(text_terms))
    assert await paths(world, search, "refund") == ["refunds.md"]


async def test_marks_and_hostile_words_are_no_errors(world: World, search: Searching) -> None:
    with pytest.raises(UserError):
        await paths(world, search, '-- ""')
    for text in ("a' & b:* | !c", "refund\\'", '"%_\\"', "x" * 5000, "ü" * 300):
        await paths(world, search, text)


async def test_nothing_crosses_projects(world: World, search: Searching) -> None:
    other = await world.projects.create(SERVER, "other")
    assert (await search.search(SERVER, other.id, "refund", past=True)).hits == ()
    with pytest.raises(MissingError):
        await search.search(replace(world.rob, roles={}), world.project.id, "refund")
