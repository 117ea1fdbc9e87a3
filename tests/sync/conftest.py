from pathlib import Path

import pytest

from tests.repositories import Repo
from tests.shop import CLEAN, OLD, Run, runner


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo(tmp_path / "repo")


@pytest.fixture
def run(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(repo.root)
    repo.commit({**CLEAN, "shop/domain/tax.py": OLD})
    repo.git("checkout", "-q", "-b", "feature")
    return runner(repo)
