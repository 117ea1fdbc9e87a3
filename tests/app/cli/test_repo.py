import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from drift.service import Drift
from tests.gitmaker import Made
from tests.stage import BAD, CODE

HOLDFAST = Path(__file__).resolve().parents[3] / "holdfast.py"


@pytest.fixture
def shell(world, tmp_path):
    """Runs the command as a person on the server would."""
    Made(tmp_path / "repo").commit("begin", CODE | BAD)
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "HOLDFAST_DATABASE_URL": world.database.conninfo,
        "HOLDFAST_DATA_DIR": str(tmp_path / "data"),
        "HOLDFAST_SECRET_KEY": "k" * 32,
        "HOLDFAST_REPOSITORY_ROOTS": str(tmp_path),
        "HOLDFAST_PROJECT": "payments",
    }

    def start(*arguments):
        command = [sys.executable, str(HOLDFAST), *arguments]
        return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def run(*arguments):
        child = start(*arguments)
        output, _ = child.communicate(timeout=120)
        return child.returncode, output

    run.start = start
    return run


async def test_a_repository_is_registered_read_by_a_worker_listed_and_forgotten(world, shell, tmp_path):
    code, output = shell("repo", "add", "shop", str(tmp_path / "repo"))
    assert code == 0, output
    assert "whsec_" in output
    assert "not read yet" in shell("repo", "list")[1]
    worker = shell.start("worker")
    try:
        drift = Drift(world.database, world.clock)
        async with asyncio.timeout(60):
            while not (await drift.verdicts(world.ada, world.project.id))[0].invariants:  # noqa: ASYNC110 (elsewhere)
                await asyncio.sleep(0.2)
        listed = shell("repo", "list")[1]
        assert "shop  broken: 1 of 1 invariants broken on main since 2026-03-02" in listed
    finally:
        worker.send_signal(signal.SIGTERM)
        output, _ = worker.communicate(timeout=60)
    assert worker.returncode == 0, output
    assert "Traceback" not in output
    assert shell("repo", "sync", "shop")[0] == 0
    assert shell("repo", "remove", "shop")[0] == 0
    assert shell("repo", "list")[1] == ""


async def test_mistakes_have_hints(shell, tmp_path):
    code, output = shell("repo", "add", "shop", "/etc")
    assert code == 2
    assert "HOLDFAST_REPOSITORY_ROOTS" in output
    assert shell("repo", "sync", "nothing")[0] == 2
    assert shell("repo", "list", "--project", "nothing")[0] == 2
