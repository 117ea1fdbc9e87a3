"""Folders outside git."""

import os

import pytest

from drift.source import FileKind, plain_paths
from specs.errors import MissingError, UserError
from sync.trees.fstree import FolderTree


def test_a_walk_skips_the_usual_folders_and_environments(tmp_path):
    for name in (
        "a.py",
        "b/c.py",
        ".git/x",
        "node_modules/x.js",
        "env/pyvenv.cfg",
        "env/lib/x.py",
        "b/__pycache__/c.pyc",
        "build/lib/a.py",
        "b/build/__init__.py",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    tree = FolderTree(tmp_path)
    assert list(tree.files) == ["a.py", "b/build/__init__.py", "b/c.py"]
    assert tree.read("b/c.py") == b"b/c.py"


def test_it_never_leaves_its_root(tmp_path):
    (tmp_path / "secret").write_text("x")
    root = tmp_path / "root"
    root.mkdir()
    (root / "up").symlink_to("..")
    (root / "link.py").symlink_to("../secret")
    (root / "loop").symlink_to(".")
    os.mkfifo(root / "pipe.py")
    tree = FolderTree(root)
    assert {path: entry.kind for path, entry in tree.files.items()} == dict.fromkeys(
        ("link.py", "loop", "up"), FileKind.SYMLINK
    )
    for path in ("link.py", "../secret", "up/secret", "pipe.py"):
        with pytest.raises(MissingError):
            tree.read(path)


def test_the_digest_follows_the_contents(tmp_path):
    (tmp_path / "a.py").write_text("1")
    first = FolderTree(tmp_path).digest
    assert FolderTree(tmp_path).digest == first
    (tmp_path / "a.py").write_text("2")
    assert FolderTree(tmp_path).digest != first


def test_a_file_that_changes_while_it_is_read_is_not_mistaken(tmp_path):
    (tmp_path / "a.py").write_text("1")
    tree = FolderTree(tmp_path)
    assert tree.files["a.py"].blob
    (tmp_path / "a.py").write_text("2")
    with pytest.raises(MissingError, match="changed"):
        tree.read("a.py")


def test_names_are_listed_before_anything_is_read(tmp_path, monkeypatch):
    (tmp_path / "a.py").write_text("1")
    monkeypatch.setattr("sync.trees.fstree.blob_id", None)
    assert plain_paths(FolderTree(tmp_path).files) == ["a.py"]


def test_a_large_file_is_refused(tmp_path):
    (tmp_path / "a.py").write_text("x" * 500)
    with pytest.raises(UserError, match="more than"):
        FolderTree(tmp_path).read("a.py", 100)
