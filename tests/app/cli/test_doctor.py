"""`holdfast doctor` on a real installation: words for people, JSON for machines, an exit code for both."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli import cli


@pytest.fixture(autouse=True)
def installation(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOLDFAST_DATABASE_URL", url)
    monkeypatch.setenv("HOLDFAST_DATA_DIR", str(tmp_path))


def steady(words: str) -> str:
    """Give words without sizes, which others change meanwhile."""
    return re.sub(r"\d+(?:\.\d+)? [MG]iB", "SIZE", words)


def test_words_and_json_say_the_same() -> None:
    told = CliRunner().invoke(cli, ["doctor"])
    assert told.exit_code == 1, "tests switch durability off"
    assert "PostgreSQL runs without fsync" in told.stdout
    assert "1 fault, " in told.stdout
    found = json.loads(CliRunner().invoke(cli, ["doctor", "--format", "json"]).stdout)
    assert [one["part"] for one in found if one["state"] == "fault"] == ["durability"]
    said = steady(told.stdout)
    assert [one for one in found if one["part"] not in said or steady(one["message"]) not in said] == []


def test_a_wrong_address_is_a_fault_and_no_traceback() -> None:
    told = CliRunner().invoke(cli, ["doctor", "--database-url", "mysql://x/y"])
    assert told.exit_code == 1
    assert "not in mysql" in told.stdout


def test_where_nothing_is_nothing_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOLDFAST_DATABASE_URL")
    monkeypatch.setenv("HOLDFAST_DATA_DIR", str(tmp_path / "mistyped"))
    told = CliRunner().invoke(cli, ["doctor"])
    assert told.exit_code == 1
    assert "There is no installation in" in told.stdout
    assert not (tmp_path / "mistyped").exists()
