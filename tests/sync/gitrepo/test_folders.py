import os

import pytest

from sync.gitrepo.folders import FileChange, Folders
from sync.gitrepo.objects import Objects
from tests.gitmaker import Made


def folders_of(made, *folders):
    return Folders(Objects(made.root / ".git"), folders or ("docs/specs",))


LONG = "".join(f"line {number} of the spec\n" for number in range(30))


@pytest.fixture
def made(tmp_path):
    return Made(tmp_path / "repo")


def history(folders, head, since=""):
    ids, _ = folders.line(head, since)
    return [(c.message.strip(), [(f.path, bool(f.blob), f.old_path) for f in c.changes]) for c in folders.commits(ids)]


def test_each_commit_tells_what_it_put_and_removed(made):
    made.commit("code only", {"a.py": "x"})
    made.commit("two specs", {"docs/specs/a.md": "# A\n", "docs/specs/sub/b.md": LONG, "docs/specs/c.txt": "no"})
    made.commit("one goes", {"docs/specs/a.md": None, "docs/other.md": "no"})
    head = made.commit("moved and edited", {"docs/specs/sub/b.md": None, "docs/specs/b.md": LONG + "more\n"})
    assert history(folders_of(made), head) == [
        ("code only", []),
        ("two specs", [("docs/specs/a.md", True, ""), ("docs/specs/sub/b.md", True, "")]),
        ("one goes", [("docs/specs/a.md", False, "")]),
        ("moved and edited", [("docs/specs/b.md", True, "docs/specs/sub/b.md")]),
    ]


def test_author_and_times_are_kept(made):
    head = made.commit("first", {"docs/specs/a.md": "# A\n"}, author="Grace")
    [one] = folders_of(made).commits([head])
    assert (one.author, one.email) == ("Grace", "grace@example.com")
    assert one.at.isoformat().endswith("+01:00")
    assert one.parents == ()


def test_only_what_is_new_since_a_commit(made):
    first = made.commit("first", {"docs/specs/a.md": "# A\n"})
    head = made.commit("second", {"docs/specs/a.md": "# B\n"})
    assert folders_of(made).line(head, first) == ([head], True)
    assert folders_of(made).line(head, head) == ([], True)
    assert folders_of(made).line(head) == ([first, head], True)


def test_rewritten_history_begins_where_it_parts(made):
    first = made.commit("first", {"docs/specs/a.md": "# A\n"})
    old = made.commit("second", {"docs/specs/a.md": "# B\n"})
    made.git("reset", "-q", "--hard", first)
    new = made.commit("other second", {"docs/specs/a.md": "# C\n"})
    assert folders_of(made).line(new, old) == ([new], False)
    assert folders_of(made).line(first, old) == ([], False)
    assert folders_of(made).line(new, "f" * 40) == ([first, new], False)


def test_a_merge_gives_the_words_to_who_wrote_them(made):
    made.commit("base", {"docs/specs/a.md": "# A\n", "docs/specs/b.md": LONG})
    made.git("checkout", "-q", "-b", "side")
    made.commit("side one", {"docs/specs/a.md": "# A\n\none\n"}, author="Bob")
    made.commit("side two", {"docs/specs/a.md": "# A\n\none\n\ntwo\n"}, author="Cyd")
    made.git("checkout", "-q", "main")
    made.commit("code on main", {"a.py": "x"})
    made.git("merge", "-q", "--no-ff", "-m", "merge side", "side")
    told = [
        (c.author, c.message.strip(), len(c.changes)) for c in folders_of(made).commits([made.git("rev-parse", "HEAD")])
    ]
    assert told == [("Bob", "side one", 1), ("Cyd", "side two", 1), ("Ada", "merge side", 0)]


def test_a_merge_of_two_edits_of_one_file_is_the_mergers(made):
    made.commit("base", {"docs/specs/b.md": LONG})
    made.git("checkout", "-q", "-b", "side")
    made.commit("side", {"docs/specs/b.md": "top\n" + LONG}, author="Bob")
    made.git("checkout", "-q", "main")
    made.commit("main", {"docs/specs/b.md": LONG + "end\n"})
    made.git("merge", "-q", "--no-ff", "-m", "both", "side")
    told = [(c.message.strip(), len(c.changes)) for c in folders_of(made).commits([made.git("rev-parse", "HEAD")])]
    assert told == [("both", 1)]


def test_links_and_modules_are_no_specs(made):
    made.commit("base", {"docs/specs/a.md": "# A\n"})
    (made.root / "docs/specs/link.md").symlink_to("/etc/passwd")
    (made.root / "docs/specs/folder").symlink_to("/etc")
    head = made.commit("links")
    made.git("update-index", "--add", "--cacheinfo", f"160000,{head},docs/specs/module.md")
    made.git("commit", "-q", "-m", "module")
    head = made.git("rev-parse", "HEAD")
    assert list(folders_of(made).listing(head)) == ["docs/specs/a.md"]
    assert [changes for _, changes in history(folders_of(made), head)][1:] == [[], []]


def test_a_spec_that_becomes_a_link_is_removed(made):
    made.commit("base", {"docs/specs/a.md": "# A\n"})
    (made.root / "docs/specs/a.md").unlink()
    (made.root / "docs/specs/a.md").symlink_to("/etc/passwd")
    [change] = next(iter(folders_of(made).commits([made.commit("link")]))).changes
    assert change == FileChange("docs/specs/a.md", "")


def test_several_folders_and_the_whole_tree(made):
    head = made.commit("base", {"docs/specs/a.md": "# A\n", "adr/b.md": "# B\n", "README.md": "# C\n"})
    assert list(folders_of(made, "docs/specs", "adr").listing(head)) == ["adr/b.md", "docs/specs/a.md"]
    assert len(folders_of(made, "").listing(head)) == 3
    assert folders_of(made, "nowhere").listing(head) == {}
    assert folders_of(made, "README.md").listing(head) == {}


def test_a_shallow_clone_begins_at_its_cut(made, tmp_path):
    made.commit("first", {"docs/specs/a.md": "# A\n"})
    cut = made.commit("second", {"docs/specs/a.md": "# B\n"})
    head = made.commit("third", {"docs/specs/a.md": "# C\n"})
    made.git("clone", "-q", "--bare", "--depth", "2", f"file://{made.root}", str(tmp_path / "shallow"))
    folders = Folders(Objects(tmp_path / "shallow"), ("docs/specs",))
    assert folders.line(head) == ([cut, head], True)
    assert [name for name, _ in history(folders, head)] == ["second", "third"]
    assert history(folders, head)[0][1] == [("docs/specs/a.md", True, "")]


def test_names_of_any_bytes(made):
    name = os.fsdecode(b"docs/specs/caf\xe9.md")
    head = made.commit("latin", {name: "# A\n"})
    assert list(folders_of(made).listing(head)) == [name]
