"""`holdfast trace`: what a clone says of its requirements, and what is wrong with what it is given."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import cli
from tests.repositories import Repo

SPEC = "# Payments\n\n- **FR-001**: A refund SHALL be paid.\n- **FR-002**: A refund MUST be logged.\n"
JUNIT = '<testsuite><testcase classname="tests.test_pay" name="test_pay"/></testsuite>'


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = Repo(tmp_path / "repo")
    made.commit(
        {
            "docs/specs/payments.md": SPEC,
            "pay.py": "# holdfast: payments#FR-001\n",
            "tests/test_pay.py": 'def test_pay():\n    """holdfast: payments#FR-001, payments#FR-009"""\n',
            "junit.xml": JUNIT,
        }
    )
    return made


def run(repo: Repo, *words: str) -> Result:
    return CliRunner().invoke(cli, ["trace", "--path", str(repo.root), *words])


def test_requirements_are_told_with_what_implements_and_tests_them(repo: Repo) -> None:
    done = run(repo, "--junit", str(repo.root / "junit.xml"))
    assert done.exit_code == 0, done.output
    assert "FR-001  ● implemented in 1 place      ● 1 test passed" in done.stdout
    assert "FR-002  ○ not implemented             ○ not tested" in done.stdout
    assert "tests/test_pay.py:2 names payments#FR-009: there is no such requirement." in done.stdout
    assert done.stdout.endswith("2 requirements · 1 implemented · 1 tested · 1 name of none\n")
    value = json.loads(run(repo, "--format", "json", "--untested").stdout)
    assert [one["tested"] for one in value["requirements"]] == ["named", "none"]
    assert [one["target"] for one in value["unknown"]] == ["payments#FR-009"]
    assert run(repo, "--strict").exit_code == 1
    assert run(repo, "--rev", "HEAD").exit_code == 0


def test_mistakes_have_hints(repo: Repo, tmp_path: Path) -> None:
    (tmp_path / "bad.xml").write_text("<!DOCTYPE x []><testsuite/>")
    for words in (("--junit", str(tmp_path / "bad.xml")), ("--junit", str(tmp_path / "none.xml")), ("docs/nothing",)):
        done = run(repo, *words)
        assert done.exit_code == 2, words
        assert "hint: " in done.stderr
