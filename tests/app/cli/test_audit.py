"""`holdfast audit` on a real database and a real folder: what holds is said to hold, what does not is named."""

from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner, Result

from app.cli import cli

Run = Callable[..., Result]


@pytest.fixture
def run(world_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("HOLDFAST_DATABASE_URL", world_url)
    monkeypatch.setenv("HOLDFAST_DATA_DIR", str(tmp_path / "data"))
    return lambda *words: CliRunner().invoke(cli, ["audit", *words])


def tamper(url: str, statement: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute(statement.encode())


def test_it_holds_and_says_against_what(run: Run, tmp_path: Path) -> None:
    first = run("verify")
    assert first.exit_code == 0, first.output
    assert "There was no checkpoint to verify against" in first.stdout
    note = run("checkpoint")
    assert note.exit_code == 0, note.output
    assert note.stdout.startswith("holdfast-audit/")
    assert note.stdout == (tmp_path / "data" / "audit" / "checkpoints").read_text()
    assert "Nothing was added" in run("checkpoint").stdout
    second = run("verify")
    assert second.exit_code == 0
    assert "Verified against 2 signed checkpoints in" in second.stdout


def test_what_was_changed_is_named(run: Run, world_url: str) -> None:
    run("checkpoint")
    tamper(world_url, "update audit set subject = 'x' where n = 1")
    found = run("verify")
    assert found.exit_code == 1
    assert "entry 1: what it says is not what was recorded" in found.stdout
    assert run("checkpoint").exit_code == 0, "nothing was added that would have to be verified"


def test_a_log_rewritten_whole_shows_against_a_copy_with_its_key(run: Run, world_url: str, tmp_path: Path) -> None:
    run("checkpoint")
    copy, key = tmp_path / "copy", run("key").stdout.strip()
    folder = tmp_path / "data" / "audit"
    copy.write_text((folder / "checkpoints").read_text())
    for table in ("audit", "audit_ends", "audit_checkpoints"):
        tamper(world_url, f"delete from {table}")
    for file in folder.iterdir():
        file.unlink()
    assert run("verify").exit_code == 0, "all that knew of it is gone"
    found = run("verify", "--against", str(copy), "--key", key)
    assert found.exit_code == 1
    assert "a checkpoint saw entry" in found.stdout


def test_forged_checkpoints_are_rejected(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("checkpoint")
    copy, key = tmp_path / "copy", run("key").stdout.strip()
    content = (tmp_path / "data" / "audit" / "checkpoints").read_text()
    for name, forged in (
        ("cut", content[:-20]),
        ("other size", content.replace("\n3\n", "\n2\n", 1) if "\n3\n" in content else content[1:]),
        ("twice", content + content),
    ):
        copy.write_text(forged)
        found = run("verify", "--against", str(copy), "--key", key)
        assert found.exit_code == 1, name
        assert "checkpoint" in found.stdout
    copy.write_text(content)
    monkeypatch.setenv("HOLDFAST_AUDIT_DIR", str(tmp_path / "another"))
    other = run("key").stdout.strip()
    assert other != key
    found = run("verify", "--against", str(copy), "--key", other)
    assert found.exit_code == 1
    assert "no trusted key signed it" in found.stdout


def test_an_export_verifies_offline(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("checkpoint")
    key, out = run("key").stdout.strip(), tmp_path / "log.jsonl"
    assert run("export", "--output", str(out)).exit_code == 0
    copy = tmp_path / "copy"
    copy.write_text((tmp_path / "data" / "audit" / "checkpoints").read_text())
    monkeypatch.setenv("HOLDFAST_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")
    monkeypatch.setenv("HOLDFAST_DATA_DIR", str(tmp_path / "elsewhere"))
    offline = ("verify", "--export", str(out), "--against", str(copy), "--key", key)
    found = run(*offline)
    assert found.exit_code == 0, found.output
    assert "Verified against 2 signed checkpoints" in found.stdout
    lines = out.read_text().splitlines(keepends=True)
    for name, changed in (
        ("cut", lines[:-1]),
        ("without its ends", lines[2:]),
        ("one less", lines[:4] + lines[5:]),
        ("swapped", [*lines[:3], lines[4], lines[3], *lines[5:]]),
    ):
        out.write_text("".join(changed))
        assert run(*offline).exit_code == 1, name
    out.write_text("".join(lines).replace('"actor_kind":"', '"actor_kind": "', 1))
    told = run(*offline)
    assert told.exit_code == 2
    assert "is no entry" in told.stderr
    out.write_text("".join(line for line in lines if '"token.' in line))
    assert run("verify", "--export", str(out), "--part").exit_code == 0


def test_a_new_key_and_a_new_file(run: Run, world_url: str, tmp_path: Path) -> None:
    run("checkpoint")
    first = run("key").stdout.split()
    both = run("key", "--rotate").stdout.split()
    assert both[:-1] == first
    assert run("verify").exit_code == 0
    tamper(world_url, "delete from audit where n > 1")
    tamper(world_url, "update audit_ends set n = 1, digest = a.digest, previous = a.previous from audit a "
           "where a.chain = audit_ends.chain and a.n = 1")  # fmt: skip
    tamper(world_url, "delete from audit_checkpoints")
    assert run("verify").exit_code == 1
    again = run("restart", "--because", "The disk broke.")
    assert again.exit_code == 0, again.output
    assert run("verify").exit_code == 0
    assert list((tmp_path / "data" / "audit").glob("checkpoints.*"))


def test_bad_input_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "x").write_text("no checkpoints")
    key = run("key").stdout.strip()
    assert run("verify", "--against", str(tmp_path / "x"), "--key", key).exit_code == 1
    for words in (("--key", "nonsense"), ("--export", str(tmp_path / "x"))):
        told = run("verify", *words)
        assert told.exit_code == 2, told.output
        assert "hint:" in told.stderr
