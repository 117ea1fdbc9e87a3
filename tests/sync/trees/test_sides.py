"""What is checked: root, configuration and tree, wherever one stands."""

import pytest

from specs.errors import UserError
from sync.trees.sides import base_side, find_side
from tests.repositories import Repo

CONFIG = 'exclude = ["gen"]\n'


def test_the_root_is_the_top_of_the_repository_without_configuration(repo):
    repo.commit({"a/b/c.py": ""})
    side = find_side(repo.root / "a/b")
    assert (side.root, side.under, side.config.exclude) == (repo.root.resolve(), "", ())
    assert side.head == repo.git("rev-parse", "HEAD")


def test_the_nearest_configuration_makes_the_root_in_files_and_commits(repo):
    commit = repo.commit({"a/holdfast.toml": CONFIG, "a/b/c.py": "", "other.py": ""})
    for side in (find_side(repo.root / "a/b"), find_side(repo.root / "a/b", commit)):
        assert (side.root, side.under) == (repo.root.resolve() / "a", "a")
        assert list(side.tree.files) == ["b/c.py", "holdfast.toml"]
        assert side.config.excludes("gen/x.py")


def test_a_commit_is_read_with_its_own_configuration(repo):
    before = repo.commit({"holdfast.toml": CONFIG})
    repo.commit({"holdfast.toml": ""})
    assert find_side(repo.root).config.exclude == ()
    assert find_side(repo.root, before).config.exclude == ("gen",)


def test_the_base_has_the_same_root(repo):
    repo.commit({"a/c.py": "", "top.py": ""})
    repo.git("checkout", "-q", "-b", "feature")
    repo.commit({"a/holdfast.toml": CONFIG})
    base = base_side(find_side(repo.root / "a"), "main")
    assert list(base.tree.files) == ["c.py"]
    assert base.config.exclude == ()


def test_outside_git_the_nearest_configuration_counts(tmp_path):
    (tmp_path / "x/y").mkdir(parents=True)
    assert find_side(tmp_path / "x/y").root == (tmp_path / "x/y").resolve()
    (tmp_path / "x/holdfast.toml").write_text(CONFIG)
    assert find_side(tmp_path / "x/y").root == (tmp_path / "x").resolve()


def test_a_linked_configuration_is_refused(repo, tmp_path):
    (tmp_path / "real.toml").write_text("")
    (repo.root / "holdfast.toml").symlink_to(tmp_path / "real.toml")
    with pytest.raises(UserError, match="symbolic link"):
        find_side(repo.root)


def test_what_needs_a_repository_says_so(tmp_path):
    for words in ({"rev": "HEAD"}, {"staged": True}):
        with pytest.raises(UserError) as caught:
            find_side(tmp_path, **words)
        assert caught.value.hint
    with pytest.raises(UserError, match="not in a git repository"):
        base_side(find_side(tmp_path), "main")
    with pytest.raises(UserError, match="not a folder"):
        find_side(tmp_path / "nothing")


def test_an_unreadable_commit_is_told(repo: Repo):
    repo.commit({"a.py": ""})
    with pytest.raises(UserError, match="no commit"):
        find_side(repo.root, "nothing")
