"""Secrets never reach the database, a person may let one through, and what git brings is kept without them."""

import psycopg
import pytest

from specs.access import Role
from specs.errors import DeniedError, UserError
from specs.hygiene.secrets import secrets_in
from specs.service.hygiene import Hygiene, SecretError
from tests.factories import World, commit
from tests.specs.hygiene.samples import SECRETS

KEY = SECRETS["aws key"]
TEXT = f"# Keys\n\nUse {KEY} for it.\n"
ID = secrets_in(TEXT)[0].id


def stored(world: World) -> str:
    """Everything that the database holds, as one text."""
    with psycopg.connect(world.database.conninfo) as connection:
        names = connection.execute("select tablename from pg_tables where schemaname = 'public'").fetchall()
        rows = [connection.execute(f'select t::text from "{name}" t'.encode()).fetchall() for (name,) in names]
    return "\n".join(row for table in rows for (row,) in table)


async def test_no_door_lets_a_secret_in(world: World) -> None:
    library, project = world.library, world.project.id
    saved = await library.create(world.eve, project, "a.md", "# A\n")
    base = saved.revision.digest
    for write in (
        lambda: library.create(world.eve, project, "b.md", TEXT),
        lambda: library.create(world.claude, project, "a.md", TEXT),
        lambda: library.save(world.eve, project, saved.spec.id, base=base, text=TEXT),
        lambda: library.save(world.claude, project, saved.spec.id, base="0" * 64, text=TEXT),
        lambda: library.save(world.eve, project, saved.spec.id, base=base, text="# B\n", message=f"Use {KEY}"),
    ):
        with pytest.raises(SecretError) as refused:
            await write()
        assert refused.value.details["secrets"][0]["id"] == ID  # type: ignore[index]
        assert KEY not in f"{refused.value.message} {refused.value.hint} {refused.value.details}"
    assert KEY not in stored(world)
    assert not await world.verify_audit()


async def test_a_person_lets_one_through_and_the_log_says_so(world: World) -> None:
    hygiene, project = Hygiene(world.database, world.clock), world.project.id
    with pytest.raises(DeniedError, match="Only a person"):
        await hygiene.allow(world.claude, project, [ID], "it is an example")
    with pytest.raises(DeniedError):
        await hygiene.allow(world.rob, project, [ID], "it is an example")
    await hygiene.allow(world.eve, project, [ID, ID], "A published example.")
    await hygiene.allow(world.eve, project, [ID], "Said again.")
    assert (await world.actions()).count("secret.allow") == 1
    (allowed,) = await hygiene.allowed(world.rob, project)
    assert (allowed.id, allowed.because, allowed.actor.name) == (ID, "A published example.", "Eve")
    await world.library.create(world.claude, project, "b.md", TEXT)
    other = TEXT.replace(KEY, SECRETS["github p"])
    with pytest.raises(SecretError):
        await world.library.create(world.eve, project, "c.md", other)


@pytest.mark.parametrize(
    ("ids", "because"), [([], "x"), (["x"], "x"), ([KEY], "x"), ([ID] * 51, "x"), ([ID], " "), ([ID], "\0")]
)
async def test_what_is_let_through_is_named_and_has_a_reason(world: World, ids: list[str], because: str) -> None:
    with pytest.raises(UserError) as refused:
        await Hygiene(world.database, world.clock).allow(world.eve, world.project.id, ids, because)
    assert refused.value.hint
    assert KEY not in refused.value.message


async def test_hidden_characters_are_refused_at_every_door(world: World) -> None:
    library, project = world.library, world.project.id
    saved = await library.create(world.eve, project, "a.md", "# A\u200b\n<!-- kept -->\n")
    for path, text, message in (
        ("b.md", "# B\u202e\n", ""),
        ("b.md", "# B\n", "why\U000e0041"),
        ("b\u200b.md", "# B\n", ""),
    ):
        with pytest.raises(UserError) as refused:
            await library.create(world.eve, project, path, text, message)
        assert refused.value.hint
    with pytest.raises(UserError, match=r"U\+2066"):
        await library.save(world.eve, project, saved.spec.id, base=saved.revision.digest, text="# \u2066A\n")
    with pytest.raises(UserError, match=r"U.200B"):
        await library.rename(world.eve, project, saved.spec.id, "c\u200b.md")


async def test_git_brings_what_hides_and_leaves_its_secrets_behind(world: World) -> None:
    project, server = world.project.id, await world.person("root", Role.ADMIN)
    text = f"# Keys\u202e\n\nUse {KEY} for it.\n\nThe rest counts.\n"
    saved = await world.imports.import_revision(server, project, "keys.md", text, commit(1))
    read = await world.library.read(world.rob, project, saved.spec.id)
    assert "\u202e" in read.text
    assert "Use [aws-access-key removed] for it." in read.text
    assert "The rest counts." in read.text
    again = await world.imports.import_revision(server, project, "keys.md", text, commit(2))
    assert not again.created
    other = await world.imports.import_revision(server, project, "other.md", "# Other\n", commit(2))
    assert other.created
    assert KEY not in stored(world)
