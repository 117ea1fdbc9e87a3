"""`holdfast import`: contracts of another tool become a spec that says the same."""

import pytest
from click.testing import CliRunner

from app.cli import cli
from specs.parser import parse
from tests.contracts import package, write

CONTRACTS = """\
[importlinter]
root_package = shop

[importlinter:contract:one]
name = Layers: "top" first
type = layers
layers =
    web | api
    (domain)
containers = shop
ignore_imports =
    shop.domain -> shop.web

[importlinter:contract:two]
name = No django
type = forbidden
source_modules = shop.**
forbidden_modules = django

[importlinter:contract:three]
name = Ours
type = house
"""


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(tmp_path, {**package("shop", web="", api="", domain="import shop.web"), ".importlinter": CONTRACTS})
    return lambda *words: CliRunner().invoke(cli, words)


def test_the_spec_says_the_same_and_names_what_was_dropped(run, tmp_path):
    result = run("import", ".importlinter", "--to", "docs/specs/imports.md")
    assert result.exit_code == 0, result.output
    assert "not carried over: line 20: contract Ours" in result.stderr
    text = (tmp_path / "docs/specs/imports.md").read_text()
    document = parse(text)
    assert not document.problems
    assert [(one.name, one.kind) for one in document.invariants] == [
        ('Layers: "top" first', "layers"),
        ("No django", "forbidden"),
    ]
    assert document.invariants[0].options["layers"] == ["web | api", "(domain)"]
    assert "## Not carried over" in text
    assert run("check").exit_code == 0


def test_it_never_overwrites(run, tmp_path):
    (tmp_path / "spec.md").write_text("mine")
    result = run("import", ".importlinter", "--to", "spec.md")
    assert result.exit_code == 2
    assert "already" in result.stderr
    assert (tmp_path / "spec.md").read_text() == "mine"


def test_without_a_place_it_prints(run):
    result = run("import", ".importlinter")
    assert result.exit_code == 0
    assert result.stdout.startswith("---\ntitle: Imports of shop\n")
