"""How long after a commit was indexed its code can be searched by meaning, on a running server.

    python -m benchmarks.code_vectors GIT_DIRECTORY [--commits 5] [--apart 20] [--covers 'src/**']

The repository is cloned and set some way back along its first parents, registered at a server of its own (one process,
embedded database) with a spec that covers a part of it, and read. Then it is brought forward, `--apart` commits at a
time. Prints, for each step, the definitions that were new, and seconds from when the head was evaluated until all of
them had vectors; before that, the same for the whole repository, and for the covered code of it.
"""

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx
import psycopg

from app.db.database import Database
from app.db.embedded import EmbeddedServer
from app.db.schema import upgrade
from app.encoding.minilm import installed
from specs.access import ALL_SCOPES, SERVER, Role
from tests.app.serving import Served
from tests.factories import make_services

WANTED, PATIENCE, PAUSE = 60.0, 1_800.0, 0.1
HEAD = "select head from repositories"
READ = "select commit from code_states where commit = %s"
DONE = "select commit from code_states where commit = %s and embedded <> ''"
LACKING = """select count(distinct d.digest) from code_definitions d
    left join definition_vectors v on v.digest = d.digest where v.digest is null"""
COVERED = f"{LACKING} and d.path like %s"


def git(folder: Path, *arguments: str) -> str:
    """Ask git."""
    done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def line_of(source: Path, place: Path, steps: int, apart: int) -> list[str]:
    """Clone a repository and give the commits of its first parents to stop at, the oldest first."""
    git(source, "clone", "-q", "--bare", "--no-local", str(source), str(place))
    found = git(place, "rev-list", "--first-parent", f"--max-count={steps * apart + 1}", "HEAD").split()
    return found[::apart][::-1]


async def prepare(url: str, covers: str) -> str:
    """Make a project with a spec that covers code, and give its admin's token."""
    upgrade(url)
    database = Database(url)
    try:
        world = make_services(database)
        project = await world.projects.create(SERVER, "bench", "Bench")
        ada = await world.person("ada", Role.ADMIN, project)
        text = f'---\ncovers: ["{covers}"]\n---\n# Core\n\n## Rule\n\nIt MUST work.\n'
        await world.library.create(SERVER, project.id, "core.md", text)
        return (await world.tokens.issue_for_self(ada, "benchmark", scopes=ALL_SCOPES)).secret
    finally:
        await database.close()


@dataclass
class Watch:
    """Looks into the server's database."""

    connection: psycopg.Connection[tuple[object, ...]]

    def value(self, query: str, *arguments: str) -> object:
        """Give the first value of the first row, None where there is none."""
        row = self.connection.execute(query, arguments).fetchone()
        return row[0] if row else None

    def until(self, holds: Callable[[], bool]) -> float:
        """Wait until something holds, and give when it did."""
        end = time.monotonic() + PATIENCE
        while not holds():
            if time.monotonic() > end:
                sys.exit("The server did not come to it.")
            time.sleep(PAUSE)
        return time.monotonic()


def measure(served: Served, watch: Watch, token: str, mirror: Path, options: argparse.Namespace) -> bool:
    """Bring the repository forward step by step and tell what each took; say whether all were in time."""
    commits, branch = options.line, git(mirror, "symbolic-ref", "HEAD")
    prefix = options.covers.partition("*")[0] + "%"
    kept = True
    with httpx.Client(base_url=served.address, headers={"authorization": f"Bearer {token}"}, timeout=60) as client:
        for number, commit in enumerate(commits):
            git(mirror, "update-ref", branch, commit)
            if not number:
                wanted = {"name": "code", "url": str(mirror)}
                client.post("/api/v1/projects/bench/repositories", json=wanted).raise_for_status()
            indexed = watch.until(lambda commit=commit: watch.value(HEAD) == commit)
            watch.until(lambda commit=commit: watch.value(READ, commit) is not None)
            new = watch.value(LACKING)
            if not number:
                covered = watch.until(lambda: watch.value(COVERED, prefix) == 0)
                print(f"covered code: {covered - indexed:.1f} s after indexing")
            took = watch.until(lambda commit=commit: watch.value(DONE, commit) is not None) - indexed
            what = "all of the code" if not number else f"commit {commit[:8]}"
            print(f"{what}: {new} new definitions, {took:.1f} s after indexing", flush=True)
            kept = kept and (not number or took <= WANTED)
    return kept


def main() -> int:
    """Clone, serve, register, bring forward, and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("repository", type=Path)
    parser.add_argument("--commits", type=int, default=5)
    parser.add_argument("--apart", type=int, default=20)
    parser.add_argument("--covers", default="src/**")
    options = parser.parse_args()
    if not installed():
        sys.exit("The model is not installed: see `holdfast[embeddings]`.")
    served = Served()
    with tempfile.TemporaryDirectory(prefix="hf-", dir="/tmp") as name:
        mirror = Path(name) / "code.git"
        options.line = line_of(options.repository, mirror, options.commits, options.apart)
        os.environ.update(HOLDFAST_REPOSITORY_ROOTS=name, HOLDFAST_SYNC_INTERVAL="10")
        try:
            server = EmbeddedServer(served.data)
            url = server.start()
            token = asyncio.run(prepare(url, options.covers))
            try:
                served.start()
                with psycopg.connect(url, autocommit=True) as connection:
                    kept = measure(served, Watch(connection), token, mirror, options)
            finally:
                server.stop()
        finally:
            served.close()
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
