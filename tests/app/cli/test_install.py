"""`holdfast install`: what it says, and that it can be undone."""

from click.testing import CliRunner

from app.cli import cli
from tests.repositories import Repo


def test_the_merge_driver_is_put_in_shown_and_taken_out(repo: Repo) -> None:
    words = ["install", "merge-driver", str(repo.root)]
    done = CliRunner().invoke(cli, words)
    assert done.exit_code == 0, done.stderr
    assert done.stdout.splitlines()[0] == ".gitattributes: + *.md merge=holdfast"
    assert CliRunner().invoke(cli, words).stdout == "nothing to change\n"
    undone = CliRunner().invoke(cli, [*words, "--undo"])
    assert undone.stdout.splitlines()[0] == ".gitattributes: - *.md merge=holdfast"
    assert not (repo.root / ".gitattributes").exists()


def test_outside_of_git_it_says_so(tmp_path) -> None:
    done = CliRunner().invoke(cli, ["install", "merge-driver", str(tmp_path)])
    assert done.exit_code == 2
    assert "not in a git repository" in done.stderr
