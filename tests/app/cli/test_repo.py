import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias
from uuid import UUID

import pytest
from click.testing import CliRunner, Result

from app.cli import cli
from app.cli.repo import line
from drift.lives.records import CheckVerdict, Repository, RepositoryState, RepositoryVerdict
from drift.service import Drift
from drift.store.repositories import RepositoryStore
from specs.signing import make_ssh_key, read_ssh_key
from sync.binding.bindings import Held, Pushed
from sync.store.bindings import BindingStore
from tests.app.conftest import Town
from tests.factories import World
from tests.gitmaker import Made
from tests.stage import BAD, CODE

HOLDFAST = Path(__file__).resolve().parents[3] / "holdfast.py"
URL = "https://git.example.org/team/shop.git"
Run: TypeAlias = Callable[..., Awaitable[Result]]


@pytest.fixture
def shell(world: World, tmp_path: Path, log: object) -> Run:
    """Runs the command as a person on the server would."""
    del log
    Made(tmp_path / "repo").commit("begin", CODE | BAD)

    async def run(*words: str) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, cli, list(words), env=environment(world, tmp_path))

    return run


def environment(world: World, folder: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "HOLDFAST_DATABASE_URL": world.database.conninfo,
        "HOLDFAST_DATA_DIR": str(folder / "data"),
        "HOLDFAST_SECRET_KEY": "k" * 32,
        "HOLDFAST_REPOSITORY_ROOTS": str(folder),
        "HOLDFAST_PROJECT": "payments",
    }


def at_work(env: dict[str, str]) -> subprocess.Popen[str]:
    command = [sys.executable, str(HOLDFAST), "worker"]
    return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def test_a_repository_that_only_warns_is_not_called_broken() -> None:
    at = datetime(2026, 3, 2, tzinfo=UTC)
    one = Repository(UUID(int=1), UUID(int=2), "shop", URL, "main", RepositoryState.READY, at)
    warns = RepositoryVerdict(one, CheckVerdict.KEPT, 3, 2, 0, None, "", "", {"warning": 2})
    assert line(warns) == "shop  kept: 2 of 3 invariants with warnings on main"
    assert line(replace(warns, verdict=CheckVerdict.BROKEN)) == "shop  broken: 2 of 3 invariants broken on main"


async def test_a_repository_is_registered_read_by_a_worker_listed_and_forgotten(
    world: World, shell: Run, tmp_path: Path
) -> None:
    added = await shell("repo", "add", "shop", str(tmp_path / "repo"))
    assert added.exit_code == 0, added.output
    assert "whsec_" in added.output
    assert "not read yet" in (await shell("repo", "list")).output
    worker = at_work(environment(world, tmp_path))
    try:
        drift = Drift(world.database, world.clock)
        async with asyncio.timeout(60):
            while not (await drift.verdicts(world.ada, world.project.id))[0].invariants:  # noqa: ASYNC110 (elsewhere)
                await asyncio.sleep(0.2)
        listed = (await shell("repo", "list")).output
        assert "shop  broken: 1 of 1 invariants broken on main since 2026-03-02" in listed
    finally:
        worker.send_signal(signal.SIGTERM)
        output, _ = worker.communicate(timeout=60)
    assert worker.returncode == 0, output
    assert "Traceback" not in output
    assert (await shell("repo", "sync", "shop")).exit_code == 0
    assert (await shell("repo", "remove", "shop")).exit_code == 0
    assert (await shell("repo", "list")).output == ""


async def test_mistakes_have_hints(shell: Run) -> None:
    refused = await shell("repo", "add", "shop", "/etc")
    assert refused.exit_code == 2
    assert "HOLDFAST_REPOSITORY_ROOTS" in refused.output
    assert (await shell("repo", "sync", "nothing")).exit_code == 2
    assert (await shell("repo", "list", "--project", "nothing")).exit_code == 2


@pytest.fixture
def run(town: Town, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, log: object) -> Run:
    del log
    monkeypatch.setenv("HOLDFAST_DATABASE_URL", url)
    monkeypatch.setenv("HOLDFAST_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("HOLDFAST_SECRET_KEY", "k" * 32)
    monkeypatch.setenv("HOLDFAST_PROJECT", town.project.slug)

    async def run(*words: str) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, cli, ["repo", *words])

    return run


async def test_what_is_given_is_changed_and_the_rest_stays(run: Run) -> None:
    assert (await run("add", "shop", URL, "--branch", "main")).exit_code == 0
    shown = (await run("show", "shop")).stdout
    assert shown.splitlines()[0] == f"shop  {URL}  main"
    assert shown.splitlines()[-2:] == ["trust: branch", "publish: none"]
    changed = await run("set", "shop", "--publish", "branch", "--publish-branch", "team/specs")
    assert changed.exit_code == 0, changed.output
    assert changed.stdout.splitlines()[-2:] == ["trust: branch", "publish: branch on team/specs"]
    await run("set", "shop", "--trust", "none", "--publish", "pull-request")
    assert (await run("show", "shop")).stdout.splitlines()[-2:] == [
        "trust: none",
        "publish: pull-request on team/specs",
    ]
    assert (await run("set", "shop", "--publish", "direct")).stdout.endswith("publish: direct\n")


async def test_how_the_last_publishing_ended_is_shown(run: Run, town: Town) -> None:
    await run("add", "shop", URL, "--branch", "main", "--publish", "pull-request")
    at = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    held = (Held("specs/a.md", "A change from git waits in a conflict."),)
    done = Pushed(
        "c" * 40, "plan", at, "No token for git.example.org.", "Add one.", held, "https://git.example.org/mr/7"
    )
    async with town.world.database.transaction() as connection:
        shop = await RepositoryStore(connection).find(town.project.id, "shop")
        assert shop is not None
        await BindingStore(connection).set_pushed(shop.id, done)
    assert (await run("show", "shop")).stdout.splitlines()[-5:] == [
        "publish: pull-request on holdfast/specs",
        "pushed: cccccccccccc at 2026-03-02 09:30",
        "pull request: https://git.example.org/mr/7",
        "publishing failed: No token for git.example.org. Add one.",
        "  held back: specs/a.md: A change from git waits in a conflict.",
    ]


async def test_mistakes_in_changing_it_have_hints(run: Run) -> None:
    await run("add", "shop", URL, "--branch", "main")
    mistakes = [
        (("set", "nothing", "--publish", "none"), "List the repositories"),
        (("show", "nothing"), "List the repositories"),
        (("show", "shop", "--project", "nothing"), "project"),
        (("set", "shop", "--publish", "branch", "--publish-branch", "main"), "holdfast/specs"),
        (("set", "shop", "--publish", "branch", "--publish-branch", "a b"), "for example main"),
        (("set", "shop", "--publish-branch", "a b"), "for example main"),
        (("set", "shop", "--publish", "always"), "pull-request"),
    ]
    for words, hint in mistakes:
        answer = await run(*words)
        assert answer.exit_code == 2, (words, answer.output, answer.exception)
        assert hint in answer.stderr, words
    assert "publish: none" in (await run("show", "shop")).stdout


async def test_what_lets_into_a_repository_is_set_shown_without_its_secret_and_taken_away(
    shell: Run, tmp_path: Path
) -> None:
    secret, key = "ghp_abc123", tmp_path / "id"
    (tmp_path / "token").write_text(secret + "\n")
    key.write_text(make_ssh_key(b"s" * 32))
    made = await shell("repo", "add", "shop", URL, "--token", str(tmp_path / "token"), "--deploy-key")
    assert made.exit_code == 0, made.output
    assert made.stdout.splitlines()[-1].startswith("ssh-ed25519 ")
    told = await shell("repo", "credentials", "shop")
    assert made.stdout.splitlines()[-1] in told.stdout
    assert "token of x-access-token, set by " in told.stdout
    changed = await shell("repo", "credentials", "shop", "--key", str(key), "--remove", "token")
    assert changed.exit_code == 0, changed.output
    assert read_ssh_key(key.read_text()).public in changed.stdout  # type: ignore[union-attr]
    for done in (made, told, changed):
        assert secret not in done.output
    (tmp_path / "token").write_text("two words")
    for words in (
        ("--token", str(tmp_path / "token")),
        ("--key", str(tmp_path / "token")),
        ("--remove", "token"),
        ("--token", str(tmp_path / "nowhere")),
    ):
        wrong = await shell("repo", "credentials", "shop", *words)
        assert wrong.exit_code == 2, (words, wrong.output, wrong.exception)
        assert "two words" not in wrong.output
    assert (await shell("repo", "credentials", "nowhere")).exit_code == 2
    await shell("repo", "credentials", "shop", "--remove", "ssh-key")
    assert "no credential of its own" in (await shell("repo", "credentials", "shop")).stderr
