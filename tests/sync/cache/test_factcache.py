"""The cache of facts and verdicts, as a check uses it."""

from pathlib import Path

import pytest

from drift.extract import extract
from drift.facts import FileFacts
from sync.cache.factcache import GRAPHS_KEPT, VERDICTS_KEPT, FactCache, Shelf
from sync.cache.factcodec import encode

SOURCE = b"import os\n\ndef f():\n    os.getcwd()\n"
BLOB = "a" * 40


def never(blob: str) -> FileFacts:
    raise AssertionError(blob)


def again(_blob: str) -> FileFacts:
    return extract("a.py", SOURCE)


def fill(folder: Path) -> None:
    cache = FactCache(folder)
    cache.shelf("python", "python-1").keep(BLOB, encode(extract("a.py", SOURCE)), never)
    cache.save()


def shelf(folder: Path | None) -> Shelf:
    return FactCache(folder).shelf("python", "python-1")


def whole(facts: FileFacts) -> tuple[object, ...]:
    return facts.language, facts.lines, facts.imports, facts.definitions, facts.calls, facts.problems


def test_facts_come_back_from_disk(tmp_path):
    fill(tmp_path)
    found = shelf(tmp_path).heads([BLOB, "b" * 40], never)
    assert list(found) == [BLOB]
    assert whole(found[BLOB]) == whole(extract("a.py", SOURCE))


def test_imports_alone_open_no_other_tier(tmp_path):
    fill(tmp_path)
    for path in tmp_path.glob("*.definitions.pack"):
        path.unlink()
    facts = shelf(tmp_path).heads([BLOB], never)[BLOB]
    assert facts.imports
    with pytest.raises(AssertionError):
        _ = facts.definitions


@pytest.mark.parametrize("tier", ["imports", "definitions", "bodies"])
def test_a_damaged_tier_is_read_from_the_file_again(tmp_path, tier):
    fill(tmp_path)
    (path,) = tmp_path.glob(f"*.{tier}.pack")
    path.write_bytes(path.read_bytes()[:-3])
    facts = shelf(tmp_path).stored(BLOB, (), again)
    assert whole(facts) == whole(extract("a.py", SOURCE))
    assert (shelf(tmp_path).heads([BLOB], again) == {}) == (tier == "imports")


def test_a_new_version_of_a_reader_shares_nothing_and_ends_the_old(tmp_path):
    fill(tmp_path)
    cache = FactCache(tmp_path)
    newer = cache.shelf("python", "python-2")
    assert newer.heads([BLOB], never) == {}
    newer.keep(BLOB, encode(extract("a.py", SOURCE)), never)
    cache.save()
    assert not list(tmp_path.glob("python-1.*"))
    assert len(list(tmp_path.glob("python-2.*.pack"))) == 3


def test_without_a_folder_all_stays_in_memory():
    cache = FactCache()
    cache.shelf("python", "python-1").keep(BLOB, encode(extract("a.py", SOURCE)), never)
    cache.keep_verdict("ab", b"x")
    cache.save()
    assert cache.shelf("python", "python-1").heads([BLOB], never)
    assert cache.verdict("ab") is None


def test_a_place_that_cannot_be_written_is_no_failure(tmp_path):
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file/cache", Path("/proc/nothing")):
        fill(place)
        FactCache(place).keep_verdict("ab", b"x")


def test_the_cache_beside_a_root_is_ignored_by_git(repo):
    cache = FactCache.beside(repo.root)
    cache.keep_verdict("ab", b"x")
    assert FactCache.beside(repo.root).verdict("ab") == b"x"
    assert repo.git("status", "--porcelain") == ""


def test_verdicts_and_graphs_are_bounded(tmp_path):
    cache = FactCache(tmp_path)
    for number in range(VERDICTS_KEPT + 5):
        cache.keep_verdict(f"{number:04x}", b"x")
        cache.keep_graph(f"{number:04x}", b"x")
    assert len(list((tmp_path / "verdicts").iterdir())) == VERDICTS_KEPT
    assert len(list((tmp_path / "graphs").iterdir())) == GRAPHS_KEPT
    assert cache.verdict(f"{VERDICTS_KEPT + 4:04x}") == b"x"


def test_rooms_that_are_links_are_not_written_through(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache/verdicts").symlink_to(tmp_path / "elsewhere")
    FactCache(tmp_path / "cache").keep_verdict("ab", b"x")
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_processes_that_write_at_once_lose_nothing_that_matters(repo, tmp_path):
    """Eight checks at a time over one cache: each says the same, and the cache stays whole."""
    import subprocess  # noqa: PLC0415 (used by one test)
    import sys  # noqa: PLC0415 (used by one test)

    spec = "# S\n\n```yaml invariant\nid: tree\nkind: acyclic\nwithin: pkg\n```\n"
    files = {f"pkg/m{number}.py": f"import pkg.m{number + 1}\nX = {number}\n" for number in range(40)}
    repo.commit({"docs/specs/s.md": spec, "pkg/__init__.py": "", **files})
    holdfast = Path(sys.executable).parent / "holdfast"
    command = [holdfast, "check", "--format", "json"]
    for step in range(2):
        running = [subprocess.Popen(command, cwd=repo.root, stdout=subprocess.PIPE) for _ in range(8)]
        assert len({process.communicate()[0] for process in running}) == 1
        assert {process.returncode for process in running} == {0}
        repo.write({"pkg/m3.py": f"import pkg.m4\nY = {step}\n"})
    done = subprocess.run([*command, "--no-cache"], cwd=repo.root, capture_output=True, check=False)
    assert done.stdout == subprocess.run(command, cwd=repo.root, capture_output=True, check=False).stdout
    assert not [path for path in (repo.root / ".holdfast").rglob(".*") if path.name != ".gitignore"]
