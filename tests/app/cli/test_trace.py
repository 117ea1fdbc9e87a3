"""`holdfast trace`: what a clone says of its requirements, and what is wrong with what it is given."""

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import cli
from app.cli._traced import There
from specs.access import SERVER
from tests.app.cli.conftest import Command
from tests.app.conftest import Town
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


async def test_a_server_tells_results_deployments_and_incidents_beside_what_is_here(
    repo: Repo, town: Town, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, words = os.environ["HOLDFAST_SERVER"], ("trace", "--path", str(repo.root), "--server")
    await town.world.library.create(SERVER, town.project.id, "payments.md", SPEC)
    case = '<testcase name="t"><properties><property name="holdfast" value="{}"/></properties>{}</testcase>'
    ended = case.format("payments.md#FR-001", '<failure message="no"/>')
    (repo.root / "ended.xml").write_text(f"<testsuite>{ended}</testsuite>")
    assert (await command("signals", "junit", str(repo.root / "ended.xml"))).exit_code == 0
    for told in (
        ("deployment", "--environment", "prod", "--commit", "ab" * 20),
        ("incident", "open", "db-down", "--requirement", "payments.md#FR-002"),
    ):
        assert (await command("signals", *told)).exit_code == 0
    done = await command(*words, address, "--strict")
    assert done.exit_code == 1, done.output
    first, second = done.stdout.index("FR-001"), done.stdout.index("FR-002")
    assert "there: implemented none, tested failed" in done.stdout[first:second]
    assert "broken there since 20" in done.stdout[first:second]
    assert "incident db-down" in done.stdout[second:]
    assert "prod runs abababab since 20" in done.stdout
    assert "incident open: db-down, since 20" in done.stdout
    value = json.loads((await command(*words, address, "--format", "json")).stdout)
    assert [one["there"]["tested"] for one in value["requirements"]] == ["failed", "none"]
    assert [one["name"] for one in value["incidents"]] == ["db-down"]
    away = await command(*words, "http://127.0.0.1:9", "--project", "payments")
    assert away.exit_code == 0
    assert "Only what is here is told." in away.stderr
    assert "there:" not in away.stdout
    monkeypatch.delenv("HOLDFAST_PROJECT")
    assert (await command(*words, address)).exit_code == 2


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("docs/specs/payments.md#a", "payments.md#a"),
        ("docs/specs/old/payments.md#a", "old/payments.md#a"),
        ("old/payments.md#a", "old/payments.md#a"),
        ("docs/mypayments.md#a", None),
        ("payments.md#b", None),
    ],
)
def test_a_requirement_is_the_same_there_where_its_path_ends_alike(address: str, found: str | None) -> None:
    there = There({"items": [{"address": "payments.md#a"}, {"address": "old/payments.md#a"}]})
    row = there.of(address)
    assert (row and row["address"]) == found
