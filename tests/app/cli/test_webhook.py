"""`holdfast webhook` against a real server."""

from specs.access import Role
from tests.app.cli.conftest import Command


async def test_a_webhook_from_the_command_line(command: Command) -> None:
    async def run(*words: str, code: int = 0) -> str:
        told = await command("webhook", *words, who=Role.ADMIN)
        assert told.exit_code == code, told.output
        return told.output

    assert "holdfast webhook add" in await run("list")
    made = await run("add", "ci", "https://ci.example.org/x", "--kinds", "spec.*, gate.decided")
    assert "Secret, not shown again: whsec_" in made
    assert await run("list") == f"{'ci':<20} {'active':<9} https://ci.example.org/x  spec.*, gate.decided\n"
    assert "ci is disabled" in await run("change", "ci", "--disable")
    assert "by an admin" in await run("list")
    assert "ci is active: https://ci.example.org/y" in await run(
        "change", "ci", "--enable", "--url", "https://ci.example.org/y"
    )
    assert "whsec_" in await run("rotate", "ci", "--at-once")
    assert await run("deliveries", "ci") == "Nothing was sent yet.\n"
    assert await run("deliveries", "ci", "--format", "json") == "[]\n"
    assert "Name one delivery" in await run("replay", "ci", code=2)
    assert "There is no webhook other" in await run("rotate", "other", code=2)
    assert "https only" in await run("add", "b", "http://ci.example.org", code=2)
    assert await run("remove", "ci") == "ci is forgotten.\n"
    told = await command("webhook", "list", who=Role.EDITOR)
    assert told.exit_code != 0
    assert "admin" in told.output
