"""`holdfast adr new`: the next record in the house's form, and what it supersedes, in real folders."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import cli
from specs.dialects import dialect_of
from specs.parser import parse

ASKED = "## Context and Problem Statement\n\nA.\n\n## Decision Outcome\n\nB.\n"
NYGARD = "# 1. Use SQLite\n\nDate: 2026-01-01\n\n## Status\n\nAccepted\n\n## Context\n\nA.\n\n## Decision\n\nB.\n"


def run(root: Path, *words: str) -> Result:
    return CliRunner().invoke(cli, ["adr", "new", "--path", str(root), *words])


@dataclass
class House:
    """A record that is there, how it is named, and what is to come of it."""

    dialect: str
    path: str
    text: str
    number: str
    name: str
    was: str
    says: str


HOUSES = [
    House(
        "madr",
        "docs/decisions/0003-use-sqlite.md",
        "---\nstatus: accepted\ndate: 2026-01-01\n---\n# Use SQLite\n\n" + ASKED,
        "3",
        "0004-use-postgres-alone.md",
        "status: accepted",
        "status: superseded by ADR-0004",
    ),
    House(
        "adr",
        "doc/adr/0001-use-sqlite.md",
        NYGARD.replace("\n", "\r\n") + "\r\n## Consequences\r\n\r\nC.\r\n",
        "1",
        "0002-use-postgres-alone.md",
        "Accepted",
        "Superceded by [Use Postgres alone](0002-use-postgres-alone.md)",
    ),
    House(
        "log4brains",
        "docs/adr/20260101-use-sqlite.md",
        "# Use SQLite\n\n- Status: accepted\n- Date: 2026-01-01\n\n" + ASKED,
        "20260101-use-sqlite",
        "-use-postgres-alone.md",
        "Status: accepted",
        "Status: superseded by [Use Postgres alone](NEW)",
    ),
]


@pytest.mark.parametrize("house", HOUSES, ids=lambda house: house.dialect)
def test_it_is_written_as_the_house_writes(tmp_path: Path, house: House) -> None:
    old = tmp_path / house.path
    old.parent.mkdir(parents=True)
    old.write_bytes(house.text.encode())
    done = run(tmp_path, "Use", "Postgres", "alone", "--supersedes", house.number)
    assert done.exit_code == 0, done.output
    [made] = [one for one in old.parent.iterdir() if one != old]
    assert made.name.endswith(house.name)
    path, text = f"{old.parent.relative_to(tmp_path)}/{made.name}", made.read_text()
    assert "Supersedes [Use SQLite](" in text.replace("Supercedes", "Supersedes")
    assert dialect_of(path, text).name == house.dialect
    reading = dialect_of(path, text).read(path, parse(text))
    assert (reading.problems, reading.status.lower()) == ((), "proposed")
    after = old.read_bytes().decode()
    assert after == house.text.replace(house.was, house.says.replace("NEW", made.name), 1)
    then = dialect_of(house.path, after).read(house.path, parse(after))
    assert then.requirements[0].metadata["status"] == "superseded"


def test_the_first_one_is_madr_and_none_is_overwritten(tmp_path: Path) -> None:
    assert run(tmp_path, "Keep one database").exit_code == 0
    made = tmp_path / "docs/decisions/0001-keep-one-database.md"
    assert made.read_text().startswith("---\nstatus: proposed\n")
    assert run(tmp_path, "Keep one database", "--status", "accepted").exit_code == 0
    assert (tmp_path / "docs/decisions/0002-keep-one-database.md").exists()


@pytest.mark.parametrize(
    "words", [["x", "--supersedes", "9"], [" "], ["a\x07b"], ["x", "--folder", "../y"], ["x" * 201]]
)
def test_what_cannot_be_written_is_told(tmp_path: Path, words: list[str]) -> None:
    done = run(tmp_path, *words)
    assert done.exit_code == 2, done.output
    assert not list(tmp_path.rglob("*.md"))
