"""`holdfast requirements`: keys, places and problems, as text and JSON."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import cli
from tests.gitmaker import Made

KIRO = ".kiro/specs/clock/requirements.md"


def kiro(*criteria: str) -> str:
    items = "\n".join(f"{place}. WHEN asked THE System SHALL {text}" for place, text in enumerate(criteria, 1))
    head = "# Requirements Document\n\n## Requirements\n\n### Requirement 1: Time\n\n#### Acceptance Criteria\n\n"
    return f"{head}{items}\n"


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, ["requirements", *words])


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Made:
    made = Made(tmp_path / "repo")
    made.commit("start", {KIRO: kiro("show the hour", "ring at noon"), "docs/adr/README.md": "# Decisions\n"})
    monkeypatch.chdir(made.root)
    return made


def test_the_specs_of_a_check_are_listed(repo: Made) -> None:
    told = run()
    assert told.exit_code == 0
    assert f"{KIRO}  kiro" in told.output
    assert "1  :5    Time  (2 criteria)" in told.output
    assert told.output.endswith("1 requirement in 1 file\n")


def test_json_has_addresses_and_problems(repo: Made) -> None:
    text = "## Requirements\n\n### Requirement: A\nIt works.\n\n### Requirement: A\nIt MUST.\n"
    repo.write("openspec/specs/a/spec.md", text)
    (file,) = json.loads(run("openspec", "--format", "json").output)["files"]
    assert [one["address"] for one in file["requirements"]] == [
        "openspec/specs/a/spec.md#a",
        "openspec/specs/a/spec.md#a~2",
    ]
    assert file["requirements"][1]["normative"] == ["MUST"]
    assert {one["code"] for one in file["problems"]} >= {"openspec-no-purpose", "openspec-duplicate", "duplicate-key"}


def test_positions_keep_the_keys_they_had(repo: Made) -> None:
    repo.write(KIRO, kiro("blink", "show the hour", "ring at noon"))
    (file,) = json.loads(run("--base", "HEAD", "--format", "json").output)["files"]
    assert [part["key"] for part in file["requirements"][0]["parts"]] == ["1.3", "1.1", "1.2"]
    (file,) = json.loads(run("--rev", "HEAD", "--format", "json").output)["files"]
    assert [part["key"] for part in file["requirements"][0]["parts"]] == ["1.1", "1.2"]


def test_the_tasks_beside_specs_are_listed_and_keep_their_keys(repo: Made) -> None:
    path = ".kiro/specs/clock/tasks.md"
    plan = "# Implementation Plan\n\n"
    repo.commit("plan", {path: f"{plan}- [x] 1. Draw the face\n- [ ] 2. Ring at noon\n  _Requirements: 1.2_\n"})
    told = run()
    assert "  2  :4    [ ] Ring at noon  (1.2)\n" in told.output
    assert told.output.endswith("1 requirement, 2 tasks (1 done) in 2 files\n")
    repo.write(path, f"{plan}- [ ] 1. Make hands\n- [x] 2. Draw the face\n- [-] 3. Ring at noon\n")
    (file,) = json.loads(run(path, "--base", "HEAD", "--format", "json").output)["files"]
    told_tasks = [(one["address"], one["label"], one["state"], one["done"]) for one in file["tasks"]]
    assert told_tasks == [
        (f"{path}#3", "1", "open", False),
        (f"{path}#1", "2", "done", True),
        (f"{path}#2", "3", "doing", False),
    ]


def test_slips_get_a_hint(repo: Made, tmp_path: Path) -> None:
    assert run("nowhere").exit_code == 2
    assert run(str(tmp_path)).exit_code == 2
    assert run("--base", "nothing").exit_code == 2
