"""`holdfast check --output`, as CI calls it."""

import json
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner

from app.cli import cli
from app.renderers import RENDERERS
from tests.app.cli.test_check import CLEAN, DRIFT


@pytest.fixture
def run(repo, monkeypatch):
    monkeypatch.chdir(repo.root)
    repo.commit({**CLEAN, **DRIFT})
    return lambda *words: CliRunner().invoke(cli, words)


def test_one_run_writes_every_format_and_prints_the_text(tmp_path, run):
    words = [word for item in RENDERERS for word in ("--output", f"{item.name}={tmp_path}/out/{item.name}.txt")]
    result = run("check", *words)
    assert result.exit_code == 1
    assert result.stdout.startswith("◆ shop-layers")
    for item in RENDERERS:
        alone = run("check", "--format", item.name)
        assert alone.exit_code == 1
        assert (tmp_path / f"out/{item.name}.txt").read_text() == alone.stdout, item.name
    assert json.loads((tmp_path / "out/sarif.txt").read_text())["version"] == "2.1.0"
    assert ET.parse(tmp_path / "out/junit.txt").getroot().get("failures") == "1"


def test_a_file_without_a_format_takes_that_of_the_command(repo, run):
    result = run("check", "--format", "json", "-o", "report.json")
    assert result.stdout.startswith("◆ shop-layers")
    assert json.loads((repo.root / "report.json").read_text())["schema"] == 1
    assert run("check", "-o", "./a=b.txt").exit_code == 1
    assert (repo.root / "a=b.txt").is_file()


def test_the_code_is_shown_where_the_drift_is(run):
    text = run("check").stdout
    assert "    shop/util.py:2:1\n      2 │ import shop.web\n        │        ^^^^^^^^\n" in text


def test_paths_are_those_of_the_repository_when_the_project_is_a_part_of_it(repo, run, monkeypatch):
    moved = {f"part/{name}": text for name, text in {**CLEAN, **DRIFT}.items()}
    repo.commit({**moved, "part/holdfast.toml": ""})
    monkeypatch.chdir(repo.root / "part")
    assert "file=part/shop/util.py,line=2" in run("check", "--format", "github").stdout
    (row,) = json.loads(run("check", "--format", "gitlab").stdout)
    assert row["location"]["path"] == "part/shop/util.py"
    assert "shop/util.py:2:1\n      2 │ import shop.web" in run("check").stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["-o", "sarf=x"], "there is no format 'sarf'\nhint: known are text, json, sarif"),
        (["-o", "sarif="], "names no file"),
        (["-o", "sarif=x", "-o", "json=x"], "x is named twice"),
        (["-o", "sarif=docs"], "docs cannot be written"),
        (["-o", "sarif=holdfast.py/x"], "cannot be written"),
    ],
)
def test_what_cannot_be_written_is_said(repo, run, words, said):
    repo.write({"holdfast.py": ""})
    result = run("check", *words)
    assert result.exit_code == 2
    assert said in result.stderr
    assert "hint: " in result.stderr
