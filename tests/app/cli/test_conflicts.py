"""`holdfast conflicts` against a server."""

import json
from pathlib import Path

import pytest

from specs.access import Role
from specs.conflicts import UnmergedError
from tests.app.cli.conftest import Command
from tests.app.conftest import Town

BASE = "# Rules\n\nThe first rule.\n\n## Two\n\nThe second rule.\n"
OURS = BASE.replace("first", "very first").replace("second", "very second")
THEIRS = BASE.replace("first", "foremost\u200b").replace("second", "next")


@pytest.fixture
async def conflict(town: Town) -> str:
    """The id of a conflict with two regions."""
    eve, library, project = town.people[Role.EDITOR], town.world.library, town.project.id
    made = await library.create(eve, project, "a.md", BASE)
    await library.save(eve, project, made.spec.id, base=made.revision.digest, text=OURS)
    with pytest.raises(UnmergedError) as met:
        await library.save(eve, project, made.spec.id, base=made.revision.digest, text=THEIRS)
    return str(met.value.standing.record.id)


async def test_conflicts_are_listed_and_shown(command: Command, conflict: str) -> None:
    listed = await command("conflicts", "list", "--spec", "a.md", who=Role.READER)
    assert listed.exit_code == 0, listed.stderr
    assert listed.stdout.startswith(f"{conflict}  open       a.md  0 of 2 regions decided, by Editor-Person on ")
    shown = (await command("conflicts", "show", conflict, who=Role.READER)).stdout
    assert "1. line 3 in rules (edited)" in shown
    assert "   theirs (waiting, Editor-Person):\n     The foremost\\u200b rule.\n" in shown
    assert "   combination (offered):\n" in shown
    told = json.loads((await command("conflicts", "show", conflict, "--format", "json")).stdout)
    assert [region["base"] for region in told["regions"]] == ["The first rule.\n", "The second rule.\n"]
    assert json.loads((await command("conflicts", "list", "--format", "json")).stdout)[0]["id"] == conflict


async def test_a_conflict_is_settled_bit_by_bit(command: Command, conflict: str, tmp_path: Path) -> None:
    (tmp_path / "own.md").write_text("The first of all rules.\n")
    kept = await command("conflicts", "resolve", conflict, "--own", f"1={tmp_path / 'own.md'}", "--keep")
    assert kept.stdout == "Kept. 1 region left to decide.\n", kept.stderr
    assert "chosen: own, by Editor-Person" in (await command("conflicts", "show", conflict)).stdout
    undecided = await command("conflicts", "resolve", conflict)
    assert (undecided.exit_code, "hint:" in undecided.stderr) == (3, True)
    done = await command("conflicts", "resolve", conflict, "--take", "2=theirs", "-m", "Both")
    assert done.stdout.startswith("Resolved: a.md is at "), done.stderr
    text = (await command("spec", "show", "a.md")).stdout
    assert "The first of all rules.\n" in text
    assert "The next rule.\n" in text
    assert (await command("conflicts", "list")).stdout == "No conflict waits.\n"
    assert conflict in (await command("conflicts", "list", "--state", "resolved")).stdout


async def test_one_name_decides_every_region(command: Command, conflict: str) -> None:
    assert (await command("conflicts", "resolve", conflict, "--take", "ours")).exit_code == 0
    assert "The very first rule.\n" in (await command("spec", "show", "a.md")).stdout


async def test_a_conflict_is_withdrawn(command: Command, conflict: str) -> None:
    assert (await command("conflicts", "withdraw", conflict)).stdout == "Withdrawn: a.md stays as it is.\n"
    assert (await command("conflicts", "list")).stdout == "No conflict waits.\n"


async def test_refusals_come_with_a_hint(command: Command, conflict: str) -> None:
    for words in (
        ("show", "no-such"),
        ("resolve", conflict, "--take", "3=ours"),
        ("resolve", conflict, "--take", "both-of-them"),
        ("resolve", conflict, "--own", "text.md"),
        ("resolve", conflict, "--own", "1=/no/such.md"),
        ("resolve", conflict, "--keep"),
    ):
        refused = await command("conflicts", *words)
        assert refused.exit_code != 0, words
        assert "hint:" in refused.stderr, words
        assert "Traceback" not in refused.stderr
    assert (await command("conflicts", "resolve", conflict, "--take", "ours", who=Role.READER)).exit_code != 0
