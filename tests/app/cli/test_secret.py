"""`holdfast secret` against a server."""

from specs.access import Role
from tests.app.cli.conftest import Command


async def test_it_lets_through_and_lists(command: Command) -> None:
    assert "Nothing was let through." in (await command("secret", "list", who=Role.READER)).stderr
    done = await command("secret", "allow", "aws-access-key:3f2a", "jwt:0000", "--because", "examples")
    assert done.exit_code == 0, done.stderr
    assert "Send the text again." in done.stdout
    listed = (await command("secret", "list", who=Role.READER)).stdout
    assert "aws-access-key:3f2a" in listed
    assert "Editor-Person: examples" in listed


async def test_refusals_come_with_a_hint(command: Command) -> None:
    for words, who in ((("AKIA",), Role.EDITOR), (("jwt:0000",), Role.READER)):
        done = await command("secret", "allow", *words, "--because", "x", who=who)
        assert done.exit_code == 2, done.stdout
        assert "hint:" in done.stderr
