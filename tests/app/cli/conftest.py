"""A repository to run commands in, and a server to run them against."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
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
