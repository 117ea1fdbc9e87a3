"""What is kept between checks, and for how long it may be."""

from datetime import date

import pytest

from sync.checking import local
from sync.checking.local import CheckOptions, run_check
from sync.gitrepo import Repository
from tests.repositories import Repo
from tests.shop import CLEAN, LAYERS, OLD, SPEC

DAY = date(2026, 6, 1)
EXCEPTED = LAYERS.replace("why:", "except: [{what: shop.domain.tax -> shop.web, because: x, until: 2026-06-30}]\nwhy:")


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note each time that a side is evaluated, and not known."""
    seen: list[str] = []
    real = local.judge
    monkeypatch.setattr(local, "judge", lambda side, *rest: seen.append(side.tree.label) or real(side, *rest))
    return seen


def test_a_verdict_is_good_until_an_exception_ends(repo: Repo, judged: list[str]) -> None:
    repo.commit({**CLEAN, "shop/domain/tax.py": OLD, SPEC: EXCEPTED})
    for day, verdict, times in (
        ("2026-06-01", "kept", 1),
        ("2026-06-30", "kept", 1),
        ("2026-07-01", "broken", 2),
        ("2030-01-01", "broken", 2),
        ("2026-06-30", "kept", 3),
    ):
        report = run_check(repo.root, CheckOptions(date.fromisoformat(day)))
        assert (report.verdict, len(judged)) == (verdict, times), day


def test_a_base_that_was_compared_with_is_known_from_then_on(repo: Repo, judged: list[str]) -> None:
    base = repo.commit({**CLEAN, "shop/domain/tax.py": OLD})
    repo.git("checkout", "-q", "-b", "feature")
    for number in range(3):
        repo.commit({"shop/web.py": f"PAGES = {number}\n"})
        run_check(repo.root, CheckOptions(date(2026, 6, number + 1), base="main"))
    assert judged.count(base) <= 1


def test_the_verdict_of_a_clean_work_tree_is_that_of_its_commit(repo: Repo, judged: list[str]) -> None:
    commit = repo.commit({**CLEAN, SPEC: LAYERS})
    for options, times in ((CheckOptions(DAY), 1), (CheckOptions(DAY, rev=commit), 1)):
        assert run_check(repo.root, options).verdict == "kept"
        assert len(judged) == times
    repo.write({"shop/more.py": ""})
    run_check(repo.root, CheckOptions(DAY))
    assert len(judged) == 2


def test_a_work_tree_is_its_commit_only_where_nothing_differs(repo: Repo) -> None:
    commit = repo.commit(CLEAN)
    repository = Repository.open(repo.root)

    def same(under: str = "") -> bool:
        return repository.working_tree(under)[0].digest == repository.commit_tree(commit, under).digest

    assert same()
    assert same("shop")
    repo.write({"shop/web.py": "import shop.c\n"})
    assert not same()
    assert not same("shop")
    repo.git("add", "-A")
    assert not same()
    repo.git("reset", "-q", "--hard")
    assert same()
    repo.write({"new.py": ""})
    assert (same(), same("shop")) == (False, True)


def test_the_answer_is_the_same_with_any_number_of_processes(repo: Repo) -> None:
    """Odd files among plain ones: too deep, one endless line, binary in disguise, links in a circle, many imports."""
    odd: dict[str, str | bytes] = {
        "shop/deep.py": "x = " + "(" * 60_000 + ")" * 60_000,
        "shop/line.py": "x = [" + "1, " * 60_000 + "]\nimport shop.web\n",
        "shop/binary.py": b"\x7fELF\0\1\2" * 50,
        "shop/many.py": "".join(f"import shop.m{number}\n" for number in range(1_000)),
        "shop/never.py": "if x:\n" * 3_000,
        "shop/quote.py": '"""\nimport a' + "a" * 150_000,
    }
    repo.commit({**CLEAN, SPEC: LAYERS, **odd, **{f"shop/m{number}.py": "import os\n" for number in range(20)}})
    (repo.root / "shop/loop.py").symlink_to("loop.py")
    (repo.root / "shop/up").symlink_to("..")
    answers = {
        repr(run_check(repo.root, CheckOptions(DAY, cached=False, processes=count)))
        for count in (1, 2, 5, 2, 1, 5, 3, 4, 1, 2, 5, 2)
    }
    assert len(answers) == 1
    told = answers.pop()
    assert all(name in told for name in ("binary.py", "loop.py", "quote.py"))


TILL = LAYERS.replace("why:", "repositories: [till]\nwhy:")


def test_what_is_about_another_repository_is_not_asked_here_and_that_is_said(repo: Repo) -> None:
    repo.commit({**CLEAN, "shop/domain/tax.py": OLD, SPEC: TILL})
    assert run_check(repo.root, CheckOptions(DAY)).verdict == "broken"  # nobody can tell what this one is called
    repo.git("remote", "add", "origin", "git@github.com:acme/shop.git")
    here = run_check(repo.root, CheckOptions(DAY))
    assert (here.verdict, here.invariants) == ("kept", ())
    assert [(one.path, one.reason) for one in here.not_analysed] == [(SPEC, "1 invariant is about other repositories")]
    for name in ("https://github.com/acme/till", "/srv/git/till.git"):
        repo.git("remote", "set-url", "origin", name)
        assert run_check(repo.root, CheckOptions(DAY)).verdict == "broken", name
    repo.write({"holdfast.toml": 'repository = "shop"\n'})
    assert run_check(repo.root, CheckOptions(DAY)).verdict == "kept"
