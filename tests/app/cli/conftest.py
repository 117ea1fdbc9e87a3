"""A repository to run commands in, and a server to run them against."""

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import pytest
from click.testing import CliRunner, Result

from tests.app.embedding import serving
from tests.repositories import Repo

if TYPE_CHECKING:
    from specs.access import Role
    from tests.app.conftest import Town

Command: TypeAlias = Callable[..., Awaitable[Result]]
Holdfast: TypeAlias = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo(tmp_path / "repo")


@pytest.fixture
async def command(
    town: "Town", url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, log: object
) -> AsyncIterator[Command]:
    """Run `holdfast` against a server that knows the town: `await command("search", "refund", who=Role.READER)`."""
    del log  # the server writes there, not into what the command says
    from app.cli import cli  # noqa: PLC0415 (most tests need no server, and must run where none is installed)
    from specs.access import Role  # noqa: PLC0415 (same)

    async with serving(url, tmp_path) as address:
        monkeypatch.setenv("HOLDFAST_SERVER", address)
        monkeypatch.setenv("HOLDFAST_PROJECT", town.project.slug)

        async def run(*words: str, who: "Role" = Role.EDITOR) -> Result:
            monkeypatch.setenv("HOLDFAST_TOKEN", await town.token(who))
            return await asyncio.to_thread(CliRunner().invoke, cli, list(words))

        yield run


def environment(folder: Path, url: str) -> dict[str, str]:
    return {"HOLDFAST_DATABASE_URL": url, "HOLDFAST_DATA_DIR": str(folder)}


@pytest.fixture
def holdfast(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, log: object) -> Holdfast:
    """Run a command on a database, in a thread of this process: `holdfast(url, "token", "list")`."""
    del log
    from app.cli import cli  # noqa: PLC0415 (most tests need no server, and must run where none is installed)

    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("HOLDFAST_")]:
        monkeypatch.delenv(name)

    def run(url: str, *words: str) -> subprocess.CompletedProcess[str]:
        with ThreadPoolExecutor(1) as thread:
            done = thread.submit(CliRunner().invoke, cli, list(words), env=environment(tmp_path, url)).result()
        return subprocess.CompletedProcess(words, done.exit_code, done.stdout, done.stderr)

    return run
