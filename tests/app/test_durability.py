"""Acknowledged means durable: whoever is killed at whatever moment, every save that was acknowledged is there."""

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import sources
from app.db.database import Database
from app.db.embedded import EmbeddedServer
from app.db.schema import upgrade
from app.programs import processes
from specs.access import SERVER
from specs.service.audit import Audit
from specs.service.library.library import Library
from specs.service.projects import Projects

ROOT = Path(__file__).resolve().parents[2]
WRITERS = 20
ROUNDS = 2
ENOUGH = 60

# Twenty writers on four specs. A line is printed, in one write, only after the save has returned.
WRITE = """
import asyncio, os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from app import sources
from app.db.database import Database
from app.db.embedded import EmbeddedServer
from specs.access import SERVER
from specs.errors import ConflictError
from specs.service.library.library import Library
from specs.service.projects import Projects

async def main(url, run):
    database = Database(url, pool=20)
    project = (await Projects(database, sources.now, sources.new_id).list(SERVER))[0].id
    library = Library(database, sources.now, sources.new_id)
    specs = (await library.list(SERVER, project)).items
    async def write(writer):
        spec = specs[writer % len(specs)].id
        for number in range(100000):
            now = await library.read(SERVER, project, spec)
            line = f"{run}.{writer}.{number}"
            try:
                saved = await library.save(SERVER, project, spec, base=now.spec.head, text=now.text + line + "\\n")
                digest, kind = saved.revision.digest, "head"
            except ConflictError as error:
                digest, kind = error.details["side_revision"], "side"
            os.write(1, f"{spec} {kind} {digest} {line}\\n".encode())
    await asyncio.gather(*(write(writer) for writer in range(int(sys.argv[4]))))

url = EmbeddedServer(Path(sys.argv[2])).start()
asyncio.run(main(url, sys.argv[3]))
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="hf-", dir="/tmp") as name:
        Path(name).chmod(0o711)
        yield Path(name)


async def prepare(url: str) -> None:
    database = Database(url)
    project = await Projects(database, sources.now, sources.new_id).create(SERVER, "payments")
    library = Library(database, sources.now, sources.new_id)
    for number in range(4):
        await library.create(SERVER, project.id, f"{number}.md", "")
    await database.close()


def write_until_killed(folder: Path, run: int, *, database_too: bool) -> list[str]:
    """Let writers work until enough was acknowledged, kill them, and give what they acknowledged."""
    command = [sys.executable, "-c", WRITE, str(ROOT), str(folder), str(run), str(WRITERS)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(ENOUGH)]
        cluster = folder / "postgres/data"
        postmaster = processes.pid_in(cluster / "postmaster.pid")
        assert postmaster is not None
        # Either first: a database that dies under living writers, or writers that die under a living database.
        for pid in (postmaster, process.pid) if database_too else (process.pid,):
            os.kill(pid, signal.SIGKILL)
        rest, errors = process.communicate()
    assert all(lines), errors
    return [line for line in "".join([*lines, rest]).split("\n") if line.count(" ") == 3]


async def check(url: str, acknowledged: list[str]) -> None:
    database = Database(url)
    project = (await Projects(database, sources.now, sources.new_id).list(SERVER))[0].id
    library = Library(database, sources.now, sources.new_id)
    specs = {str(spec.id): spec for spec in (await library.list(SERVER, project)).items}
    heads = {key: (await library.read(SERVER, project, spec.id)).text.split() for key, spec in specs.items()}
    for line in acknowledged:
        spec, kind, digest, token = line.split(" ")
        found = await library.read(SERVER, project, specs[spec].id, digest)
        assert token in found.text.split()
        if kind == "head":
            assert heads[spec].count(token) == 1, "every acknowledged head is under the last one, once"
    assert (await Audit(database).verify(SERVER)).faults == ()
    await database.close()


def test_nothing_acknowledged_is_lost_when_we_or_the_database_are_killed(folder: Path) -> None:
    server = EmbeddedServer(folder)
    url = server.start()
    upgrade(url)
    asyncio.run(prepare(url))
    server.stop()
    acknowledged: list[str] = []
    for run in range(ROUNDS):
        acknowledged += write_until_killed(folder, run, database_too=run != 1)
        server.start()
        asyncio.run(check(url, acknowledged))
        server.stop()
    assert len(acknowledged) >= ROUNDS * ENOUGH
    assert {line.split(" ")[1] for line in acknowledged} >= {"head"}
