"""`holdfast spec` against a server: text, past, names and problems of specs."""

import json

from specs.access import SERVER, Role
from tests.app.cli.conftest import Command
from tests.app.conftest import Town


async def test_the_past_of_a_spec_is_read_compared_and_brought_back(town: Town, command: Command) -> None:
    eve, library, home = town.people[Role.EDITOR], town.world.library, town.project.id
    first = await library.create(eve, home, "pay/a.md", "# A\n\nTen days.\n", "Begin")
    await command("tag", "create", "v1")
    base = first.revision.digest
    second = await library.save(eve, home, first.spec.id, base=base, text="# A\n\nFive days.\n", message="Less\nmore")
    listed = (await command("spec", "list")).stdout
    assert listed.startswith(second.revision.digest[:8])
    assert listed.endswith("  pay/a.md  A\n")
    assert (await command("spec", "list", "other/")).stdout == ""
    assert (await command("spec", "show", "pay/a.md")).stdout == "# A\n\nFive days.\n"
    for name in (base, base[:6], "v1"):
        assert (await command("spec", "show", "pay/a.md", name)).stdout == "# A\n\nTen days.\n"
    past = (await command("spec", "history", "pay/a.md")).stdout.splitlines()
    assert [line[:8] for line in past] == [second.revision.digest[:8], base[:8]]
    assert past[0].endswith("Less")
    for words in ((), ("v1",), (base[:8], "head")):
        diff = (await command("spec", "diff", "pay/a.md", *words)).stdout
        assert "-Ten days.\n+Five days.\n" in diff
    assert (await command("spec", "diff", "pay/a.md", "head")).stdout == "They say the same.\n"
    assert "says what it said in" in (await command("spec", "restore", "pay/a.md", "v1", "-m", "Back")).stdout
    assert (await command("spec", "show", "pay/a.md")).stdout == "# A\n\nTen days.\n"
    assert (await command("spec", "restore", "pay/a.md", "v1")).stdout == "pay/a.md says that already.\n"
    told = json.loads((await command("spec", "history", "pay/a.md", "--format", "json")).stdout)
    assert [one["message"] for one in told] == ["Back", "Less\nmore", "Begin"]


async def test_what_means_no_revision_says_where_they_are_listed(town: Town, command: Command) -> None:
    eve, library, home = town.people[Role.EDITOR], town.world.library, town.project.id
    await command("tag", "create", "empty")
    made = await library.create(eve, home, "a.md", "# A\n")
    for words, said in (
        (("show", "none.md"), "error: "),
        (("show", "a.md", "0" * 8), "spec history a.md"),
        (("show", "a.md", "v9"), "no tag is named so"),
        (("show", "a.md", "empty"), "does not hold a.md"),
        (("diff", "a.md"), "This is the first revision"),
        (("restore", "a.md", "\x1b[31mx"), "no tag is named so"),
    ):
        result = await command("spec", *words)
        assert result.exit_code == 2, words
        assert said in result.stderr, words
        assert "\x1b" not in result.stderr
    assert (await command("spec", "show", "a.md", made.revision.digest)).exit_code == 0


async def test_a_spec_is_renamed_retired_and_brought_back(town: Town, command: Command) -> None:
    eve, library, home = town.people[Role.EDITOR], town.world.library, town.project.id
    await library.create(eve, home, "a.md", "# A\n")
    await library.create(eve, home, "b.md", "# B\n\n[a](a.md) [none](none.md)\n")
    said = (await command("spec", "rename", "a.md", "deep/a.md")).stdout
    assert said.startswith("It is deep/a.md now.\n  b.md: its links do not follow\n1 spec link")
    told = (await command("spec", "problems")).stdout
    assert "b.md:3: warning: Line 3 links to a.md, which is deep/a.md now.\n" in told
    assert "none.md" in told
    await library.create(eve, home, "c.md", "# C\n\n[a](deep/a.md)\n")
    said = (await command("spec", "rename", "deep/a.md", "d.md", "--fix-links")).stdout
    assert said == "It is d.md now.\n  c.md: its links follow\n"
    await command("spec", "rename", "d.md", "a.md")
    only = json.loads((await command("spec", "problems", "b.md", "--format", "json")).stdout)
    assert [one["code"] for one in only[0]["problems"]] == ["broken-link"]
    assert (await command("spec", "retire", "b.md")).stdout == "b.md no longer counts.\n"
    await command("spec", "retire", "c.md")
    assert (await command("spec", "problems")).stdout == "Nothing is hidden, and every link leads somewhere.\n"
    assert "(retired)" in (await command("spec", "list", "--retired")).stdout
    assert (await command("spec", "restore", "b.md")).stdout == "b.md counts again.\n"
    assert (await command("spec", "retire", "b.md", who=Role.READER)).exit_code == 2


async def test_a_change_that_waits_for_people_says_so(town: Town, command: Command) -> None:
    ada, library, home = town.people[Role.ADMIN], town.world.library, town.project.id
    policy = (
        "# P\n\n```yaml policy\nid: p\nevent: proposal\nwhen: 'true'\nthen: review 1 from reviewer\nwhy: So.\n```\n"
    )
    made = await library.create(ada, home, "a.md", "# A\n")
    await library.create(SERVER, home, "policy.md", policy)
    for words in (("rename", "a.md", "b.md"), ("retire", "a.md")):
        said = (await command("spec", *words)).stdout
        assert said.startswith("Proposal "), said
        assert "waits for review" in said
    assert (await library.read(ada, home, made.spec.id)).spec.path == "a.md"
