"""What is kept between checks, and for how long it may be."""

from datetime import date

import pytest

from sync import local
from sync.local import CheckOptions, run_check
from tests.repositories import Repo
from tests.shop import CLEAN, LAYERS, OLD, SPEC

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
