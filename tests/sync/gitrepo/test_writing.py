"""Commits made in a bare repository: only what changes is written, and the same is the same commit."""

from datetime import UTC, datetime

import pytest

from specs.errors import UserError
from sync.gitrepo.fetching import FetchRules
from sync.gitrepo.objects import Objects
from sync.gitrepo.writing import Draft, RejectedError, Signature, commit, holds_all, outside, push
from tests.gitmaker import Made

WHO = Signature("Eve", "eve@example.org", datetime(2026, 3, 2, tzinfo=UTC))
LOCAL = FetchRules(frozenset({"file"}))


@pytest.fixture
def made(tmp_path):
    made = Made(tmp_path / "repo")
    (made.root / "run.sh").write_text("x")
    (made.root / "run.sh").chmod(0o755)
    made.commit("begin", {"a/b/c.md": "c\n", "a/d.md": "d\n", "top.md": "t\n"})
    return made


@pytest.fixture
def objects(made):
    return Objects(made.root / ".git")


def draft(moves=(), **texts):
    return Draft(
        "say\n", WHO, WHO, tuple(moves), {path.replace("__", "/") + ".md": text for path, text in texts.items()}
    )


def test_texts_come_move_and_go_and_all_else_stays(made, objects):
    tip = made.git("rev-parse", "main")
    moves = [("a/b/c.md", "e/c.md"), ("top.md", ""), ("run.sh", "bin/run.sh")]
    one = commit(objects, tip, draft(moves, a__d=b"new\r\n", new=b"n"))
    assert made.files(one) == {"a/d.md": b"new\r\n", "bin/run.sh": b"x", "e/c.md": b"c\n", "new.md": b"n"}
    assert made.git("ls-tree", one, "bin/run.sh").startswith("100755")
    assert commit(objects, tip, draft(moves, a__d=b"new\r\n", new=b"n")) == one
    assert made.git("fsck", "--strict", "--no-dangling") == ""


def test_two_files_may_change_names(made, objects):
    one = commit(objects, made.git("rev-parse", "main"), draft([("a/d.md", "top.md"), ("top.md", "a/d.md")]))
    assert (made.read("top.md", one), made.read("a/d.md", one)) == (b"d\n", b"t\n")


def test_a_file_does_not_become_a_folder(made, objects):
    with pytest.raises(UserError):
        commit(objects, made.git("rev-parse", "main"), draft(top__x=b"x", **{"top.md__x": b"x"}))


def test_our_branch_goes_where_we_want_and_others_only_forward(made, objects, tmp_path):
    far = Made(tmp_path / "far", "--bare")
    tip = made.git("rev-parse", "main")
    push(made.root, str(far.root), LOCAL, tip, "main")
    one, other = commit(objects, tip, draft(x=b"1")), commit(objects, tip, draft(x=b"2"))
    push(made.root, str(far.root), LOCAL, one, "main")
    with pytest.raises(RejectedError, match="main"):
        push(made.root, str(far.root), LOCAL, other, "main")
    push(made.root, str(far.root), LOCAL, one, "ours", lease="")
    with pytest.raises(RejectedError):
        push(made.root, str(far.root), LOCAL, other, "ours", lease="")
    push(made.root, str(far.root), LOCAL, other, "ours", lease=one)
    assert far.git("rev-parse", "ours") == other


def test_what_a_branch_has_beside_another(made, objects):
    tip = made.git("rev-parse", "main")
    one = commit(objects, tip, draft(x=b"1"))
    same = commit(objects, tip, Draft("squashed\n", WHO, WHO, (), {"x.md": b"1"}))
    assert outside(objects, [tip], one) == {one: (tip,)}
    assert holds_all(objects, same, one)
    assert not holds_all(objects, tip, one)
