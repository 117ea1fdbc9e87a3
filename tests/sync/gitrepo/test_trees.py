"""Code trees out of git: what is in them, and what never is."""

import os
from pathlib import Path

import pytest

from drift.source import FileKind, PlainFiles
from specs.errors import MissingError, UserError
from sync.gitrepo import Repository, blob_id
from tests.repositories import Repo

BAD_NAME = b"caf\xe9.py"


def working(repo: Repo, under: str = "") -> dict[str, FileKind]:
    tree, _ = Repository.open(repo.root).working_tree(under)
    return {path: entry.kind for path, entry in tree.files.items()}


def test_working_tree_has_tracked_and_unignored_untracked_files(repo):
    repo.commit({"a.py": "1", "b.py": "2", ".gitignore": "ignored/\n"})
    repo.write({"new.py": "3", "ignored/x.py": "4"})
    (repo.root / "b.py").unlink()
    assert sorted(working(repo)) == [".gitignore", "a.py", "new.py"]


def test_edits_show_as_blob_ids_without_being_staged(repo):
    repo.commit({"a.py": "1", "b.py": "2"})
    repo.write({"a.py": "one"})
    tree, head = Repository.open(repo.root).working_tree()
    assert head == repo.git("rev-parse", "HEAD")
    assert tree.files["a.py"].blob == blob_id(b"one") == repo.git("hash-object", "a.py")
    assert tree.files["b.py"].blob == repo.git("rev-parse", "HEAD:b.py")
    assert tree.read("a.py") == b"one"


def test_plain_files_are_as_if_each_were_made(repo):
    repo.commit({"a.py": "1", "b.py": "2", "c/d.py": "3"})
    repo.write({"b.py": "22"})
    tree, _ = Repository.open(repo.root).working_tree()
    assert isinstance(tree.files, PlainFiles)
    assert dict(tree.files.items()) == {path: tree.files[path] for path in tree.files}
    assert [(one.path, one.size) for one in tree.files.values()] == [("a.py", -1), ("b.py", 2), ("c/d.py", -1)]
    assert (len(tree.files), "b.py" in tree.files, "x" in tree.files, tree.files.get("x")) == (3, True, False, None)


def test_index_tree_is_the_next_commit(repo):
    repo.commit({"a.py": "1", "gone.py": "2"})
    repo.write({"a.py": "staged"})
    repo.git("add", "a.py")
    repo.git("rm", "-q", "--cached", "gone.py")
    repo.write({"a.py": "not staged", "new.py": "3"})
    tree = Repository.open(repo.root).index_tree()
    assert sorted(tree.files) == ["a.py"]
    assert tree.read("a.py") == b"staged"


def test_commit_tree_of_a_bare_repository(repo, tmp_path):
    first = repo.commit({"pkg/a.py": "1"})
    repo.commit({"pkg/a.py": "2"})
    repo.git("clone", "-q", "--bare", ".", str(tmp_path / "bare.git"))
    repository = Repository.open(tmp_path / "bare.git")
    assert repository.top is None
    assert repository.commit_tree(first).read("pkg/a.py") == b"1"
    assert repository.commit_tree("main", "pkg").read("a.py") == b"2"
    with pytest.raises(UserError, match="bare"):
        repository.working_tree()


def test_the_three_trees_of_a_clean_checkout_agree(repo):
    repo.commit({"a.py": "1", "d/b.py": "2", "d/e/c.md": "3"})
    (repo.root / "link.py").symlink_to("a.py")
    repo.commit()
    repository = Repository.open(repo.root)
    for under in ("", "d"):
        trees = (repository.working_tree(under)[0], repository.index_tree(under), repository.commit_tree("HEAD", under))
        files = [{path: (entry.blob, entry.kind) for path, entry in tree.files.items()} for tree in trees]
        assert files[0] == files[1] == files[2]
        assert list(files[0]) == sorted(files[0])


def test_digest_changes_with_any_entry(repo):
    repo.commit({"a.py": "1"})
    repository = Repository.open(repo.root)
    seen = {repository.working_tree()[0].digest}
    for change in ({"a.py": "2"}, {"b.py": "1"}, {"b.py": "2"}, {"c.py": "2"}):
        repo.write(change)
        seen.add(repository.working_tree()[0].digest)
    (repo.root / "a.py").unlink()
    seen.add(repository.working_tree()[0].digest)
    assert len(seen) == 6


@pytest.mark.parametrize("tracked", [True, False])
def test_a_symlink_is_an_entry_and_never_followed(repo, tracked):
    repo.commit({"a.py": "1"})
    (repo.root / "secret.py").symlink_to("/etc/passwd")
    (repo.root / "folder").symlink_to("/etc")
    if tracked:
        repo.commit()
    tree, _ = Repository.open(repo.root).working_tree()
    assert tree.files["secret.py"].kind is FileKind.SYMLINK
    assert tree.files["folder"].kind is FileKind.SYMLINK
    with pytest.raises(MissingError):
        tree.read("secret.py")
    with pytest.raises(MissingError):
        tree.read("folder/passwd")
    if tracked:
        with pytest.raises(MissingError):
            Repository.open(repo.root).commit_tree("HEAD").read("secret.py")


def test_a_file_replaced_by_a_symlink_after_listing_is_not_followed(repo):
    repo.commit({"a.py": "1"})
    tree, _ = Repository.open(repo.root).working_tree()
    (repo.root / "a.py").unlink()
    (repo.root / "a.py").symlink_to("/etc/passwd")
    assert tree.read("a.py") == b"1"


def test_a_pipe_is_not_waited_for(repo):
    repo.commit({"a.py": "1"})
    (repo.root / "a.py").unlink()
    os.mkfifo(repo.root / "a.py")
    assert "a.py" not in working(repo)


def test_a_submodule_is_an_entry(repo, tmp_path):
    inner = Repo(tmp_path / "inner")
    inner.commit({"x.py": "1"})
    repo.git("submodule", "--quiet", "add", str(inner.root), "vendor")
    repo.commit()
    repository = Repository.open(repo.root)
    assert working(repo)["vendor"] is FileKind.SUBMODULE
    assert repository.index_tree().files["vendor"].kind is FileKind.SUBMODULE
    assert repository.commit_tree("HEAD").files["vendor"].kind is FileKind.SUBMODULE


def test_an_untracked_repository_inside_is_left_to_itself(repo):
    repo.commit({"a.py": "1"})
    Repo(repo.root / "inner").commit({"x.py": "1"})
    assert working(repo)["inner"] is FileKind.SUBMODULE


def test_names_that_are_not_utf8_are_kept(repo):
    (repo.root / os.fsdecode(BAD_NAME)).write_bytes(b"1")
    repo.commit()
    repository = Repository.open(repo.root)
    name = BAD_NAME.decode("utf-8", "surrogateescape")
    for tree in (repository.working_tree()[0], repository.index_tree(), repository.commit_tree("HEAD")):
        assert tree.read(name) == b"1"
        assert tree.digest


def test_an_empty_repository_has_a_working_tree_and_no_head(repo):
    repo.write({"a.py": "1"})
    tree, head = Repository.open(repo.root).working_tree()
    assert (head, sorted(tree.files)) == ("", ["a.py"])
    assert Repository.open(repo.root).head is None


def test_detached_head_and_linked_worktree(repo, tmp_path):
    first = repo.commit({"a.py": "1"})
    repo.commit({"a.py": "2"})
    repo.git("worktree", "add", "-q", "--detach", str(tmp_path / "linked"), first)
    repository = Repository.open(tmp_path / "linked")
    tree, head = repository.working_tree()
    assert head == first == repository.head
    assert tree.read("a.py") == b"1"


def test_a_merge_conflict_is_read_as_it_lies_on_disk(repo):
    repo.commit({"a.py": "1\n"})
    repo.git("checkout", "-q", "-b", "other")
    repo.commit({"a.py": "2\n"})
    repo.git("checkout", "-q", "main")
    repo.commit({"a.py": "3\n"})
    with pytest.raises(AssertionError):
        repo.git("merge", "-q", "other")
    tree, _ = Repository.open(repo.root).working_tree()
    assert b"<<<<<<<" in tree.read("a.py")
    assert Repository.open(repo.root).index_tree().read("a.py") == b"3\n"


def test_line_ending_filters_do_not_change_what_is_read(repo):
    repo.commit({".gitattributes": "*.py text eol=crlf\n", "a.py": "x = 1\n"})
    (repo.root / "a.py").unlink()
    repo.git("checkout", "-q", "a.py")
    assert (repo.root / "a.py").read_bytes() == b"x = 1\r\n"
    tree, _ = Repository.open(repo.root).working_tree()
    assert tree.read("a.py") == b"x = 1\n"


def test_a_large_file_is_refused_with_its_size(repo):
    repo.commit({"big.py": b"x" * 3000})
    repository = Repository.open(repo.root)
    for tree in (repository.working_tree()[0], repository.index_tree(), repository.commit_tree("HEAD")):
        with pytest.raises(UserError, match="more than") as caught:
            tree.read("big.py", 2000)
        assert "exclude" in caught.value.hint
        assert len(tree.read("big.py", 3000)) == 3000


def test_missing_objects_are_reported_and_the_rest_is_listed(repo):
    repo.commit({"a/x.py": "1", "b/y.py": "2"})
    lost = repo.git("rev-parse", "HEAD:a")
    (repo.root / ".git/objects" / lost[:2] / lost[2:]).unlink()
    blob = repo.git("rev-parse", "HEAD:b/y.py")
    (repo.root / ".git/objects" / blob[:2] / blob[2:]).unlink()
    tree = Repository.open(repo.root).commit_tree("HEAD")
    assert list(tree.files) == ["b/y.py"]
    assert list(tree.left_out) == ["a"]
    with pytest.raises(MissingError, match="missing") as caught:
        tree.read("b/y.py")
    assert "git fsck" in caught.value.hint


def test_a_sha256_repository_is_refused_or_read_but_never_misread(tmp_path: Path):
    repo = Repo(tmp_path / "new", "--object-format=sha256")
    repo.commit({"a.py": "1"})
    repo.write({"b.py": "2"})
    tree, head = Repository.open(repo.root).working_tree()
    assert len(head) == 64
    assert tree.files["b.py"].blob == repo.git("hash-object", "b.py")
    assert tree.read("a.py") == b"1"
