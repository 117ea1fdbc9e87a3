"""Which names were in the code once and are no more, and how they went."""

import pytest

from drift.mentions.references import Reference, read_reference
from drift.mentions.removal import Removal
from sync.cache.factcache import FactCache
from sync.past.history import History
from sync.trees.reading import Reading
from sync.trees.sides import find_side
from tests.repositories import Repo

SPEC = "# S\n\nUse `pkg.work.settle_up`, `pkg/gone.py`, `never_defined` and `pkg.work.stays_here`.\n"
NAMES = ("pkg.work.settle_up", "pkg/gone.py", "never_defined", "pkg.work.stays_here")
PLACE = "docs/specs/s.md"


def asked(*texts: str, place: str = PLACE) -> dict[str, frozenset[Reference]]:
    references = [read_reference(text) for text in texts]
    return {place: frozenset(reference for reference in references if reference)}


def history(repo: Repo, cache: FactCache | None = None, prose: tuple[str, ...] = ()) -> History:
    side = find_side(repo.root)
    return History(side, {path: path for path in prose}, cache or FactCache(), Reading(processes=1))


def made(repo: Repo, later: int) -> str:
    """A repository in which two names went away in the commit that is given, and `later` commits came after."""
    repo.commit({PLACE: SPEC, "pkg/__init__.py": "", "pkg/gone.py": "X = 1\n"})
    repo.commit({"pkg/work.py": "def settle_up(): ...\ndef stays_here(): ...\n"})
    repo.commit({PLACE: SPEC + "\nMore.\n"})
    (repo.root / "pkg/gone.py").unlink()
    removed = repo.commit({"pkg/work.py": "def stays_here(): ...\n"}, "Settle elsewhere")
    for number in range(later):
        repo.commit({"note": str(number)})
    return removed


@pytest.mark.parametrize("later", [0, 40])
def test_names_that_went_away_are_found_and_others_are_not(repo, later):
    removed = made(repo, later)
    past = history(repo).past(asked(*NAMES))
    assert not past.unknown
    assert past.gone == {
        "pkg.work.settle_up": Removal(removed, "2025-12-29", "Settle elsewhere", ("pkg/work.py",)),
        "pkg/gone.py": Removal(removed, "2025-12-29", "Settle elsewhere", ("pkg/gone.py",), how="file removed"),
    }


def test_a_rename_is_told(repo):
    repo.commit(
        {"pkg/work.py": "def settle_debts(order, *, late: bool = False): ...\n", "a.py": "X = 1\nY = 2\nZ = 3\n"}
    )
    repo.git("mv", "a.py", "b.py")
    repo.commit({"pkg/work.py": "def settle_bills(order, *, late: bool = False): ...\n"})
    gone = history(repo).past(asked("settle_debts()", "a.py")).gone
    assert {text: (one.how, one.became) for text, one in gone.items()} == {
        "settle_debts": ("renamed", "settle_bills"),
        "a.py": ("renamed", "b.py"),
    }


def test_a_name_that_moves_or_comes_back_is_there(repo):
    code = "def settle_up(): ...\n"
    repo.commit({"pkg/work.py": code, "pkg/other.py": "X = 1\n"})
    repo.commit({"pkg/work.py": "", "pkg/other.py": code})
    repo.commit({"pkg/other.py": "X = 1\n"})
    repo.commit({"pkg/other.py": code})
    assert history(repo).past(asked("settle_up()")).gone == {}


def test_a_name_that_lives_on_in_tests_or_comments_alone_is_gone(repo):
    repo.commit({"pkg/work.py": "def settle_up(): ...\n", "tests/test_work.py": "def settle_up(): ...\n"})
    repo.commit({"pkg/work.py": "# settle_up was slow\nX = 1\n"})
    assert history(repo).past(asked("settle_up()")).gone.keys() == {"settle_up"}


def test_a_name_that_is_used_but_defined_elsewhere_is_not_gone(repo):
    repo.commit({"pkg/work.py": "def settle_up(): ...\n"})
    repo.commit({"pkg/work.py": "from bank import settle_up\nsettle_up()\n"})
    assert history(repo).past(asked("settle_up()")).gone == {}


def test_a_variable_of_the_environment_that_is_asked_for_in_small_letters_is_not_gone(repo):
    repo.commit({"pkg/work.py": 'a = env["PAY_PROXY"]\nb = env["OLD_PROXY"]\nold_proxy = 1\n'})
    repo.commit({"pkg/work.py": 'a = either("pay_proxy")\nold_proxy = 1\n'})
    assert history(repo).past(asked("PAY_PROXY", "OLD_PROXY")).gone.keys() == {"OLD_PROXY"}


def test_names_of_dependencies_were_never_the_trees_own(repo):
    manifest = '{"name": "@acme/shop", "dependencies": {"@acme/old-ui": "1"}}\n'
    repo.commit({"package.json": manifest, "requirements.txt": "stripe_client\n"})
    repo.commit({"package.json": '{"name": "@acme/shop"}\n', "requirements.txt": ""})
    assert history(repo).past(asked("@acme/old-ui", "stripe_client")).gone == {}


def test_prose_that_came_later_has_not_drifted_but_prose_that_moved_has(repo):
    repo.commit({"pkg/work.py": "def settle_up(): ...\ndef pay_all(): ...\n", "docs/a.md": "Call `settle_up()`.\n"})
    repo.commit({"pkg/work.py": "X = 1\n"})
    repo.git("mv", "docs/a.md", "docs/b.md")
    repo.commit({"README.md": "Call `pay_all()`.\n"})
    claims = {**asked("settle_up()", place="docs/b.md"), **asked("pay_all()", place="README.md")}
    past = history(repo, prose=("docs/b.md", "README.md")).past(claims)
    assert past.gone.keys() == {"settle_up"}
    assert past.later == {"README.md": {"pay_all"}}
    specs = history(repo).past(claims)
    assert specs.gone.keys() == {"settle_up", "pay_all"}


def test_a_word_in_the_prose_of_another_document_does_not_make_a_later_one_older(repo):
    repo.commit({"pkg/work.py": "class Secrets: ...\nclass Ledger: ...\n", "docs/a.md": "Secrets and `Ledger` rows.\n"})
    repo.commit({"pkg/work.py": "X = 1\n"})
    repo.commit({"docs/b.md": "A pod mounts `Secrets` and a `Ledger`.\n"})
    past = history(repo, prose=("docs/b.md",)).past(asked("Secrets", "Ledger", place="docs/b.md"))
    assert past.gone.keys() == {"Ledger"}


def test_what_is_committed_but_deleted_on_disk_went_by_edits(repo):
    repo.commit({PLACE: SPEC, "pkg/__init__.py": "", "pkg/work.py": "def settle_up(): ...\n"})
    (repo.root / "pkg/work.py").unlink()
    gone = history(repo).past(asked("pkg.work.settle_up", "pkg/work.py")).gone
    assert {text: (one.commit, one.how) for text, one in gone.items()} == {
        "pkg.work.settle_up": ("", "file removed"),
        "pkg/work.py": ("", "file removed"),
    }


def test_what_only_the_disk_has_is_there(repo):
    repo.commit({"pkg/work.py": "def settle_up(): ...\n"})
    repo.commit({"pkg/work.py": ""})
    repo.write({"pkg/new.py": "def settle_up(): ...\n"})
    assert history(repo).past(asked("settle_up()")).gone == {}


def test_steps_are_kept_and_go_on_from_there(repo, tmp_path):
    made(repo, 6)
    first = history(repo, FactCache(tmp_path)).past(asked(*NAMES))
    (kept,) = (tmp_path / "past").iterdir()
    before = kept.read_bytes().splitlines()
    assert history(repo, FactCache(tmp_path)).past(asked(*NAMES)) == first == history(repo).past(asked(*NAMES))
    assert history(repo, FactCache(tmp_path)).past(asked("stays_here()")).gone == {}
    repo.commit({"pkg/work.py": "Y = 1\n"})
    assert history(repo, FactCache(tmp_path)).past(asked("stays_here()")).gone.keys() == {"stays_here"}
    assert kept.read_bytes().splitlines()[:-1] == before
    repo.git("checkout", "-q", "HEAD~3")
    repo.commit({"pkg/work.py": "Z = 1\n"})
    assert history(repo, FactCache(tmp_path)).past(asked(*NAMES)) == history(repo).past(asked(*NAMES))


@pytest.mark.parametrize(
    "damage",
    [b"{}", b"[1]", b"\xff", b'["", "x", 1, "s", {"a": {"b": "c"}}, [], []]', b'["", "x", 1, "s", {}, [1], []]'],
)
def test_kept_steps_that_are_damaged_are_read_again(repo, tmp_path, damage):
    made(repo, 3)
    first = history(repo, FactCache(tmp_path)).past(asked(*NAMES))
    (kept,) = (tmp_path / "past").iterdir()
    lines = kept.read_bytes().splitlines()
    kept.write_bytes(b"\n".join([*lines[:2], damage, *lines[3:]]))
    assert history(repo, FactCache(tmp_path)).past(asked(*NAMES)) == first


def test_a_merge_counts_as_what_it_brought(repo):
    repo.commit({"pkg/work.py": "def settle_up(): ...\n"})
    repo.git("checkout", "-q", "-b", "side")
    repo.commit({"pkg/work.py": "X = 1\n"})
    repo.git("checkout", "-q", "main")
    repo.commit({"note": "1"})
    repo.git("merge", "-q", "--no-ff", "-m", "Merge side", "side")
    merge = repo.git("rev-parse", "HEAD")
    assert history(repo).past(asked("settle_up()")).gone["settle_up"].commit == merge


def test_a_version_that_is_missing_changes_nothing(repo):
    first = repo.commit({"pkg/work.py": "def settle_up(): ...\n"})
    repo.commit({"pkg/work.py": "def settle_up(): ...\nX = 1\n"})
    blob = repo.git("rev-parse", "HEAD:pkg/work.py")
    repo.commit({"pkg/work.py": "def settle_up(): ...\nX = 2\n"})
    (repo.root / ".git/objects" / blob[:2] / blob[2:]).unlink()
    assert first
    assert history(repo).past(asked("settle_up()")).gone == {}


def test_a_shallow_clone_says_what_it_does_not_know(repo, tmp_path):
    made(repo, 3)
    clone = tmp_path / "clone"
    repo.git("clone", "-q", "--depth=2", f"file://{repo.root}", str(clone))
    past = History(find_side(clone), {}, FactCache(), Reading()).past(asked(*NAMES))
    assert past.gone == {}
    assert past.unknown == {"pkg.work.settle_up", "pkg/gone.py", "never_defined"}


def test_outside_git_nothing_is_known(tmp_path):
    past = History(find_side(tmp_path), {}, FactCache(), Reading()).past(asked("settle_up()"))
    assert (past.gone, past.unknown) == ({}, {"settle_up"})


def test_a_folder_of_the_repository_knows_its_own_past(repo):
    repo.commit({"holdfast.toml": "", "shop/holdfast.toml": "", "shop/pkg/gone.py": "X = 1\n", "pkg/gone.py": ""})
    (repo.root / "shop/pkg/gone.py").unlink()
    removed = repo.commit()
    side = find_side(repo.root / "shop")
    past = History(side, {}, FactCache(), Reading()).past(asked("pkg/gone.py"))
    assert past.gone["pkg/gone.py"].commit == removed
