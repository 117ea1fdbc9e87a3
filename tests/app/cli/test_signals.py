"""`holdfast signals`: what it tells a server is answered with what means nothing, and mistakes have hints."""

from pathlib import Path

from specs.access import SERVER, Role
from tests.app.cli.conftest import Command
from tests.app.conftest import Town

SPEC = "# Payments\n\n- **FR-001**: A refund SHALL be paid.\n"
CASE = '<testcase name="t"><properties><property name="holdfast" value="payments#FR-001 no#x"/></properties></testcase>'


async def test_tests_deployments_and_incidents_are_told(town: Town, command: Command, tmp_path: Path) -> None:
    await town.world.library.create(SERVER, town.project.id, "payments.md", SPEC)
    file = tmp_path / "junit.xml"
    file.write_text(f"<testsuite>{CASE}</testsuite>")
    told = await command("signals", "junit", str(file), "--commit", "a" * 40, who=Role.EDITOR)
    assert (told.exit_code, told.stdout) == (0, f"{file}: 1 passed\n")
    assert "no#x: there is no such spec." in told.stderr
    words = ("--environment", "prod", "--commit", "a" * 40)
    assert (await command("signals", "deployment", *words, who=Role.EDITOR)).stdout == "prod runs aaaaaaaaaaaa.\n"
    opened = await command("signals", "incident", "open", "db", "--requirement", "payments#FR-001", who=Role.EDITOR)
    assert opened.stdout == "The incident db is open.\n"
    closed = await command("signals", "incident", "close", "db", who=Role.EDITOR)
    assert closed.stdout == "The incident db is closed.\n"


async def test_mistakes_have_hints(command: Command, tmp_path: Path) -> None:
    bad = tmp_path / "bad.xml"
    bad.write_text("<!DOCTYPE x []><testsuite/>")
    for words in (
        ("junit", str(bad)),
        ("junit", str(tmp_path / "none.xml")),
        ("deployment", "--environment", "prod", "--commit", "nope"),
        ("incident", "open", "db"),
        ("incident", "close", "db"),
    ):
        told = await command("signals", *words, who=Role.EDITOR)
        assert told.exit_code not in {0, 1, 3}, (words, told.output)
        assert "hint: " in told.stderr, words
