import os
import subprocess
from itertools import count
from pathlib import Path

import pytest

from sync.gitrepo.folders import FileChange, Folders
from sync.gitrepo.objects import Objects


class Made:
    """A repository made by the git command, with a clock of its own."""

    def __init__(self, root: Path, *options: str) -> None:
        self.root = root
        self.minutes = count(1)
        root.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "main", *options, ".")

    def git(self, *arguments: str, author: str = "Ada") -> str:
        minute = next(self.minutes)
        stamp = f"2026-03-02T10:{minute % 60:02}:00+01:00"
        env = {
            "PATH": os.defpath,
            "HOME": str(self.root),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": author,
            "GIT_AUTHOR_EMAIL": f"{author.lower()}@example.com",
            "GIT_AUTHOR_DATE": stamp,
            "GIT_COMMITTER_NAME": "Committer",
            "GIT_COMMITTER_EMAIL": "committer@example.com",
            "GIT_COMMITTER_DATE": stamp,
        }
        done = subprocess.run(["git", *arguments], cwd=self.root, env=env, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def write(self, path: str, text: str) -> None:
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)

    def commit(self, message: str, files: dict[str, str | None] | None = None, author: str = "Ada") -> str:
        for path, text in (files or {}).items():
            if text is None:
                (self.root / path).unlink()
            else:
                self.write(path, text)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message, author=author)
        return self.git("rev-parse", "HEAD")

    def folders(self, *folders: str) -> Folders:
        return Folders(Objects(self.root / ".git"), folders or ("docs/specs",))


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
    assert history(made.folders(), head) == [
        ("code only", []),
        ("two specs", [("docs/specs/a.md", True, ""), ("docs/specs/sub/b.md", True, "")]),
        ("one goes", [("docs/specs/a.md", False, "")]),
        ("moved and edited", [("docs/specs/b.md", True, "docs/specs/sub/b.md")]),
    ]


def test_author_and_times_are_kept(made):
    head = made.commit("first", {"docs/specs/a.md": "# A\n"}, author="Grace")
    [one] = made.folders().commits([head])
    assert (one.author, one.email) == ("Grace", "grace@example.com")
    assert one.at.isoformat().endswith("+01:00")
    assert one.parents == ()


def test_only_what_is_new_since_a_commit(made):
    first = made.commit("first", {"docs/specs/a.md": "# A\n"})
    head = made.commit("second", {"docs/specs/a.md": "# B\n"})
    assert made.folders().line(head, first) == ([head], True)
    assert made.folders().line(head, head) == ([], True)
    assert made.folders().line(head) == ([first, head], True)


def test_rewritten_history_begins_where_it_parts(made):
    first = made.commit("first", {"docs/specs/a.md": "# A\n"})
    old = made.commit("second", {"docs/specs/a.md": "# B\n"})
    made.git("reset", "-q", "--hard", first)
    new = made.commit("other second", {"docs/specs/a.md": "# C\n"})
    assert made.folders().line(new, old) == ([new], False)
    assert made.folders().line(first, old) == ([], False)
    assert made.folders().line(new, "f" * 40) == ([first, new], False)


def test_a_merge_gives_the_words_to_who_wrote_them(made):
    made.commit("base", {"docs/specs/a.md": "# A\n", "docs/specs/b.md": LONG})
    made.git("checkout", "-q", "-b", "side")
    made.commit("side one", {"docs/specs/a.md": "# A\n\none\n"}, author="Bob")
    made.commit("side two", {"docs/specs/a.md": "# A\n\none\n\ntwo\n"}, author="Cyd")
    made.git("checkout", "-q", "main")
    made.commit("code on main", {"a.py": "x"})
    made.git("merge", "-q", "--no-ff", "-m", "merge side", "side")
    told = [
        (c.author, c.message.strip(), len(c.changes)) for c in made.folders().commits([made.git("rev-parse", "HEAD")])
    ]
    assert told == [("Bob", "side one", 1), ("Cyd", "side two", 1), ("Ada", "merge side", 0)]


def test_a_merge_of_two_edits_of_one_file_is_the_mergers(made):
    made.commit("base", {"docs/specs/b.md": LONG})
    made.git("checkout", "-q", "-b", "side")
    made.commit("side", {"docs/specs/b.md": "top\n" + LONG}, author="Bob")
    made.git("checkout", "-q", "main")
    made.commit("main", {"docs/specs/b.md": LONG + "end\n"})
    made.git("merge", "-q", "--no-ff", "-m", "both", "side")
    told = [(c.message.strip(), len(c.changes)) for c in made.folders().commits([made.git("rev-parse", "HEAD")])]
    assert told == [("both", 1)]


def test_links_and_modules_are_no_specs(made):
    made.commit("base", {"docs/specs/a.md": "# A\n"})
    (made.root / "docs/specs/link.md").symlink_to("/etc/passwd")
    (made.root / "docs/specs/folder").symlink_to("/etc")
    head = made.commit("links")
    made.git("update-index", "--add", "--cacheinfo", f"160000,{head},docs/specs/module.md")
    made.git("commit", "-q", "-m", "module")
    head = made.git("rev-parse", "HEAD")
    assert list(made.folders().listing(head)) == ["docs/specs/a.md"]
    assert [changes for _, changes in history(made.folders(), head)][1:] == [[], []]


def test_a_spec_that_becomes_a_link_is_removed(made):
    made.commit("base", {"docs/specs/a.md": "# A\n"})
    (made.root / "docs/specs/a.md").unlink()
    (made.root / "docs/specs/a.md").symlink_to("/etc/passwd")
    [change] = next(iter(made.folders().commits([made.commit("link")]))).changes
    assert change == FileChange("docs/specs/a.md", "")


def test_several_folders_and_the_whole_tree(made):
    head = made.commit("base", {"docs/specs/a.md": "# A\n", "adr/b.md": "# B\n", "README.md": "# C\n"})
    assert list(made.folders("docs/specs", "adr").listing(head)) == ["adr/b.md", "docs/specs/a.md"]
    assert len(made.folders("").listing(head)) == 3
    assert made.folders("nowhere").listing(head) == {}
    assert made.folders("README.md").listing(head) == {}


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
    assert list(made.folders().listing(head)) == [name]
