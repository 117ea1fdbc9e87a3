"""`holdfast learn`, as people call it."""

import json

import pytest
from click.testing import CliRunner

from app.cli import cli
from tests.learnable import SHOP

FILES = SHOP | {"tests/test_shop.py": "import pytest\nimport shop.web.page\nimport stripe\n"}


@pytest.fixture
def run(repo, monkeypatch):
    monkeypatch.chdir(repo.root)
    repo.commit(FILES)
    return lambda *words: CliRunner().invoke(cli, words)


def found(run) -> list[dict]:
    result = run("check", "--format", "json")
    assert result.exit_code == 0, "a draft warns at most"
    return [row for row in json.loads(result.stdout)["findings"] if row["invariant"]]


def test_the_draft_is_short_holds_and_gives_evidence(repo, run):
    result = run("learn")
    assert result.exit_code == 0
    assert result.stdout.startswith("wrote docs/specs/learned.md\n")
    text = (repo.root / "docs/specs/learned.md").read_text()
    assert len(text.splitlines()) < 60
    assert "status: draft\ninferred: [learned]\n" in text
    assert text.count("\nwhy: ") == text.count("```yaml invariant")
    assert "Who uses whom" in text
    assert found(run) == []
    assert run("check").stdout.startswith("● kept")


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("shop/domain/money.py", "import shop.web.page\n"),
        ("shop/web/page.py", "import shop.pay.card\n"),
        ("shop/service/refund.py", "import stripe\n"),
        ("shop/web/forms.py", "import tests.test_shop\n"),
        ("shop/domain/cart.py", "import pytest\n"),
        ("shop/pay/card.py", "def late():\n    import shop.service.order\n"),
    ],
)
def test_the_draft_bites_where_something_new_is_imported(repo, run, file, line):
    assert run("learn").exit_code == 0
    repo.write({file: FILES[file] + line})
    assert {row["severity"] for row in found(run)} == {"warning"}
    repo.write({file: FILES[file]})
    assert found(run) == []


def test_specs_and_contracts_are_not_read(repo, run):
    alone = run("learn", "--print").stdout
    contract = "[importlinter]\nroot_package = shop\n"
    spec = "# S\n\n```yaml invariant\nid: a\nkind: only\ntarget: stripe\nby: [shop.web]\n```\n"
    repo.commit({"docs/specs/s.md": spec, ".importlinter": contract})
    assert run("learn", "--print").stdout == alone
    assert run("learn", "--print", "--rev", "HEAD~1").stdout.splitlines()[6:] == alone.splitlines()[6:]


def test_nothing_is_overwritten(repo, run):
    assert run("learn", "--to", "here.md").stdout.startswith("wrote here.md\n")
    before = (repo.root / "here.md").read_text()
    again = run("learn", "--to", "here.md")
    assert (again.exit_code, again.stderr.partition("\n")[0]) == (2, "error: here.md is here already")
    assert (repo.root / "here.md").read_text() == before
    assert run("learn").exit_code == 0
    assert run("learn").exit_code == 2
    assert run("learn", "--to", "shop/__init__.py/x.md").exit_code == 2


def test_where_there_is_nothing_to_learn_it_says_so(repo, run):
    repo.git("rm", "-q", "-r", "shop", "tests")
    result = run("learn")
    assert result.exit_code == 2
    assert "there is nothing to learn here" in result.stderr
    assert not (repo.root / "docs").exists()


def test_layers_siblings_and_doors_of_a_larger_tree_are_found(repo, run):
    features = {f"app/features/f{n}/{name}.py": "import app.core.base\n" for n in range(9) for name in ("a", "b", "c")}
    core = {f"app/core/{name}.py": "" for name in ("base", "more", "last")}
    cli_ = {"app/cli/main.py": "".join(f"import app.features.f{n}.a\n" for n in range(9)) + "import click\n"}
    repo.commit({**features, **core, **cli_})
    assert run("learn").exit_code == 0
    for path, line in (
        ("app/features/f1/a.py", "import app.features.f2.a\n"),
        ("app/core/base.py", "import app.features.f2.a\n"),
        ("app/core/more.py", "import click\n"),
    ):
        before = (repo.root / path).read_text()
        repo.write({path: before + line})
        assert found(run), line
        repo.write({path: before})
    assert found(run) == []


def test_naming_habits_are_found_where_there_is_room(repo, run):
    repo.commit({f"shop/jobs/{name}_job.py": "import shop.domain.money\n" for name in ("a", "b", "c", "d", "e", "f")})
    assert run("learn").exit_code == 0
    text = (repo.root / "docs/specs/learned.md").read_text()
    assert 'kind: naming\nwhat: modules\nwhere: [shop.jobs]\nmatches: ".*job"\n' in text
    assert found(run) == []
    repo.commit({"shop/jobs/cleanup.py": ""})
    assert [row["invariant"] for row in found(run)] == ["shop-jobs-names"]
