"""Backups taken while many write, each restored and verified: a committed state, with all that was acknowledged before.

    python -m benchmarks.backups [--backups 20] [--writers 8]

Starts a server over a durable database in a temporary folder. While writers save without pause, backups are taken one
after the other; each is then restored into a new database. Every word acknowledged before its backup began must be in
a restored head or conflict once, none twice, and `holdfast audit verify` must find nothing.
"""

import argparse
import asyncio
import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import httpx
import psycopg

from app.db.embedded import EmbeddedServer
from benchmarks.writers import TOKEN, Town
from tests.app.serving import ROOT, Served, prepared

SPECS, EDITS = 6, 100_000
HEADS = """select t.body from specs s join revisions r on r.spec_id = s.id and r.digest = s.head
    join texts t on t.digest = r.text_digest"""
SIDES = """select t.body from conflicts c join revisions r on r.spec_id = c.spec_id and r.digest = c.theirs
    join texts t on t.digest = r.text_digest"""


@dataclass(frozen=True, slots=True)
class Taken:
    """One backup: its file, what was acknowledged before it began, and the seconds it took."""

    file: Path
    acknowledged: frozenset[str]
    seconds: float


async def holdfast(served: Served, *words: str, **environment: str) -> str:
    """Run a command on the data of the server; give what it says. Ends the benchmark where it fails."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(ROOT / "holdfast.py"),
        *words,
        env={**os.environ, **served.environment, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    said = (await process.communicate())[0].decode()
    if process.returncode:
        sys.exit(f"{' '.join(words)}: {said}")
    return said


async def play(served: Served, token: str, backups: int, writers: int) -> tuple[list[Taken], int]:
    """Take the backups under load; give them, and how many saves were acknowledged in all."""
    headers = {"authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=served.address, headers=headers, timeout=60) as client:
        town = Town(client, "payments")
        await town.begin(SPECS)
        writing = [
            asyncio.create_task(town.write(one, EDITS, random.Random(one)))  # noqa: S311 (a choice of edits)
            for one in range(writers)
        ]
        taken = []
        for number in range(backups):
            await asyncio.sleep(1)
            if number % 3 == 0:
                await holdfast(served, "audit", "checkpoint")
            known, started = frozenset({*town.in_head, *town.waiting}), time.perf_counter()
            file = served.folder / f"backup-{number}"
            await holdfast(served, "backup", str(file))
            taken.append(Taken(file, known, time.perf_counter() - started))
        for task in writing:
            task.cancel()
        await asyncio.gather(*writing, return_exceptions=True)
        return taken, len(town.in_head) + len(town.waiting)


def words(url: str, query: str) -> Counter[str]:
    """Count the words that writers brought in the texts that a query gives."""
    with psycopg.connect(url) as connection:
        rows = connection.execute(query.encode()).fetchall()
    return Counter(word for (text,) in rows for word in TOKEN.findall(text))


async def restored(served: Served, server: EmbeddedServer, one: Taken) -> list[str]:
    """Restore a backup into a database of its own, and say what is wrong there."""
    name = one.file.name.replace("-", "_")
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute(f"create database {name} template template0".encode())
    url, data = server.url(name), served.folder / f"data-{name}"
    said = await holdfast(served, "restore", str(one.file), HOLDFAST_DATABASE_URL=url, HOLDFAST_DATA_DIR=str(data))
    heads, sides = words(url, HEADS), words(url, SIDES)
    faults = [f"{name}: {word} twice in heads" for word, count in heads.items() if count > 1]
    faults += [f"{name}: {word} lost" for word in one.acknowledged if not heads[word] and not sides[word]]
    faults += [] if "The audit log holds" in said else [f"{name}: {said}"]
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute(f"drop database {name}".encode())
    shutil.rmtree(data)
    return faults


def main() -> None:
    """Take, restore, and print one line of JSON."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--backups", type=int, default=20)
    ask.add_argument("--writers", type=int, default=8)
    asked = ask.parse_args()
    with prepared("--no-worker") as (served, token):
        taken, saved = asyncio.run(play(served, token, asked.backups, asked.writers))
        server = EmbeddedServer(served.data)
        faults = [fault for one in taken for fault in asyncio.run(restored(served, server, one))]
        seconds = sorted(one.seconds for one in taken)
    told = {
        "backups": len(taken),
        "saves": saved,
        "faults": faults[:20],
        "median_s": round(seconds[len(taken) // 2], 2),
    }
    print(json.dumps(told))
    if faults:
        sys.exit(1)


if __name__ == "__main__":
    main()
