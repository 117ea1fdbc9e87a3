"""Specs are parsed once: what the cache knows of a text is read back."""

from drift.source import FileKind
from sync.cache.factcache import FactCache
from sync.gitrepo import Repository
from sync.specfiles import spectexts
from sync.specfiles.spectexts import read_files, specs_in
from sync.trees.config import Config

SPEC = "# Title\n\n```yaml invariant\nid: a\nkind: layers\nlayers: [pkg.a, pkg.b]\n```\n"


def test_a_text_that_was_parsed_is_not_parsed_again(repo, tmp_path, monkeypatch):
    repo.commit({"docs/specs/a.md": SPEC, "docs/specs/odd.md": b"caf\xe9\n"})
    tree = Repository.open(repo.root).working_tree()[0]
    paths = [path for path, entry in tree.files.items() if entry.kind is FileKind.FILE]
    cache = FactCache(tmp_path / "cache")
    first = read_files(tree, paths, cache)
    cache.save()
    parsed: list[str] = []
    own = spectexts.parsed
    monkeypatch.setattr(spectexts, "parsed", lambda text: parsed.append(text) or own(text))
    again = read_files(tree, paths, FactCache(tmp_path / "cache"))
    assert again == first
    assert again.left_out == {"docs/specs/odd.md": "spec is not UTF-8: some of its characters were replaced"}
    assert parsed == ["caf\ufffd\n"]


def test_a_damaged_entry_is_parsed_again(repo, tmp_path):
    repo.commit({"docs/specs/a.md": SPEC})
    tree = Repository.open(repo.root).working_tree()[0]
    cache = FactCache(tmp_path / "cache")
    cache.specs().add(tree.files["docs/specs/a.md"].blob, b"[1, 2]")
    assert [one.id for one in read_files(tree, ["docs/specs/a.md"], cache).documents["docs/specs/a.md"].invariants] == [
        "a"
    ]


def test_a_decision_stands_as_its_own_form_says(repo):
    body = (
        "## Context\nx\n\n## Decision\n\n```yaml invariant\nid: ID\nkind: absent\nfile: x\n```\n\n## Consequences\ny\n"
    )
    old = "# 1. A\n\n## Status\n\nAccepted\n\nSuperceded by [2. B](0002-b.md)\n\n" + body.replace("ID", "old")
    new = "# B\n\n- Status: proposed\n- Date: 2026-01-01\n\n" + body.replace("ID", "new")
    repo.commit({"notes/adr/0001-a.md": old, "notes/adr/0002-b.md": new, ".adr-dir": "notes/adr\n", "notes/x.md": "no"})
    tree = Repository.open(repo.root).working_tree()[0]
    found = specs_in(tree, Config(), FactCache()).documents
    assert {path: document.front_matter.status for path, document in found.items()} == {
        "notes/adr/0001-a.md": "retired",
        "notes/adr/0002-b.md": "draft",
    }
