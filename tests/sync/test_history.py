"""What earlier commits knew."""

import pytest

from specs.parser import parse
from sync.evaluation import Reading
from sync.factcache import FactCache
from sync.history import SAMPLES, History, last_word, sampled
from sync.sides import find_side
from tests.repositories import Repo

SPEC = "# S\n\nUse `pkg.work.settle_up`, `pkg/gone.py`, `never_defined` and `pkg.work.stays_here`.\n"
LOST = frozenset({"pkg.work.settle_up", "pkg/gone.py", "never_defined"})


def history(repo: Repo, cache: FactCache | None = None) -> History:
    side = find_side(repo.root)
    return History(side, {"docs/specs/s.md": parse(SPEC)}, cache or FactCache(), Reading(processes=1))


def made(repo: Repo, later: int) -> str:
    """A repository in which two names went away, and `later` commits came after."""
    repo.commit({"docs/specs/s.md": SPEC, "pkg/__init__.py": "", "pkg/gone.py": "X = 1\n"})
    repo.commit({"pkg/work.py": "def settle_up(): ...\ndef stays_here(): ...\n"})
    last = repo.commit({"docs/specs/s.md": SPEC + "\nMore.\n"})
    (repo.root / "pkg/gone.py").unlink()
    repo.commit({"pkg/work.py": "def stays_here(): ...\n"})
    for number in range(later):
        repo.commit({"note": str(number)})
    return last


@pytest.mark.parametrize("later", [0, 5, 40])
def test_names_that_went_away_are_found_and_others_are_not(repo, later):
    last = made(repo, later)
    past = history(repo).past(LOST)
    assert past.complete
    assert set(past.resolved_at) == {"pkg.work.settle_up", "pkg/gone.py"}
    if later < SAMPLES - 3:
        assert past.resolved_at["pkg.work.settle_up"] == last


def test_a_name_that_lived_between_two_samples_is_found_by_where_it_was_written(repo):
    for number in range(50):
        repo.commit({"note": str(number)})
    written = repo.commit({"docs/specs/s.md": SPEC, "pkg/__init__.py": "", "pkg/work.py": "def settle_up(): ...\n"})
    repo.commit({"pkg/work.py": "X = 1\n", "docs/specs/s.md": SPEC + "\nMore.\n"})
    for number in range(50):
        repo.commit({"note": str(number), "docs/specs/s.md": f"{SPEC}\nMore {number // 9}.\n"})
    past = history(repo).past(frozenset({"pkg.work.settle_up"}))
    assert past.resolved_at == {"pkg.work.settle_up": written}


def test_what_is_committed_but_deleted_on_disk_was_there_at_head(repo):
    head = repo.commit({"docs/specs/s.md": SPEC, "pkg/__init__.py": "", "pkg/work.py": "def settle_up(): ...\n"})
    (repo.root / "pkg/work.py").unlink()
    assert history(repo).past(frozenset({"pkg.work.settle_up"})).resolved_at == {"pkg.work.settle_up": head}


def test_answers_are_remembered_and_the_same(repo, tmp_path):
    made(repo, 6)
    first = history(repo, FactCache(tmp_path)).past(LOST)
    assert list((tmp_path / "past").iterdir())
    assert history(repo, FactCache(tmp_path)).past(LOST) == first == history(repo).past(LOST)
    for memo in (tmp_path / "past").iterdir():
        memo.write_bytes(b'{"x": 3}')
    assert history(repo, FactCache(tmp_path)).past(LOST) == first


def test_a_shallow_clone_says_that_it_does_not_know_all(repo, tmp_path):
    made(repo, 3)
    clone = tmp_path / "clone"
    repo.git("clone", "-q", "--depth=2", f"file://{repo.root}", str(clone))
    side = find_side(clone)
    past = History(side, {"docs/specs/s.md": parse(SPEC)}, FactCache(), Reading()).past(LOST)
    assert past.resolved_at == {}
    assert not past.complete


def test_outside_git_nothing_is_known(tmp_path):
    past = History(find_side(tmp_path), {}, FactCache(), Reading()).past(LOST)
    assert (past.resolved_at, past.complete) == ({}, False)


def test_samples_stay_where_they_are_as_history_grows():
    for count in (1, 5, 12, 13, 100, 5000):
        places = list(sampled(count))
        assert len(places) <= SAMPLES + 1
        ages = {count - 1 - place for place in places}
        assert 0 in ages
        more = {count - place for place in sampled(count + 1)}
        assert ages <= more or {age for age in more if age < count} <= ages


def test_the_word_a_file_must_contain():
    assert last_word("pkg.work.settle_up") == b"settle_up"
    assert last_word("Order.place()") == b"place"
    assert last_word("src/a/b.py") == b""
    assert last_word("--flag") == b""
