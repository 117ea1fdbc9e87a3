import pytest

from drift.debt.lock import Entry, Lock, format_lock
from specs.errors import UserError
from sync.trees.lockfile import lock_text, read_lock, write_lock
from sync.trees.sides import find_side
from tests.repositories import Repo

ENTRY = Entry("rule", "a -> b \udcff", "frozen")


def test_what_was_written_is_read_from_every_tree(repo: Repo) -> None:
    repo.commit({"a.py": ""})
    assert lock_text(find_side(repo.root).tree) == ""
    write_lock(repo.root, Lock((ENTRY,)))
    assert read_lock(find_side(repo.root).tree).entries == (ENTRY,)
    commit = repo.commit()
    for side in (find_side(repo.root, commit), find_side(repo.root, staged=True)):
        assert format_lock(read_lock(side.tree)) == lock_text(side.tree)
    assert [place.name for place in repo.root.iterdir() if place.name.startswith(".holdfast.lock")] == []


def test_a_lock_that_became_empty_stays(repo: Repo) -> None:
    write_lock(repo.root, Lock((ENTRY,)))
    write_lock(repo.root, Lock())
    assert (repo.root / "holdfast.lock").read_text().startswith("# ")
    assert read_lock(find_side(repo.root).tree).entries == ()


def test_a_link_is_not_followed(repo: Repo) -> None:
    repo.write({"other": "x"})
    (repo.root / "holdfast.lock").symlink_to("other")
    with pytest.raises(UserError, match="symbolic link"):
        write_lock(repo.root, Lock((ENTRY,)))
    with pytest.raises(UserError, match="not a plain file"):
        read_lock(find_side(repo.root).tree)


def test_a_folder_that_cannot_be_written_is_told(tmp_path) -> None:
    with pytest.raises(UserError, match="cannot be written"):
        write_lock(tmp_path / "gone", Lock((ENTRY,)))
