"""What binding a repository takes whose specs have a long history: `python -m benchmarks.binding [--commits 5000]`.

Makes a repository (`git fast-import`) whose commits write, change, rename and remove specs, binds it in a project of a
database of its own, and tells how long it takes until every commit is imported, what that costs this process and the
database, and how much memory it takes at most.
"""

import argparse
import asyncio
import os
import random
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.db.database import Database
from app.db.embedded import EmbeddedServer
from app.db.schema import upgrade
from drift.lives.evaluated import Evaluated
from specs.access import SERVER
from sync.binding.plan import WINDOW
from tests.factories import make_world, open_world
from tests.gitmaker import Made
from tests.stage import evaluate_here, make_stage

NAMES = ("Ada", "Bob", "Cleo", "Dan", "Eve", "Finn", "Gus", "Hana", "Ivo", "Jo")
WORDS = (
    "the order",
    "a refund",
    "the ledger",
    "every card",
    "must",
    "should never",
    "retry",
    "within 5 seconds",
    "of each customer",
    "who pays by invoice",
    "and is told",
    "when it fails",
    "or waits for review",
    "by another person",
    "before midnight",
)


class Writing:
    """Specs as their history goes on: what each says now, and what the next commit makes of one."""

    def __init__(self, chance: random.Random, specs: int) -> None:
        self.chance = chance
        self.most = specs
        self.texts: dict[str, list[str]] = {}
        self.count = 0

    def sentence(self) -> str:
        """Say something."""
        return " ".join(self.chance.choices(WORDS, k=self.chance.randint(4, 12))).capitalize() + "."

    def next(self) -> list[str]:
        """Give the commands of what the next commit changes."""
        drawn = self.chance.random()
        if len(self.texts) < self.most and (drawn < 0.2 or len(self.texts) < 3):  # noqa: PLR2004 (some to begin with)
            return self._new()
        path = self.chance.choice(sorted(self.texts))
        if drawn > 0.99:  # noqa: PLR2004 (one in a hundred)
            del self.texts[path]
            return [f"D {path}\n"]
        if drawn > 0.97:  # noqa: PLR2004 (two in a hundred)
            self.count += 1
            moved = f"docs/specs/area{self.count % 9}/moved{self.count}.md"
            self.texts[moved] = self.texts.pop(path)
            return [f"R {path} {moved}\n"]
        lines = self.texts[path]
        place = self.chance.randrange(1, len(lines))
        if self.chance.random() < 0.5:  # noqa: PLR2004 (half of them)
            lines[place] = f"{lines[place]} {self.sentence()}"[:2000]
        else:
            lines.insert(place, self.sentence())
        return [self._put(path)]

    def _new(self) -> list[str]:
        self.count += 1
        path = f"docs/specs/area{self.count % 9}/spec{self.count}.md"
        lines = [f"# Spec {self.count}", *(f"## Part {n}\n\n{self.sentence()} {self.sentence()}" for n in range(12))]
        self.texts[path] = lines
        return [self._put(path)]

    def _put(self, path: str) -> str:
        body = "\n\n".join(self.texts[path]) + "\n"
        return f"M 644 inline {path}\ndata {len(body.encode())}\n{body}\n"


def make_repository(root: Path, commits: int, specs: int, seed: int) -> Made:
    """Make a repository whose every commit touches a spec."""
    made = Made(root)
    chance = random.Random(seed)  # noqa: S311 (what is written)
    writing = Writing(chance, specs)
    stream: list[str] = []
    for number in range(commits):
        name = chance.choice(NAMES)
        who = f"{name} <{name.lower()}@example.com> {1_700_000_000 + number * 600} +0100"
        message = f"Change {number}: {writing.sentence()}"
        head = f"commit refs/heads/main\nauthor {who}\ncommitter {who}\ndata {len(message)}\n{message}\n"
        stream += [head, *writing.next(), "\n"]
    data = "".join(stream).encode()
    subprocess.run(["git", "fast-import", "--quiet"], cwd=root, input=data, check=True)
    made.git("reset", "-q", "--hard", "main")
    return made


def database_cpu(postmaster: int) -> float:
    """Give the processor time of a database server and its processes, those that ended included."""
    total = 0
    for place in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = place.read_text().rsplit(") ", 1)[1].split()
        except OSError:
            continue
        if int(place.parent.name) == postmaster:
            total += sum(map(int, fields[11:15]))
        elif int(fields[1]) == postmaster:
            total += sum(map(int, fields[11:13]))
    return total / os.sysconf("SC_CLK_TCK")


class Stopwatch:
    """Evaluates commits, and remembers when it was first asked to: by then all history before was imported."""

    def __init__(self, postmaster: int) -> None:
        self.postmaster = postmaster
        self.begun = self._now()
        self.imported: tuple[float, float, float] | None = None

    def _now(self) -> tuple[float, float, float]:
        return time.perf_counter(), time.process_time(), database_cpu(self.postmaster)

    def since(self) -> tuple[float, float, float]:
        """Give the seconds since it was made: on the clock, of this process's CPU, of the database's."""
        return tuple(now - begun for now, begun in zip(self._now(), self.begun, strict=True))  # type: ignore[return-value]

    async def evaluate(self, request: Mapping[str, Any]) -> Evaluated:
        """Evaluate a commit."""
        self.imported = self.imported or self.since()
        return await evaluate_here(request)


async def measure(url: str, folder: Path, chosen: argparse.Namespace) -> None:
    """Bind once, and tell what it took."""
    world = await open_world(Database(url), await make_world(Database(url)))
    world.ada = replace(world.ada, everywhere=True)
    world.project = await world.projects.create(SERVER, "long")
    made = make_repository(folder / "repo", chosen.commits, chosen.specs, chosen.seed)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    watch = Stopwatch(int(next((folder / "database").rglob("postmaster.pid")).read_text().split()[0]))
    stage = make_stage(world, made, folder, watch.evaluate)
    await stage.register()
    if problem := (await stage.sync()).problem:
        raise SystemExit(problem)
    wall, cpu, database = watch.imported or watch.since()
    older, told, detail = chosen.commits - WINDOW, await world.actions(world.project.id), await stage.detail()
    print(f"{chosen.commits:,} commits, {len(detail.files):,} files, {len(detail.problems)} of them with a problem")
    print(*(f"{action}: {told.count(action):,}" for action in sorted(set(told))), sep="\n")
    print(f"{older:,} older commits: {wall:.1f} s, {cpu:.1f} s CPU here, {database:.1f} s CPU in the database")
    print(f"that is {cpu / older * 1000:.2f} ms CPU a commit here, {database / older * 1000:.2f} in the database")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{watch.since()[0]:.1f} s with {WINDOW} evaluated; memory {memory} MB before, {peak} at most")
    await world.database.close()


def main() -> None:
    """Bind on a database of its own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--commits", type=int, default=5000)
    parser.add_argument("--specs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="hf-binding-"))
    folder.chmod(0o711)
    server = EmbeddedServer(folder / "database")
    try:
        server.start()
        upgrade(server.url())
        asyncio.run(measure(server.url(), folder, chosen))
    finally:
        server.stop("immediate")
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
