"""`holdfast tag` against a server."""

import json

from specs.access import Role
from tests.app.cli.conftest import Command
from tests.app.conftest import Town


async def test_a_release_is_named_and_what_changed_since_is_shown(town: Town, command: Command) -> None:
    eve, library, home = town.people[Role.EDITOR], town.world.library, town.project.id
    saved = await library.create(eve, home, "a.md", "# A\n")
    await library.create(eve, home, "b.md", "# B\n")
    assert (await command("tag", "create", "v1", "-m", "First\nmore")).stdout == "Tagged 2 specs as v1.\n"
    assert "There is a tag v1 already." in (await command("tag", "create", "v1")).stderr
    assert (await command("tag", "diff", "v1")).stdout == "Nothing changed since v1.\n"
    await library.save(eve, home, saved.spec.id, base=saved.revision.digest, text="# A2\n")
    await library.rename(eve, home, saved.spec.id, "z.md")
    await library.create(eve, home, "c.md", "# C\n")
    assert (await command("tag", "diff", "v1")).stdout == "+ c.md\n~ a.md -> z.md\n"
    listed = (await command("tag", "list")).stdout
    assert listed.startswith("v1  20")
    assert listed.endswith("  2 specs  First\n")
    assert [tag["name"] for tag in json.loads((await command("tag", "list", "--format", "json")).stdout)] == ["v1"]
    assert (await command("tag", "remove", "v1")).exit_code == 2
    assert (await command("tag", "remove", "v1", who=Role.ADMIN)).stdout == "Removed the tag v1.\n"
    assert "There is no such tag." in (await command("tag", "diff", "v1")).stderr
