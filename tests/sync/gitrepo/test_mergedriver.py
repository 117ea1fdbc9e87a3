"""The merge driver in a real `git merge`, put in and taken out."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from specs.errors import UserError
from sync.gitrepo.mergedriver import COMMAND, install, uninstall
from tests.gitmaker import Made

ROOT = Path(__file__).resolve().parents[3]
BASE = "# Pay\n\nA refund is paid within ten days, to the card that was charged.\n\n1. Check the order.\n2. Pay.\n"


@pytest.fixture
def made(tmp_path: Path) -> Made:
    made = Made(tmp_path / "repo")
    made.commit("base", {"pay.md": BASE, "notes.txt": "one\n"})
    return made


def merged(made: Made, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    """Merge the branch `topic`, with a `holdfast` on the path that is this checkout's."""
    tools = tmp_path / "tools"
    tools.mkdir(exist_ok=True)
    script = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import holdfast; holdfast.main()"
    (tools / "holdfast").write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "{script}" "$@"\n')
    (tools / "holdfast").chmod(0o755)
    env = {
        "PATH": f"{tools}:{os.defpath}",
        "HOME": str(tmp_path),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_COMMITTER_NAME": "Ada",
        "GIT_COMMITTER_EMAIL": "ada@example.com",
        "GIT_AUTHOR_NAME": "Ada",
        "GIT_AUTHOR_EMAIL": "ada@example.com",
    }
    command = ["git", "merge", "-q", "--no-edit", "topic"]
    return subprocess.run(command, cwd=made.root, env=env, capture_output=True, text=True, check=False)


def diverge(made: Made, ours: dict[str, str | None], theirs: dict[str, str | None]) -> None:
    made.commit("attributes")
    made.git("checkout", "-q", "-b", "topic")
    made.commit("theirs", theirs)
    made.git("checkout", "-q", "main")
    made.commit("ours", ours)


def test_git_merges_by_words_what_it_could_not_by_lines(made: Made, tmp_path: Path) -> None:
    install(made.root, ["*.md"])
    diverge(made, {"pay.md": BASE.replace("A refund", "Each refund")}, {"pay.md": BASE.replace("card", "account")})
    done = merged(made, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (made.root / "pay.md").read_text() == BASE.replace("A refund", "Each refund").replace("card", "account")
    assert len(made.git("rev-list", "--parents", "-1", "HEAD").split()) == 3


def test_git_keeps_a_conflict_with_marks(made: Made, tmp_path: Path) -> None:
    install(made.root, ["*.md"])
    diverge(made, {"pay.md": BASE.replace("ten", "20")}, {"pay.md": BASE.replace("ten", "30")})
    done = merged(made, tmp_path)
    assert done.returncode == 1
    assert "pay.md: 1 conflict" in done.stderr
    text = (made.root / "pay.md").read_text()
    assert text.count("<<<<<<< ") == text.count("||||||| ") == text.count("=======\n") == text.count(">>>>>>> ") == 1
    assert "within 20 days" in text
    assert "within 30 days" in text
    assert made.git("diff", "--name-only", "--diff-filter=U") == "pay.md"


def test_other_files_are_merged_as_ever(made: Made, tmp_path: Path) -> None:
    install(made.root, ["*.md"])
    diverge(made, {"notes.txt": "one\ntwo\n"}, {"notes.txt": "one\nthree\n"})
    assert merged(made, tmp_path).returncode == 1


def test_it_says_what_it_changes_and_changes_nothing_twice(made: Made) -> None:
    (made.root / ".gitattributes").write_text("holdfast.lock merge=union")
    done = install(made.root / "", ["*.md", "docs/**/*.txt"])
    assert done.changes[:2] == (
        ".gitattributes: + *.md merge=holdfast",
        ".gitattributes: + docs/**/*.txt merge=holdfast",
    )
    assert done.changes[3].endswith(COMMAND)
    assert made.git("config", "merge.holdfast.driver") == COMMAND
    assert install(made.root, ["*.md"]).changes == ()
    assert (made.root / ".gitattributes").read_text().startswith("holdfast.lock merge=union\n*.md merge=holdfast\n")
    assert made.git("check-attr", "merge", "a/b.md") == "a/b.md: merge: holdfast"


def test_it_is_undone_without_a_trace(made: Made) -> None:
    before = (made.root / ".git/config").read_text()
    install(made.root, ["*.md"])
    assert len(uninstall(made.root).changes) == 3
    assert not (made.root / ".gitattributes").exists()
    assert "holdfast" not in made.git("config", "--list", "--local")
    assert (made.root / ".git/config").read_text().startswith(before)
    assert uninstall(made.root).changes == ()


@pytest.mark.parametrize("pattern", ["", "a b", "#x", '"x"', "-x"])
def test_what_is_no_pattern_is_refused(made: Made, pattern: str) -> None:
    with pytest.raises(UserError):
        install(made.root, [pattern])


def test_a_folder_outside_of_git_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError):
        install(tmp_path, ["*.md"])
