"""`holdfast backup` and `holdfast restore` on real databases: all comes back, and nothing is written over."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner, Result
from psycopg import sql

from app.cli import cli
from app.db.embedded import EmbeddedServer

Run = Callable[..., Result]


@pytest.fixture
def empty(postgres: EmbeddedServer) -> Iterator[str]:
    """The address of a database in which nothing stands."""
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute("create database restored template template0")
    yield postgres.url("restored")
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute("drop database restored with (force)")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    def run(url: str, folder: str, *words: str) -> Result:
        monkeypatch.setenv("HOLDFAST_DATABASE_URL", url)
        monkeypatch.setenv("HOLDFAST_DATA_DIR", str(tmp_path / folder))
        return CliRunner().invoke(cli, list(words))

    return run


def rows(url: str) -> dict[str, list[Any]]:
    """Give all that stands in a database."""
    with psycopg.connect(url) as connection:
        names = connection.execute("select tablename from pg_tables where schemaname = 'public' order by 1").fetchall()
        query = sql.SQL("select to_jsonb(t) from {} t order by to_jsonb(t)::text")
        return {name: connection.execute(query.format(sql.Identifier(name))).fetchall() for (name,) in names}


def test_all_comes_back_and_is_verified(run: Run, world_url: str, empty: str, tmp_path: Path) -> None:
    file = tmp_path / "b"
    assert run(world_url, "old", "audit", "checkpoint").exit_code == 0
    (tmp_path / "old" / "secret.key").write_text("a" * 64)
    taken = run(world_url, "old", "backup", str(file))
    assert taken.exit_code == 0, taken.output
    before = rows(world_url)
    assert before["audit"]
    assert "is whole" in run(world_url, "old", "restore", "--check", str(file)).stdout
    done = run(empty, "new", "restore", str(file))
    assert done.exit_code == 0, done.output
    assert "The audit log holds" in done.stdout
    assert rows(empty) == before
    assert (tmp_path / "new" / "secret.key").read_text() == "a" * 64
    for name in ("checkpoints", "audit.key", "audit.pub"):
        assert (tmp_path / "new" / "audit" / name).read_bytes() == (tmp_path / "old" / "audit" / name).read_bytes()
    assert (tmp_path / "new" / "audit" / "audit.key").stat().st_mode & 0o777 == 0o600
    again = run(empty, "new", "restore", str(file))
    assert again.exit_code == 2
    assert "not empty" in again.output


def test_what_stands_is_never_written_over(run: Run, world_url: str, empty: str, tmp_path: Path) -> None:
    file = tmp_path / "b"
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "secret.key").write_text("a" * 64)
    run(world_url, "old", "backup", str(file))
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "secret.key").write_text("b" * 64)
    done = run(empty, "new", "restore", str(file))
    assert done.exit_code == 2
    assert "another installation" in done.output
    assert "hint:" in done.output
    assert not rows(empty)


def test_a_backup_older_than_the_checkpoints_that_stand_is_told(
    run: Run, world_url: str, empty: str, tmp_path: Path
) -> None:
    file = tmp_path / "b"
    run(world_url, "old", "audit", "checkpoint")
    run(world_url, "old", "backup", str(file))
    assert run(world_url, "old", "token", "create", "--project", "payments", "--name", "ci").exit_code == 0
    run(world_url, "old", "audit", "checkpoint")
    done = run(empty, "old", "restore", str(file))
    assert done.exit_code == 1
    assert "stays as it is" in done.stdout
    assert "audit verify" in done.output


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("backup", "/nonexistent/folder/b"), "cannot be written"),
        (("backup", "/tmp"), "is a folder"),
        (("restore", "/nonexistent"), "does not exist"),
        (("restore", __file__), "is no backup"),
    ],
)
def test_mistakes_have_hints(run: Run, world_url: str, words: tuple[str, ...], says: str) -> None:
    done = run(world_url, "old", *words)
    assert done.exit_code == 2
    assert says in done.output
    assert "Traceback" not in done.output


def test_a_database_without_holdfast_is_not_backed_up(run: Run, empty: str, tmp_path: Path) -> None:
    done = run(empty, "old", "backup", str(tmp_path / "b"))
    assert done.exit_code == 2
    assert "holds no Holdfast" in done.output
    assert not (tmp_path / "b").exists()
