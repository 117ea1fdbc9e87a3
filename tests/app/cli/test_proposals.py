"""`holdfast propose` and `holdfast proposals` against a server."""

import json
from pathlib import Path

import pytest

from specs.access import Role
from tests.app.cli.conftest import Command
from tests.app.conftest import Town

TEXT = "# Pay\n\nA charge is made once.\n\n## Refunds\n\nWithin 30 days.\n\n## Limits\n\nTen at most.\n"


@pytest.fixture
async def spec(town: Town) -> str:
    admin = town.people[Role.ADMIN]
    return str((await town.world.library.create(admin, town.project.id, "a/pay.md", TEXT)).spec.id)


async def propose(command: Command, tmp_path: Path, *pair: str, who: Role = Role.EDITOR) -> dict[str, str]:
    (tmp_path / "pay.md").write_text(TEXT.replace(*pair))
    words = ("propose", "a/pay.md", "--file", str(tmp_path / "pay.md"), "--wait", "-t", "Mend \x1b it"[:4])
    result = await command(*words, "--why", "The law.", "--format", "json", who=who)
    assert result.exit_code == 0, result.stderr
    made: dict[str, str] = json.loads(result.stdout)["proposal"]
    return made


@pytest.mark.usefixtures("spec")
async def test_from_proposing_to_the_truth(command: Command, tmp_path: Path) -> None:
    made = await propose(command, tmp_path, "30 days", "14 days")
    listed = await command("proposals", "list", "--mine", who=Role.REVIEWER)
    assert made["id"] in listed.stdout
    assert "your review is wanted since" in listed.stdout
    shown = await command("proposals", "show", made["id"], who=Role.REVIEWER)
    for part in ("Mend", "The law.", "-Within 30 days.", "+Within 14 days.", "hunk ", made["digest"][:12]):
        assert part in shown.stdout
    short = await command("proposals", "approve", made["id"], who=Role.REVIEWER)
    assert (short.exit_code, "--digest" in short.stderr) == (2, True)
    words = ("proposals", "comment", made["id"], "-m", "Why?", "--spec", "a/pay.md", "--section", "refunds")
    assert (await command(*words, who=Role.REVIEWER)).stdout == "Said.\n"
    (comment,) = json.loads((await command("proposals", "show", made["id"], "--format", "json")).stdout)["comments"]
    assert (await command("proposals", "settle", made["id"], comment["id"])).stdout == "Settled.\n"
    words = ("proposals", "approve", made["id"], "--digest", made["digest"][:12], "-m", "Good.")
    done = await command(*words, who=Role.REVIEWER)
    assert done.stdout == "Accepted: a/pay.md changed.\n", done.exception
    shown = (await command("proposals", "show", made["id"])).stdout
    assert "by Reviewer-Person" in shown
    assert "approve: Good." in shown


@pytest.mark.usefixtures("spec")
async def test_some_hunks_and_the_rest(command: Command, tmp_path: Path) -> None:
    (tmp_path / "pay.md").write_text(TEXT.replace("30", "14").replace("Ten", "Nine"))
    words = ("propose", "a/pay.md", "--file", str(tmp_path / "pay.md"), "--wait", "--format", "json")
    made = json.loads((await command(*words)).stdout)["proposal"]
    found = json.loads((await command("proposals", "show", made["id"], "--format", "json")).stdout)
    hunk = found["changes"][0]["pieces"][1]["id"]
    words = ("proposals", "approve", made["id"], "--digest", made["digest"], "--hunk", hunk)
    done = await command(*words, who=Role.REVIEWER)
    assert done.stdout.startswith("Accepted: a/pay.md changed.\nThe rest is proposal ")


async def test_every_way_to_propose(command: Command, spec: str, tmp_path: Path) -> None:
    new = tmp_path / "new.md"
    new.write_text("Never.\n")
    ways = [
        ("new.md", "--create", "--file", str(new)),
        (spec, "--section", "refunds", "--do", "body", "--file", str(new)),
        ("a/pay.md", "--section", "limits", "--do", "delete"),
        ("a/pay.md", "--section", "limits", "--do", "rename", "--heading", "Bounds"),
        ("a/pay.md", "--move", "b/pay.md"),
        ("a/pay.md", "--retire"),
    ]
    for way in ways:
        result = await command("propose", *way, "--wait")
        assert "waits for review: 1 from reviewer" in result.stdout, (way, result.exception)
    many = tmp_path / "many.json"
    many.write_text(json.dumps([{"spec": spec, "text": "# All new\n"}]))
    made = json.loads((await command("propose", "--changes", str(many), "--wait", "--format", "json")).stdout)
    revised = await command("propose", *ways[2], "--revise", made["proposal"]["id"])
    assert "waits for review" in revised.stdout, revised.exception
    assert (await command("proposals", "diff", made["proposal"]["id"])).stdout.count("\n-") == 3
    assert "Accepted: " in (await command("propose", *ways[2])).stdout


@pytest.mark.usefixtures("spec")
async def test_the_ends_of_a_proposal(command: Command, tmp_path: Path) -> None:
    first, second = [await propose(command, tmp_path, "30", number) for number in ("7", "14")]
    assert f"overlaps {second['id']}" in (await command("proposals", "show", first["id"])).stdout
    words = ("proposals", "decline", first["id"], "--digest", first["digest"])
    assert (await command(*words, who=Role.REVIEWER)).exit_code == 2
    done = await command(*words, "--because", "No law says 7.", who=Role.REVIEWER)
    assert done.stdout == f"Proposal {first['id']} is declined.\n"
    assert "yours was declined" in (await command("proposals", "list", "--mine")).stdout
    assert "waits for review" in (await command("proposals", "reopen", first["id"], who=Role.REVIEWER)).stdout
    assert "waits for review" in (await command("proposals", "rebase", first["id"])).stdout
    assert "is superseded" in (await command("proposals", "supersede", first["id"], "--by", second["id"])).stdout
    assert "is withdrawn" in (await command("proposals", "withdraw", second["id"])).stdout
    assert (await command("proposals", "list", "--state", "pending")).stdout == "There are no such proposals.\n"


@pytest.mark.usefixtures("spec")
async def test_bad_words_are_told(command: Command, tmp_path: Path) -> None:
    (tmp_path / "bytes.md").write_bytes(b"\xff\xfe")
    (tmp_path / "no.json").write_text("{")
    for words in (
        ("propose",),
        ("propose", "a/pay.md"),
        ("propose", "nowhere.md", "--file", str(tmp_path / "no.json")),
        ("propose", "a/pay.md", "--file", str(tmp_path / "nowhere")),
        ("propose", "a/pay.md", "--file", str(tmp_path / "bytes.md")),
        ("propose", "--changes", str(tmp_path / "no.json")),
        ("propose", "a/pay.md", "--section", "nowhere", "--do", "delete"),
        ("proposals", "show", "nothing"),
        ("proposals", "show", "00000000-0000-0000-0000-000000000000"),
        ("proposals", "approve", "x", "--digest", "0" * 8),
        ("proposals", "comment", "x", "--comments", str(tmp_path / "no.json")),
    ):
        result = await command(*words)
        assert result.exit_code in {2, 3}, words
        assert "hint:" in result.stderr, (words, result.stderr)
        assert "Traceback" not in result.stderr
