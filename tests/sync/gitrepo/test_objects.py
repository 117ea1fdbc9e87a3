"""Commits and history through the library."""

import pytest

from specs.errors import MissingError, UserError
from sync.gitrepo import Repository
from tests.repositories import Repo


def test_log_walks_first_parents_with_changed_paths(repo):
    first = repo.commit({"a.py": "1"}, "first")
    repo.git("checkout", "-q", "-b", "side")
    repo.commit({"side.py": "1"}, "aside")
    repo.git("checkout", "-q", "main")
    second = repo.commit({"b.py": "1"}, "second")
    repo.git("merge", "-q", "--no-ff", "-m", "merge", "side")
    log = list(Repository.open(repo.root).log(paths=True))
    assert [commit.message.strip() for commit in log] == ["merge", "second", "first"]
    assert [commit.paths for commit in log] == [("side.py",), ("b.py",), ("a.py",)]
    assert log[1].id == second
    assert log[1].author == "Ada"
    assert log[0].at > log[2].at
    assert [commit.id for commit in Repository.open(repo.root).log(until=first)] == [log[0].id, second]


@pytest.mark.parametrize("rev", ["nothing", "-x", "", "a\0b", "HEAD:a.py", "v..w"])
def test_a_revision_that_names_no_commit_is_missing(repo, rev):
    repo.commit({"a.py": "1"})
    with pytest.raises(MissingError) as caught:
        Repository.open(repo.root).resolve(rev)
    assert caught.value.hint


def test_the_fork_point_is_where_the_branch_left(repo):
    start = repo.commit({"a.py": "1"})
    repo.git("checkout", "-q", "-b", "feature")
    head = repo.commit({"b.py": "1"})
    repo.git("checkout", "-q", "main")
    repo.commit({"c.py": "1"})
    assert Repository.open(repo.root).fork_point("main", head) == start


def test_the_fork_point_may_be_looked_for_ahead(repo):
    start = repo.commit({"a.py": "1", "holdfast.toml": ""})
    repo.git("checkout", "-q", "-b", "feature")
    head = repo.commit({"b.py": "1"})
    for base in ("main", "gone", "-n", "main..feature"):
        repository = Repository.open(repo.root)
        repository.begin_comparing(base)
        repository.begin_texts(base, ["holdfast.toml", "pyproject.toml"])
        if base == "main":
            assert repository.fork_point(base, head) == start
            assert repository.texts(start, ["holdfast.toml", "pyproject.toml"]) == {"holdfast.toml": b""}
            assert repository.fork_point(base, start) == start
        else:
            with pytest.raises(UserError):
                repository.fork_point(base, head)
        repository.end()


def shallow(repo: Repo, tmp_path) -> Repo:
    """Make a shallow clone of a branch whose history main has left."""
    for number in range(4):
        repo.commit({"a.py": str(number)})
    repo.git("checkout", "-q", "-b", "feature")
    for number in range(3):
        repo.commit({"b.py": str(number)})
    repo.git("checkout", "-q", "main")
    repo.commit({"c.py": "1"})
    clone = tmp_path / "clone"
    repo.git("clone", "-q", "--depth=1", "--branch=feature", f"file://{repo.root}", str(clone))
    made = Repo.__new__(Repo)
    made.__dict__.update(repo.__dict__, root=clone)
    return made


def test_a_shallow_clone_without_the_base_says_what_to_fetch(repo, tmp_path):
    repository = Repository.open(shallow(repo, tmp_path).root)
    assert repository.is_shallow
    with pytest.raises(UserError) as caught:
        repository.fork_point("origin/main", repository.resolve("HEAD"))
    wanted = "git fetch --unshallow origin +refs/heads/main:refs/remotes/origin/main"
    assert wanted in caught.value.hint


def test_the_fetch_that_is_named_does_help(repo, tmp_path):
    clone = shallow(repo, tmp_path)
    clone.git("fetch", "-q", "--unshallow", "origin", "+refs/heads/main:refs/remotes/origin/main")
    repository = Repository.open(clone.root)
    assert repository.fork_point("origin/main", repository.resolve("HEAD"))


def test_a_shallow_clone_with_a_base_but_no_common_past_says_so(repo, tmp_path):
    clone = shallow(repo, tmp_path)
    clone.git("fetch", "-q", "--depth=1", "origin", "+refs/heads/main:refs/remotes/origin/main")
    repository = Repository.open(clone.root)
    with pytest.raises(UserError, match="shallow") as caught:
        repository.fork_point("origin/main", repository.resolve("HEAD"))
    assert "git fetch --unshallow" in caught.value.hint
    assert len(list(repository.log())) == 1


def test_the_main_branch_is_named(repo, tmp_path):
    repo.commit({"a.py": "1"})
    repo.git("checkout", "-q", "-b", "feature")
    assert Repository.open(repo.root).default_branch() == "main"
    repo.git("branch", "-q", "-m", "main", "trunk")
    repo.git("symbolic-ref", "HEAD", "refs/heads/trunk")
    repo.git("clone", "-q", f"file://{repo.root}", str(tmp_path / "clone"))
    assert Repository.open(tmp_path / "clone").default_branch() == "trunk"


def test_a_folder_that_only_looks_like_a_repository_is_a_clear_error(tmp_path):
    git_dir = tmp_path / ".git"
    for name in ("objects", "refs"):
        (git_dir / name).mkdir(parents=True)
    (git_dir / "HEAD").write_text("nonsense")
    with pytest.raises(UserError) as caught:
        Repository.open(tmp_path).working_tree()
    assert "git fsck" in caught.value.hint
