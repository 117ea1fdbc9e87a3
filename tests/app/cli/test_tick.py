"""`holdfast tick`: one character of a list of tasks, all or none."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import cli
from tests.gitmaker import Made

ALBUMS, LOGIN = "specs/001-albums/tasks.md", ".kiro/specs/login/tasks.md"
TEXT = "\ufeff# Tasks\r\n\r\n- [ ] T001 One  \r\n- [X] T002 [P] Two\r\n"


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, ["tick", *words])


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Made:
    made = Made(tmp_path / "repo")
    made.commit("start", {"README.md": "# A\n", LOGIN: "# Implementation Plan\n\n- [ ] 1. A\n  - [ ] 1.1 B\n"})
    (made.root / ALBUMS).parent.mkdir(parents=True)
    (made.root / ALBUMS).write_bytes(TEXT.encode())
    monkeypatch.chdir(made.root)
    return made


def test_one_character_changes(repo: Made) -> None:
    told = run(f"{ALBUMS}#T001", f"{ALBUMS}#T002", f"{LOGIN}#1.1")
    assert told.exit_code == 0, told.output
    assert told.output == f"{ALBUMS}#T001: done\n{ALBUMS}#T002: done already\n{LOGIN}#1.1: done\n"
    assert (repo.root / ALBUMS).read_bytes() == TEXT.replace("[ ]", "[x]").encode()
    assert (repo.root / LOGIN).read_text().endswith("- [ ] 1. A\n  - [x] 1.1 B\n")
    assert run(f"{ALBUMS}#T001", "--as", "open").exit_code == 0
    assert (repo.root / ALBUMS).read_bytes() == TEXT.encode()
    assert run(f"{LOGIN}#1", "--as", "doing").exit_code == 0
    assert "- [-] 1. A\n" in (repo.root / LOGIN).read_text()


@pytest.mark.parametrize(
    "words",
    [
        (f"{ALBUMS}#T009",),
        (f"{ALBUMS}#T001", "--as", "doing"),
        (ALBUMS,),
        ("nowhere.md#T001",),
        ("/etc/tasks.md#T001",),
        ("README.md#T001",),
    ],
)
def test_slips_get_a_hint_and_change_nothing(repo: Made, words: tuple[str, ...]) -> None:
    told = run(f"{ALBUMS}#T001", *words)
    assert told.exit_code == 2, told.output
    assert (repo.root / ALBUMS).read_bytes() == TEXT.encode()
