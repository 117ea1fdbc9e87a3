"""Runs the real `holdfast serve` for tests: its own process, its own database folder, a free port."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from app.db.database import Database
from app.db.embedded import EmbeddedServer
from app.db.schema import upgrade
from app.programs import processes
from specs.access import SERVER, Role, Scope
from tests.app.forking import Forked
from tests.factories import make_services

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60


async def editor(url: str) -> str:
    """Give a token that may write in project `payments`, in a database that is migrated for it."""
    upgrade(url)
    database = Database(url)
    try:
        world = make_services(database)
        project = await world.projects.create(SERVER, "payments", "Payments")
        eve = await world.person("eve", Role.EDITOR, project)
        return (await world.tokens.issue_for_self(eve, "tests", scopes=[Scope.READ, Scope.WRITE])).secret
    finally:
        await database.close()


async def reviewer(url: str) -> str:
    """Give a token of someone who may decide on proposals in project `payments`."""
    database = Database(url)
    try:
        world = make_services(database)
        project = await world.projects.find(SERVER, "payments")
        rita = await world.person("rita", Role.REVIEWER, project)
        return (await world.tokens.issue_for_self(rita, "tests", scopes=[Scope.READ, Scope.WRITE])).secret
    finally:
        await database.close()


@contextmanager
def prepared(*args: str, forked: bool = False) -> "Iterator[tuple[Served, str]]":
    """A server that runs over a database with the project `payments`, and a token of an editor there."""
    served = Served(forked=forked)
    try:
        server = EmbeddedServer(served.data)
        url = server.start()
        try:
            token = asyncio.run(editor(url))
        finally:
            server.stop()
        served.start(*args)
        yield served, token
    finally:
        served.close()


class Served:
    """One data folder and the server processes that come and go over it.

    Those are forks of a process that has loaded the product (`tests.app.forking`), for tests that start many, or the
    command as people start it.
    """

    def __init__(self, *, forked: bool = False) -> None:
        # A short path whose parents everyone may enter: the database may run as another user.
        self.folder = Path(tempfile.mkdtemp(prefix="hf-", dir="/tmp"))
        self.folder.chmod(0o711)
        self.data = self.folder / "data"
        self.output = self.folder / "output"
        self.errors = self.folder / "errors"
        self.forked = forked
        self.process: subprocess.Popen[bytes] | Forked | None = None
        self.address = ""

    @property
    def environment(self) -> dict[str, str]:
        """What the commands of this folder see."""
        return {**os.environ, "HOLDFAST_DATA_DIR": str(self.data)}

    def start(self, *args: str, port: int = 0, doom: tuple[str, str, int] | None = None) -> str:
        """Start, wait until it answers, and give its address. With `doom` it dies as `tests.app.killing` tells."""
        command = ["serve", "--port", str(port), *args]
        self.output.write_text("")
        self.process = self._forked(command, doom) if self.forked else self._begun(command, doom)
        assert processes.wait_until(self._says_where, START_SECONDS), self.told()
        assert self.address, self.told()
        return self.address

    def _forked(self, command: list[str], doom: tuple[str, str, int] | None) -> Forked:
        paths = {"folder": self.folder, "output": self.output, "errors": self.errors}
        request = {"arguments": command, "doom": doom, "environment": self.environment}
        return Forked({**request, **{name: str(path) for name, path in paths.items()}})

    def _begun(self, command: list[str], doom: tuple[str, str, int] | None) -> subprocess.Popen[bytes]:
        program = ["holdfast.py"] if doom is None else ["tests/app/killing.py", *map(str, doom)]
        whole = [sys.executable, str(ROOT / program[0]), *program[1:], *command]
        with self.output.open("wb") as output, self.errors.open("ab") as errors:
            return subprocess.Popen(whole, stdout=output, stderr=errors, env=self.environment, cwd=self.folder)

    def _says_where(self) -> bool:
        assert self.process is not None
        found = [line for line in self.output.read_text().splitlines() if line.startswith("Holdfast is at ")]
        self.address = found[0].removeprefix("Holdfast is at ") if found else ""
        return bool(found) or self.process.poll() is not None

    def told(self) -> str:
        """Give all it wrote."""
        return self.output.read_text() + self.errors.read_text()

    def end(self, name: signal.Signals) -> int:
        """Send a signal and give the exit code."""
        assert self.process is not None
        self.process.send_signal(name)
        code = self.process.wait(60)
        self.process = None
        return code

    @property
    def postmaster(self) -> int | None:
        """The process id of the embedded PostgreSQL."""
        return processes.pid_in(EmbeddedServer(self.data).cluster / "postmaster.pid")

    def get(self, path: str) -> httpx.Response:
        return httpx.get(self.address + path, timeout=30)

    def close(self) -> None:
        """End everything and remove the folder."""
        if self.process is not None:
            self.end(signal.SIGTERM)
        server = EmbeddedServer(self.data)
        if server.cluster.exists():
            server.start()
            server.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
