"""Several web and worker processes on one database, one of each killed every few seconds under load.

    python -m benchmarks.fleet [--seconds 180] [--webs 2] [--workers 3] [--writers 4] [--every 5]
                               [--readers 4]

Writers save over all web processes while commits arrive in a repository, and readers follow the feed of events, each
cut every few seconds; one web and one worker are killed with SIGKILL and started again, over and over. In the end each
acknowledged word is in a head or in one conflict once, the first parents of every spec form one chain, each commit was
evaluated once, no job is left over, each reader heard all events once and in order, and the audit log holds.
"""

import argparse
import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psycopg

from app.db.database import Database
from app.db.embedded import EmbeddedServer
from app.db.schema import upgrade
from benchmarks.feeds import Heard, Listening, cursor, every, wrong
from benchmarks.writers import Town
from specs.access import ALL_SCOPES, SERVER, Role
from tests.factories import make_services
from tests.fleet import PATIENCE, Fleet
from tests.gitmaker import Made

LAYERS = "# Layers\n\n```yaml invariant\nid: layers\nkind: layers\nlayers: [shop.web, shop.domain]\n```\n"
SPECS, EDITS = 4, 5
COMMITS_EVERY = 3.0
QUIET = 120
CUT, CATCHING_UP = 3.0, 30


@dataclass
class Stage:
    """What runs: web processes with their addresses, workers, and how many of each were killed."""

    fleet: Fleet
    settings: dict[str, str]
    webs: list[tuple[subprocess.Popen[bytes], str]] = field(default_factory=list)
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    killed: Counter[str] = field(default_factory=Counter)

    async def begin(self, webs: int, workers: int) -> None:
        """Start all."""
        self.webs = list(await asyncio.gather(*(self.fleet.web_process(**self.settings) for _ in range(webs))))
        self.workers = [self.fleet.start("worker", **self.settings) for _ in range(workers)]

    async def strike(self, number: int) -> None:
        """Kill one web and one worker, and start others in their places."""
        web, worker = number % len(self.webs), number % len(self.workers)
        for process in (self.webs[web][0], self.workers[worker]):
            process.kill()
            process.wait()
        self.killed.update(web=1, worker=1)
        self.workers[worker] = self.fleet.start("worker", **self.settings)
        self.webs[web] = await self.fleet.web_process(**self.settings)


async def prepare(url: str) -> str:
    """Make the project and give its admin's token."""
    upgrade(url)
    database = Database(url)
    try:
        world = make_services(database)
        project = await world.projects.create(SERVER, "payments", "Payments")
        ada = await world.person("ada", Role.ADMIN, project)
        return (await world.tokens.issue_for_self(ada, "benchmark", scopes=ALL_SCOPES)).secret
    finally:
        await database.close()


async def writing(stage: Stage, town: Town, token: str, writer: int, end: float) -> None:
    """Write through whichever web process lives, a few edits at a time."""
    chance = random.Random(writer)  # noqa: S311 (a choice of edits)
    number = 0
    while time.monotonic() < end:
        number += 1
        address = chance.choice(stage.webs)[1]
        async with client_of(address, token) as client:
            mine = Town(client, town.project, town.specs, town.in_head, town.waiting, town.unsure, mortal=True)
            await mine.write(f"{writer}-{number}", EDITS, chance)
        await asyncio.sleep(0.05)


async def pushing(repository: Made, end: float) -> list[str]:
    """Commit over and over; give the commits."""
    made = []
    while time.monotonic() < end:
        imports = "import shop.domain\n" if len(made) % 2 else ""
        files = {"shop/web.py": f"{imports}# {len(made)}\n"}
        made.append(await asyncio.to_thread(repository.commit, f"Change {len(made)}", files))
        await asyncio.sleep(COMMITS_EVERY)
    return made


async def striking(stage: Stage, every: float, end: float) -> None:
    """Strike again and again until the end."""
    number = 0
    while time.monotonic() < end - every:
        await asyncio.sleep(every)
        await stage.strike(number)
        number += 1


def client_of(address: str, token: str) -> httpx.AsyncClient:
    """Make a client of one web process."""
    return httpx.AsyncClient(base_url=address, headers={"authorization": f"Bearer {token}"}, timeout=60)


def evaluated(url: str) -> Counter[str]:
    """Count how often each commit was evaluated for itself."""
    with psycopg.connect(url) as connection:
        rows = connection.execute("select commit from checks where cause_kind = 'commit'").fetchall()
    return Counter(commit for (commit,) in rows)


async def settled(url: str, commits: list[str]) -> list[str]:
    """Wait until all work is done, and say what is left over or was done twice."""
    for _ in range(QUIET):
        seen = evaluated(url)
        if commits[-1] in seen:
            break
        await asyncio.sleep(1)
    told = [f"commit {commit[:8]} was evaluated {seen[commit]} times" for commit in commits if seen[commit] != 1]
    with psycopg.connect(url) as connection:
        query = "select task_name, status::text from procrastinate_jobs where status = 'failed'"
        told += [f"job {name} is {status}" for name, status in connection.execute(query).fetchall()]
    return told


@dataclass
class Audience:
    """Readers that follow the feed wherever a web process lives, until it is closed."""

    stage: Stage
    token: str
    begin: str
    heard: list[Heard]
    closed: bool = False
    readers: list[asyncio.Task[None]] = field(default_factory=list)

    def open(self) -> None:
        """Let all begin."""
        place = Listening(lambda cuts: self.stage.webs[cuts % len(self.stage.webs)][1], self.token, self.begin, CUT)
        self.readers = [asyncio.create_task(place.follow(one, lambda: self.closed)) for one in self.heard]

    async def faults(self) -> list[str]:
        """Wait until all have caught up, or for long enough, and say what they heard wrongly."""
        told = await every(self.stage.webs[0][1], self.token, self.begin)
        for _ in range(CATCHING_UP):
            if all(len(one.ids) >= len(told) for one in self.heard):
                break
            await asyncio.sleep(1)
        self.closed = True
        await asyncio.gather(*self.readers)
        later = await every(self.stage.webs[0][1], self.token, self.begin)
        truths = [later[: max(len(told), len(one.ids))] for one in self.heard]
        faults = [wrong(one.ids, truth) for one, truth in zip(self.heard, truths, strict=True)]
        return [f"reader {number}: {fault}" for number, fault in enumerate(faults) if fault]


async def play(given: argparse.Namespace, folder: Path, url: str) -> tuple[list[str], dict[str, object]]:
    """Play, and give the faults and the figures."""
    token = await prepare(url)
    repository = Made(folder / "shop")
    files = {"shop/web.py": "import shop.domain\n", "shop/domain.py": "", "docs/specs/layers.md": LAYERS}
    await asyncio.to_thread(repository.commit, "Begin", files)
    settings = {"HOLDFAST_REPOSITORY_ROOTS": str(folder), "HOLDFAST_SYNC_INTERVAL": "10"}
    stage = Stage(Fleet(folder, url), settings)
    try:
        await stage.begin(given.webs, given.workers)
        async with client_of(stage.webs[0][1], token) as client:
            town = Town(client, "payments")
            await town.begin(SPECS)
            wanted = {"name": "shop", "url": str(repository.root)}
            (await client.post(f"{town.base}/repositories", json=wanted)).raise_for_status()
        audience = Audience(
            stage, token, await cursor(stage.webs[0][1], token), [Heard() for _ in range(given.readers)]
        )
        audience.open()
        end = time.monotonic() + given.seconds
        tasks = [writing(stage, town, token, number, end) for number in range(given.writers)]
        pushing_on = asyncio.create_task(pushing(repository, end))
        await asyncio.gather(pushing_on, striking(stage, given.every, end), *tasks)
        pushed = pushing_on.result()
        faults = await settled(url, pushed) + await audience.faults()
        async with client_of(stage.webs[0][1], token) as client:
            town.client = client
            faults += await town.faults()
    finally:
        with suppress(subprocess.TimeoutExpired):
            stage.fleet.stop()
    saved = len(town.in_head) + len(town.waiting)
    heard = {
        "events": len(audience.heard[0].ids) if audience.heard else 0,
        "streams": sum(one.cuts for one in audience.heard),
    }
    return faults, {
        "killed": dict(stage.killed),
        "saved": saved,
        "unsure": len(town.unsure),
        "commits": len(pushed),
    } | heard


def main() -> None:
    """Run, and print one line of JSON."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--seconds", type=float, default=180)
    ask.add_argument("--webs", type=int, default=2)
    ask.add_argument("--workers", type=int, default=3)
    ask.add_argument("--writers", type=int, default=4)
    ask.add_argument("--every", type=float, default=5)
    ask.add_argument("--readers", type=int, default=4)
    given = ask.parse_args()
    with tempfile.TemporaryDirectory(prefix="hf-", dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o711)
        server = EmbeddedServer(folder / "data")
        url = server.start()
        try:
            faults, figures = asyncio.run(play(given, folder, url))
            command = [sys.executable, "holdfast.py", "audit", "verify", "--database-url", url]
            env = os.environ | {"HOLDFAST_DATA_DIR": name}
            verified = subprocess.run(command, env=env, capture_output=True, text=True, timeout=PATIENCE, check=False)
            faults += [] if verified.returncode == 0 else [verified.stdout + verified.stderr]
        finally:
            server.stop()
    print(json.dumps({**figures, "faults": len(faults)}))
    print("\n".join(faults[:20]))
    if faults:
        sys.exit(1)


if __name__ == "__main__":
    main()
