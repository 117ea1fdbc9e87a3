"""Finding the repository above a path."""

from sync.gitrepo.place import find


def test_the_repository_above_a_folder_is_found(repo):
    (repo.root / "a/b").mkdir(parents=True)
    place = find(repo.root / "a/b")
    assert place is not None
    assert place.top == repo.root.resolve()
    assert place.git_dir == place.common_dir == repo.root.resolve() / ".git"


def test_there_may_be_none(tmp_path):
    assert find(tmp_path) is None


def test_a_worktree_shares_its_common_folder(repo, tmp_path):
    repo.commit({"a.py": "1"})
    repo.git("worktree", "add", "-q", str(tmp_path / "linked"))
    place = find(tmp_path / "linked")
    assert place is not None
    assert place.top == (tmp_path / "linked").resolve()
    assert place.common_dir == repo.root.resolve() / ".git"
    assert place.git_dir.parent.name == "worktrees"


def test_a_bare_repository_has_no_top(repo, tmp_path):
    repo.commit({"a.py": "1"})
    repo.git("clone", "-q", "--bare", ".", str(tmp_path / "bare.git"))
    place = find(tmp_path / "bare.git/refs")
    assert place is not None
    assert place.top is None


def test_a_pointer_to_nowhere_is_no_repository(tmp_path):
    (tmp_path / ".git").write_text("gitdir: /nowhere\n")
    assert find(tmp_path) is None
    (tmp_path / ".git").write_bytes(b"\0\xff")
    assert find(tmp_path) is None
