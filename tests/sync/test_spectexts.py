"""Specs are parsed once: what the cache knows of a text is read back."""

from drift.source import FileKind
from sync import spectexts
from sync.cache.factcache import FactCache
from sync.gitrepo import Repository
from sync.spectexts import read_files

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
