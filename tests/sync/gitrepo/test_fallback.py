"""Without the git command, the library gives the same trees."""

import pytest

from sync.gitrepo import Repository, command


@pytest.fixture
def no_git(monkeypatch, tmp_path):
    """A machine on which no git is installed."""
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))


def looks(root, under=""):
    tree, head = Repository.open(root).working_tree(under)
    index = Repository.open(root).index_tree(under)
    return dict(tree.files), head, dict(index.files)


def test_the_same_trees_without_git(repo, request):
    repo.commit({"a.py": "1", "d/b.py": "2", "d/gone.py": "3", ".gitignore": "ignored\n"})
    repo.write({"a.py": "one", "d/new.py": "4", "ignored": "5", "d/staged.py": "6"})
    repo.git("add", "d/staged.py")
    (repo.root / "d/gone.py").unlink()
    (repo.root / "d/link.py").symlink_to("a.py")
    with_git = [looks(repo.root), looks(repo.root, "d")]
    request.getfixturevalue("no_git")
    with pytest.raises(command.GitRefusedError):
        command.read(["status"], cwd=repo.root)
    assert [looks(repo.root), looks(repo.root, "d")] == with_git
