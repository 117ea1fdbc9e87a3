"""Who wrote which word, what nobody vouches for, and confirming it: over the library, on a real database."""

from dataclasses import replace

import pytest
from sqlalchemy import text as sql

from app import sources
from specs.access import Principal, Role
from specs.authorship.statements import Statement
from specs.errors import ConflictError, DeniedError, MissingError, UserError
from specs.revision import Provenance
from specs.service.revisions.authorship import Authorship, Chosen, Standing
from tests.factories import World

TEXT = """# Refunds

A refund is paid to the card that was charged.

It takes five days.
"""
BY_AGENT = TEXT.replace("five days", "five working days") + "\nCustomers are told by mail.\n"
EVERYTHING = Chosen(everything=True)


@pytest.fixture
def authorship(world: World) -> Authorship:
    async def note(connection, project, spec) -> None:
        world.changes.append((project, spec))

    return Authorship(world.database, world.clock, sources.new_id, note)


@pytest.fixture
def write(world: World):
    """Write a text on top of the head, as someone."""

    async def save(who: Principal, text: str, path: str = "refunds.md"):
        try:
            found = await world.library.read(world.ada, world.project.id, path)
        except MissingError:
            return await world.library.create(who, world.project.id, path, text)
        return await world.library.save(who, world.project.id, found.spec.id, base=found.revision.digest, text=text)

    return save


@pytest.fixture
def read(world: World, authorship: Authorship):
    async def standing(revision: str | None = None) -> Standing:
        spec = (await world.library.read(world.rob, world.project.id, "refunds.md")).spec
        return await authorship.read(world.rob, world.project.id, spec.id, revision)

    return standing


def named(standing: Standing) -> list[tuple[str, str, str]]:
    """Give each statement with its first author and its provenance."""
    text = standing.document.text
    return [
        (text[one.start : one.end], standing.revisions[one.origins[0]].actor.name, one.provenance.value)
        for one in standing.statements
    ]


def inferred(standing: Standing) -> list[Statement]:
    return [one for one in standing.statements if one.provenance is Provenance.INFERRED]


async def test_each_line_names_who_brought_it(world: World, write, read) -> None:
    first = await write(world.eve, TEXT)
    second = await write(world.ada, TEXT.replace("five", "ten") + "\nNobody waits.\n")
    standing = await read()
    lines = {line.number: line for line in standing.lines}
    assert lines[1].foremost == lines[3].foremost == first.revision.digest
    assert lines[7].foremost == second.revision.digest
    assert [one.mark.origin for one in lines[5].stretches] == [
        first.revision.digest,
        second.revision.digest,
        first.revision.digest,
    ]
    assert {one.actor.name for one in standing.revisions.values()} == {"Eve", "Ada"}


async def test_made_when_asked_for_it_is_what_it_was_when_it_landed(world: World, write, read) -> None:
    for number in range(6):
        await write(world.eve if number % 2 else world.ada, TEXT.replace("five", f"{number}") + "\n\nMore.\n" * number)
    landed = await read()
    async with world.database.transaction() as connection:
        await connection.execute(sql("delete from authorships"))
    assert await read() == landed


async def test_in_a_merge_each_side_keeps_its_words(world: World, write, read) -> None:
    first = await write(world.eve, TEXT)
    second = await write(world.ada, TEXT.replace("It takes five", "It always takes ten"))
    spec, project = first.spec.id, world.project.id
    theirs = TEXT.replace("# Refunds", "# Refunds and returns").replace("five", "seven")
    with pytest.raises(ConflictError) as caught:
        await world.library.save(world.eve, project, spec, base=first.revision.digest, text=theirs)
    side = str(caught.value.details["side_revision"])
    both = theirs.replace("It takes seven", "It always takes eight")
    merged = await world.library.save(world.ada, project, spec, base=second.revision.digest, text=both, takes_in=side)
    standing = await read()
    told = [(line.text[a:b].strip(), mark.origin) for line in standing.lines for a, b, mark in line.stretches]
    assert told == [
        ("# Refunds", first.revision.digest),
        ("and returns", side),
        ("A refund is paid to the card that was charged.", first.revision.digest),
        ("It", first.revision.digest),
        ("always", second.revision.digest),
        ("takes", first.revision.digest),
        ("eight", merged.revision.digest),
        ("days.", first.revision.digest),
    ]


async def test_what_an_agent_writes_waits_for_a_person(world: World, write, read) -> None:
    await write(world.eve, TEXT)
    assert inferred(await read()) == []
    await write(world.claude, BY_AGENT)
    assert [row for row in named(await read()) if row[2] == "inferred"] == [
        ("It takes five working days.", "Eve", "inferred"),
        ("Customers are told by mail.", "claude", "inferred"),
    ]


async def test_a_persons_edit_does_not_speak_for_the_rest_of_a_statement(world: World, write, read) -> None:
    await write(world.eve, TEXT)
    await write(world.claude, BY_AGENT)
    await write(world.eve, BY_AGENT.replace("told by mail", "told by mail and by letter"))
    assert [one[0] for one in named(await read()) if one[2] == "inferred"] == [
        "It takes five working days.",
        "Customers are told by mail and by letter.",
    ]
    await write(world.eve, BY_AGENT.replace("Customers are told by mail.", "We write to whoever paid."))
    assert [one[0] for one in named(await read()) if one[2] == "inferred"] == ["It takes five working days."]


async def test_a_reviewer_confirms_and_it_ends_with_the_words(world: World, authorship, write, read) -> None:
    await write(world.eve, TEXT)
    saved = await write(world.claude, BY_AGENT)
    spec, project = saved.spec.id, world.project.id
    one, two = inferred(await read())
    world.changes.clear()
    head = saved.revision.digest
    _, done = await authorship.confirm(world.ada, project, spec, Chosen((one.digest,)), revision=head, because="Yes.")
    assert [(row.digest, row.confirmed.actor.name, row.confirmed.because) for row in done] == [
        (one.digest, "Ada", "Yes.")
    ]
    assert inferred(await read()) == [two]
    assert world.changes == [(project, spec)]
    assert (await world.actions())[-1] == "spec.confirm"
    moved = "# Refunds\n\nIt takes five working\ndays.\n\nA refund is paid to the card that was charged.\n"
    await write(world.eve, moved)
    assert inferred(await read()) == []
    await write(world.eve, moved.replace("five working\ndays", "six working days"))
    assert [row[0] for row in named(await read()) if row[2] == "inferred"] == ["It takes six working days."]
    assert await world.verify_audit() == {}


async def test_a_confirmed_statement_that_an_agent_brings_back_waits_again(
    world: World, authorship, write, read
) -> None:
    await write(world.eve, TEXT)
    saved = await write(world.claude, BY_AGENT)
    await authorship.confirm(world.ada, world.project.id, saved.spec.id, EVERYTHING, revision=saved.revision.digest)
    assert inferred(await read()) == []
    await write(world.eve, TEXT)
    await write(world.claude, TEXT + "\nCustomers are told by mail.\n")
    standing = await read()
    assert [row for row in named(standing) if row[2] == "inferred"] == [
        ("Customers are told by mail.", "claude", "inferred")
    ]
    told = next(line for line in standing.lines if line.text.startswith("Customers"))
    assert told.foremost == saved.revision.digest


async def test_only_people_with_the_role_confirm(world: World, authorship, write) -> None:
    await write(world.eve, TEXT)
    saved = await write(world.claude, BY_AGENT)
    project, spec, head = world.project.id, saved.spec.id, saved.revision.digest
    for who in (world.eve, world.rob, world.claude):
        with pytest.raises(DeniedError):
            await authorship.confirm(who, project, spec, EVERYTHING, revision=head)
    raised = replace(world.claude, roles={project: Role.ADMIN})
    with pytest.raises(DeniedError, match="Only a person"):
        await authorship.confirm(raised, project, spec, EVERYTHING, revision=head)


async def test_what_cannot_be_confirmed_is_refused_with_a_hint(world: World, authorship, write, read) -> None:
    first = await write(world.eve, TEXT)
    saved = await write(world.claude, BY_AGENT)
    project, spec, head = world.project.id, saved.spec.id, saved.revision.digest
    with pytest.raises(ConflictError, match="changed since"):
        await authorship.confirm(world.ada, project, spec, EVERYTHING, revision=first.revision.digest)
    explicit = (await read()).statements[0].digest
    for chosen in (Chosen(), Chosen(("0" * 64,)), Chosen((explicit,)), Chosen(section="refund")):
        with pytest.raises(UserError) as caught:
            await authorship.confirm(world.ada, project, spec, chosen, revision=head)
        assert caught.value.hint
    _, done = await authorship.confirm(world.ada, project, spec, Chosen(section="refunds"), revision=head)
    assert len(done) == 2


async def test_a_section_that_the_front_matter_lists_stays_inferred(world: World, write, read) -> None:
    await write(world.eve, "---\ninferred: [a]\n---\n# Top\n\nSaid.\n\n## A\n\nLearned.\n\n### B\n\nBelow.\n")
    assert [row[0] for row in named(await read()) if row[2] == "inferred"] == ["## A", "Learned.", "### B", "Below."]
    assert all(one.listed for one in inferred(await read()))


async def test_strangers_learn_nothing(world: World, authorship, write) -> None:
    saved = await write(world.eve, TEXT)
    other = await world.projects.create(replace(world.ada, site_admin=True), "other", "Other")
    with pytest.raises(MissingError):
        await authorship.read(world.rob, other.id, saved.spec.id)
    with pytest.raises(MissingError):
        await authorship.read(world.rob, world.project.id, saved.spec.id, "0" * 64)
