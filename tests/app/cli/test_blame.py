"""`holdfast blame` and `holdfast confirm --statements` against a server."""

import json

import pytest

from specs.access import Role, Scope
from tests.app.cli.conftest import Command
from tests.app.conftest import Town

TEXT = "# Refunds\n\nA refund takes five days.\n"
BY_AGENT = TEXT.replace("five", "ten") + "\nCustomers are told\u202e by mail.\n"


@pytest.fixture
async def heads(town: Town) -> tuple[str, str]:
    """A spec by a person, changed by an agent: the digests of both revisions."""
    eve, admin, project = town.people[Role.EDITOR], town.people[Role.ADMIN], town.project.id
    issued = await town.world.tokens.issue_for_agent(
        admin, project, "claude", role=Role.EDITOR, scopes=(Scope.READ, Scope.WRITE), expires_at=None
    )
    agent = await town.world.access.authenticate_token(issued.secret)
    first = await town.world.library.create(eve, project, "pay/refunds.md", TEXT)
    second = await town.world.library.save(
        agent, project, first.spec.id, base=first.revision.digest, text=BY_AGENT.replace("\u202e", "")
    )
    return first.revision.digest[:8], second.revision.digest[:8]


async def test_lines_are_shown_with_who_brought_them(command: Command, heads: tuple[str, str]) -> None:
    result = await command("blame", "pay/refunds.md", who=Role.READER)
    assert result.exit_code == 0, result.stderr
    first, second = heads
    lines = result.stdout.splitlines()
    assert [line[:8] for line in lines] == [first, " " * 8, first, " " * 8, second]
    assert "Editor-Perso " in lines[0]
    assert lines[2].endswith("    3 ? A refund takes ten days.")
    assert "claude agent" in lines[4]


async def test_words_are_shown_by_stretch(command: Command, heads: tuple[str, str]) -> None:
    told = (await command("blame", "./pay/refunds.md", "--words")).stdout.splitlines()
    stretches = [(line[:8], line.split("? ")[-1]) for line in told if "    3:" in line]
    assert stretches == [(heads[0], "A refund takes"), (heads[1], "ten"), (heads[0], "days.")]
    answer = json.loads((await command("blame", "pay/refunds.md", "--format", "json")).stdout)
    assert [line["line"] for line in answer["lines"]] == [1, 3, 5]


@pytest.mark.usefixtures("heads")
async def test_a_reviewer_confirms_statements(command: Command) -> None:
    words = ("confirm", "pay/refunds.md#refunds", "--statements")
    listed = (await command(*words, "--list", who=Role.READER)).stdout.splitlines()
    assert [line.split("  ", 1)[1] for line in listed] == [
        "line 3: A refund takes ten days.  by human Editor-Person, agent claude",
        "line 5: Customers are told by mail.  by agent claude",
    ]
    refused = await command(*words, who=Role.EDITOR)
    assert (refused.exit_code, "This needs the role reviewer." in refused.stderr) == (2, True)
    name = listed[0].split()[0]
    done = await command("confirm", "pay/refunds.md", "--statement", name, "--because", "Agreed.", who=Role.REVIEWER)
    assert done.stdout == f"confirmed {name}  line 3: A refund takes ten days.\n"
    assert len((await command(*words, "--list")).stdout.splitlines()) == 1
    await command(*words, who=Role.REVIEWER)
    assert (await command(*words, "--list")).stdout == "Nothing here waits for a confirmation.\n"


@pytest.mark.usefixtures("heads")
async def test_refusals_come_with_a_hint(command: Command) -> None:
    for words in (
        ("blame", "no/such.md"),
        ("blame", "pay/refunds.md", "--revision", "0" * 64),
        ("confirm", "pay/refunds.md", "--statement", "zz"),
        ("confirm", "pay/refunds.md", "--statements", "--by", "me"),
        ("confirm", "no/such.md", "--statements"),
    ):
        result = await command(*words, who=Role.REVIEWER)
        assert result.exit_code == 2, (words, result.stdout, result.stderr)
        assert "hint:" in result.stderr
