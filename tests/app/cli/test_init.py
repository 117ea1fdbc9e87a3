"""`holdfast init`: a first spec that fits, and never over what is there."""

import pytest
from click.testing import CliRunner, Result
from ruamel.yaml import YAML

from app.cli import cli
from tests.repositories import Repo

SHOP: dict[str, str | bytes] = {
    "shop/__init__.py": "",
    "shop/web/__init__.py": "import shop.domain.order\n",
    "shop/domain/__init__.py": "",
    "shop/domain/order.py": "from shop import log\n",
    "shop/log.py": "",
    "tests/test_order.py": "import shop.domain.order\n",
}


@pytest.fixture
def run(repo: Repo, monkeypatch):
    monkeypatch.chdir(repo.root)
    return lambda *words: CliRunner().invoke(cli, words)


def spec(repo: Repo) -> str:
    return (repo.root / "docs/specs/architecture.md").read_text()


def test_the_first_spec_says_what_holds_and_the_next_check_passes(repo, run):
    repo.commit(SHOP)
    result: Result = run("init")
    assert result.exit_code == 0, result.stderr
    assert "wrote docs/specs/architecture.md" in result.stdout
    assert "● Layers of shop" in result.stdout
    assert '  - "web"\n  - "domain"\n  - "log"\n' in spec(repo)
    assert not (repo.root / "holdfast.toml").exists()
    checked = run("check")
    assert checked.exit_code == 0
    assert checked.stdout.startswith("● kept")
    repo.write({"shop/log.py": "import shop.web\n"})
    assert run("check").exit_code == 1


def test_it_promises_nothing_that_does_not_hold(repo, run):
    repo.commit({**SHOP, "shop/log.py": "import shop.web\nimport tests.test_order\n"})
    assert run("init").exit_code == 0
    assert "```yaml invariant" not in spec(repo)
    assert run("check").exit_code == 0


def test_typescript_and_go_are_looked_at_too(repo, run):
    repo.commit(
        {
            "package.json": "{}",
            "src/ui/a.ts": "import '../core/b'\n",
            "src/ui/c.ts": "import './a'\n",
            "src/core/b.ts": "export const b = 1\n",
            "go.mod": "module example.com/shop\n\ngo 1.22\n",
            "cmd/main.go": 'package main\n\nimport "example.com/shop/store"\n\nvar _ = store.X\n',
            "store/store.go": 'package store\n\nimport "example.com/shop/log"\n\nvar X = log.X\n',
            "log/log.go": "package log\n\nvar X = 1\n",
        }
    )
    assert run("init").exit_code == 0
    assert "src/ui" in spec(repo)
    assert '  - "cmd"\n  - "store"\n  - "log"\n' in spec(repo)
    assert run("check").exit_code == 0


def test_nothing_is_overwritten(repo, run):
    repo.commit({**SHOP, "docs/specs/mine.md": "# Mine\n", ".github/workflows/holdfast.yml": "mine\n"})
    result = run("init", "--workflow")
    assert result.exit_code == 0
    assert "specs are here already: docs/specs/mine.md" in result.stdout
    assert "left alone" in result.stdout
    assert not (repo.root / "docs/specs/architecture.md").exists()
    assert (repo.root / ".github/workflows/holdfast.yml").read_text() == "mine\n"


def test_a_link_is_not_written_through(repo, run, tmp_path):
    (repo.root / "docs/specs").mkdir(parents=True)
    (repo.root / "docs/specs/architecture.md").symlink_to(tmp_path / "elsewhere.md")
    repo.commit(SHOP)
    assert run("init").exit_code == 0
    assert not (tmp_path / "elsewhere.md").exists()


def test_the_workflow_compares_with_the_base_and_runs_no_text_of_strangers(repo, run):
    repo.commit(SHOP)
    assert run("init", "--workflow").exit_code == 0
    text = (repo.root / ".github/workflows/holdfast.yml").read_text()
    workflow = YAML(typ="safe").load(text)
    assert workflow["on"]["push"]["branches"] == ["main"]
    steps = workflow["jobs"]["check"]["steps"]
    assert steps[0]["with"]["fetch-depth"] == 0
    assert any(step.get("with", {}).get("path") == ".holdfast/cache" for step in steps)
    assert any('holdfast check --base "$BASE"' in step.get("run", "") for step in steps)
    assert not any("${{" in step.get("run", "") for step in steps)


def test_an_empty_repository_gets_an_empty_spec(repo, run):
    result = run("init")
    assert result.exit_code == 0
    assert "0 files" in result.stdout
    assert run("check").exit_code == 0
