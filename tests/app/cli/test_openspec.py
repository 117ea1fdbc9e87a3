"""`holdfast openspec` in real repositories: nothing that one change wrote is lost when the next is applied."""

import json
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import cli
from specs.access import Role
from tests.app.cli.conftest import Command
from tests.app.conftest import Town
from tests.gitmaker import Made

SPEC = """# Login

## Purpose
Lets people prove who they are, and keeps everybody else out of it.

## Requirements

### Requirement: Tries
Three tries SHALL do.

#### Scenario: third
- **THEN** warn

#### Scenario: fourth
- **THEN** wait 5 minutes
"""
BLOCK = SPEC[SPEC.index("### Requirement") :]
PLACE = "openspec/specs/login/spec.md"


def delta(name: str) -> str:
    return f"openspec/changes/{name}/specs/login/spec.md"


def modified(old: str, new: str) -> str:
    assert old in BLOCK
    return "## MODIFIED Requirements\n\n" + BLOCK.replace(old, new)


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, ["openspec", *words])


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Made:
    made = Made(tmp_path / "repo")
    made.commit("start", {PLACE: SPEC, "src/a.py": "x = 1\n"})
    monkeypatch.chdir(made.root)
    return made


def test_the_second_of_two_changes_to_one_scenario_does_not_win(repo: Made) -> None:
    repo.commit("ten", {delta("ten"): modified("5 minutes", "10 minutes")})
    repo.commit("hour", {delta("hour"): modified("5 minutes", "1 hour")})
    told = run("overlaps")
    assert told.exit_code == 1
    assert "more than one changes fourth" in told.output
    first = run("apply", "ten")
    assert (first.exit_code, "nothing is written yet" in first.output) == (0, True)
    assert (repo.root / PLACE).read_text() == SPEC
    assert run("apply", "ten", "--write").exit_code == 0
    repo.commit("archive ten", {delta("ten"): None, "openspec/changes/archive/2026-03-02-ten/proposal.md": "x"})
    second = run("apply", "hour", "--write")
    assert second.exit_code == 1
    assert "conflict in Tries, scenario fourth" in second.output
    assert "wait 10 minutes" in second.output
    assert (repo.root / PLACE).read_text() == SPEC.replace("5 minutes", "10 minutes")
    report = json.loads(run("apply", "hour", "--format", "json").output)
    assert [one["scenario"] for one in report["files"][0]["conflicts"]] == ["fourth"]
    assert run("apply", "hour", "--write", "--base", "HEAD").exit_code == 0
    assert (repo.root / PLACE).read_text() == SPEC.replace("5 minutes", "1 hour")


def test_what_a_branch_brought_began_where_the_branch_did(repo: Made) -> None:
    repo.git("checkout", "-q", "-b", "side")
    repo.commit("hour", {delta("hour"): modified("5 minutes", "1 hour")})
    repo.git("checkout", "-q", "main")
    repo.commit("by hand", {PLACE: SPEC.replace("5 minutes", "10 minutes")})
    repo.git("merge", "-q", "--no-ff", "-m", "merge", "side")
    assert run("apply", "hour").exit_code == 1


def test_a_squashed_branch_is_known_by_the_old_words_it_brings_back(repo: Made) -> None:
    stale = modified("5 minutes", "5 minutes, then 1 hour").replace("warn", "warn once")
    repo.commit("louder", {PLACE: SPEC.replace("warn", "warn loudly")})
    repo.commit("squashed, written before", {delta("hour"): stale.replace("warn once", "warn")})
    told = run("apply", "hour", "--write")
    assert told.exit_code == 1
    assert "brings back words that were replaced" in told.output
    assert run("apply", "hour", "--write", "--base", "HEAD").exit_code == 0


def test_changes_of_different_scenarios_both_land(repo: Made) -> None:
    repo.commit("hour", {delta("hour"): modified("5 minutes", "1 hour")})
    other = SPEC.replace("warn", "warn loudly") + "\n#### Scenario: fifth\n- **THEN** lock\n"
    repo.commit("other", {PLACE: other})
    assert run("apply", "hour", "--write").exit_code == 0
    assert (repo.root / PLACE).read_text() == other.replace("5 minutes", "1 hour")
    assert run("apply", "hour", "--write").exit_code == 0
    assert (repo.root / PLACE).read_text() == other.replace("5 minutes", "1 hour")


def test_a_delta_refreshed_in_view_of_the_other_change_lands(repo: Made) -> None:
    repo.commit("louder", {delta("louder"): modified("warn", "warn loudly")})
    now = SPEC.replace("5 minutes", "10 minutes")
    repo.commit("ten", {PLACE: now})
    fresh = modified("warn", "warn loudly").replace("5 minutes", "10 minutes")
    repo.commit("refresh", {delta("louder"): fresh})
    assert run("apply", "louder", "--write").exit_code == 0
    assert (repo.root / PLACE).read_text() == now.replace("warn", "warn loudly")


def test_without_history_nothing_is_overwritten_unless_asked(repo: Made, tmp_path: Path) -> None:
    repo.commit("hour", {delta("hour"): modified("5 minutes", "1 hour")})
    repo.commit("later", {"src/b.py": "y = 2\n"})
    cut = tmp_path / "cut"
    subprocess.run(["git", "clone", "-q", "--depth", "1", f"file://{repo.root}", str(cut)], check=True)
    told = run("apply", "hour", "--path", str(cut))
    assert told.exit_code == 1
    assert "not known what the change began from" in told.output
    assert run("apply", "hour", "--path", str(cut), "--write", "--blind").exit_code == 0
    assert "1 hour" in (cut / PLACE).read_text()


def test_a_new_capability_and_one_that_goes(repo: Made) -> None:
    added = "## ADDED Requirements\n\n### Requirement: Find\nIt SHALL find.\n\n#### Scenario: s\n- x\n"
    removed = "## REMOVED Requirements\n\n### Requirement: Tries\n**Reason**: gone\n"
    repo.commit("a", {"openspec/changes/add/specs/search/spec.md": added, delta("drop"): removed})
    assert run("apply", "add", "--write").exit_code == 0
    written = (repo.root / "openspec/specs/search/spec.md").read_text()
    assert written.startswith("# search Specification\n\n## Purpose\nTBD - created by archiving change add.")
    assert "retire_capabilities" in run("apply", "drop", "--write").output
    repo.write("openspec/changes/drop/.openspec.yaml", "schema: spec-driven\nretire_capabilities: true\n")
    assert run("apply", "drop", "--write").exit_code == 0
    assert not (repo.root / PLACE).exists()


def test_validation_has_the_shape_that_openspec_prints(repo: Made) -> None:
    repo.commit("bad", {delta("bad"): "## ADDED Requirements\n\n### Requirement: A\nwords\n"})
    told = run("validate", "--format", "json")
    report = json.loads(told.output)
    assert told.exit_code == 1
    assert report["summary"]["totals"] == {"items": 2, "passed": 1, "failed": 1}
    assert report["items"][0]["issues"][0].keys() == {"level", "path", "line", "message"}
    assert run("validate", "login").exit_code == 0
    assert run("validate", "bad").exit_code == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("apply", "houd"), "Did you mean `hour`"),
        (("apply", "hour", "--base", "nothing"), "nothing"),
        (("apply", "hour", "--base", "HEAD", "--blind"), "exclude each other"),
        (("validate", "logim"), "Did you mean `login`"),
        (("apply", "old"), "archived already"),
    ],
)
def test_slips_get_a_hint(repo: Made, words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    repo.commit(
        "hour", {delta("hour"): modified("5 minutes", "1 hour"), "openspec/changes/archive/2026-01-01-old/x.md": ""}
    )
    done = run(*words)
    assert done.exit_code == 2
    assert said in done.output + capsys.readouterr().err


def test_no_folder_and_a_text_that_is_none(repo: Made, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert run("overlaps", "--path", str(tmp_path / "empty")).exit_code == 2
    (repo.root / PLACE).write_bytes(b"\xff\xfe")
    assert run("validate").exit_code == 2


async def test_a_change_becomes_a_proposal_against_what_the_server_has(
    repo: Made, town: Town, command: Command
) -> None:
    eve = town.people[Role.EDITOR]
    there = SPEC.replace("warn", "warn loudly")
    made = await town.world.library.create(eve, town.project.id, "shop/login/spec.md", there)
    proposal = "# Slow down\n\n## Why\nToo many tries.\n\n## What Changes\n- x\n"
    repo.commit("hour", {delta("hour"): modified("5 minutes", "1 hour"), "openspec/changes/hour/proposal.md": proposal})
    done = await command("openspec", "propose", "hour", "--wait", "--format", "json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)["proposal"]
    assert (told["title"], told["state"]) == ("Slow down", "open")
    await town.world.library.save(
        eve, town.project.id, made.spec.id, base=made.revision.digest, text=there.replace("5 minutes", "10 minutes")
    )
    again = await command("openspec", "propose", "hour")
    assert (again.exit_code, "conflict in Tries, scenario fourth" in again.stdout) == (1, True)


def test_a_finished_change_goes_to_the_archive_with_its_deltas_applied(repo: Made) -> None:
    tasks = "openspec/changes/ten/tasks.md"
    repo.commit("ten", {delta("ten"): modified("5 minutes", "10 minutes"), tasks: "- [x] 1.1 One\n- [ ] 1.2 Two\n"})
    left = run("archive", "ten", "--write")
    assert left.exit_code == 2
    assert "1 of 2 tasks of ten are not done, the first: Two" in left.output + left.stderr
    repo.commit("done", {tasks: "- [x] 1.1 One\n- [x] 1.2 Two\n"})
    shown = run("archive", "ten")
    assert (shown.exit_code, (repo.root / PLACE).read_text()) == (0, SPEC)
    assert "would move openspec/changes/ten to openspec/changes/archive/" in shown.output
    done = run("archive", "ten", "--write")
    assert done.exit_code == 0
    assert (repo.root / PLACE).read_text() == SPEC.replace("5 minutes", "10 minutes")
    [archived] = (repo.root / "openspec/changes/archive").iterdir()
    assert archived.name.endswith("-ten")
    assert (archived / "tasks.md").exists()
    assert not (repo.root / "openspec/changes/ten").exists()


def test_a_change_that_does_not_apply_stays_where_it_is(repo: Made) -> None:
    repo.commit(
        "both", {delta("ten"): modified("5 minutes", "10 minutes"), delta("hour"): modified("5 minutes", "1 hour")}
    )
    assert run("archive", "ten", "--write").exit_code == 0
    repo.commit("archived")
    told = run("archive", "hour", "--write")
    assert told.exit_code == 1
    assert "conflict" in told.output
    assert (repo.root / "openspec/changes/hour").exists()
    assert run("archive", "hour", "--write", "--base", "HEAD").exit_code == 0
    assert "1 hour" in (repo.root / PLACE).read_text()
