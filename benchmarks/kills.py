"""Server, database or both are killed at named points of saves, merges and approvals: nothing acknowledged is lost.

    python -m benchmarks.kills [--rounds 200] [--seed 1]

Each round starts the server over the same data, checks all that was ever acknowledged, lets writers and a reviewer work
and kills the victim at its point. In the end: no word lost or doubled, no half revision, no half approval, first
parents one chain, `audit verify` clean, and how long each restart took (the promise: 10 seconds).
"""

import argparse
import asyncio
import json
import random
import signal
import subprocess
import sys
import time
from itertools import product
from pathlib import Path

import httpx

from app.db.embedded import EmbeddedServer
from benchmarks.approvals import Approvals
from benchmarks.writers import Town
from tests.app.killing import MARKER, POINTS, VICTIMS
from tests.app.serving import ROOT, Served, prepared, reviewer

WRITERS, EDITS, SPECS, PROPOSALS = 4, 6, 2, 3
PROMISED = 10.0


def client_of(served: Served, token: str) -> httpx.AsyncClient:
    """Make a client of the server as it runs now."""
    return httpx.AsyncClient(base_url=served.address, headers={"authorization": f"Bearer {token}"}, timeout=60)


async def play(served: Served, token: str, rounds: int, seed: int) -> tuple[list[str], list[float]]:
    """Play the rounds, and give the faults and the seconds of each restart."""
    chance = random.Random(seed)  # noqa: S311 (where to kill)
    dooms = [*product(POINTS, VICTIMS)]
    chance.shuffle(dooms)
    told: list[str] = []
    restarts: list[float] = []
    second = await reviewer(EmbeddedServer(served.data).url())
    async with client_of(served, token) as client:
        town = Town(client, "payments", mortal=True)
        approvals = Approvals(client, client, town.base)
        await town.begin(SPECS)
    number, marker = 0, served.folder / MARKER
    # A point that no write came by in its round kills nobody: only kills count.
    while lines(marker) < rounds:
        number += 1
        await asyncio.to_thread(end, served)
        point, victim = dooms[number % len(dooms)]
        started = time.perf_counter()
        await asyncio.to_thread(served.start, "--no-worker", doom=(point, victim, chance.randint(1, 4)))
        restarts.append(time.perf_counter() - started)
        async with client_of(served, token) as client, client_of(served, second) as reviewing:
            town.client, approvals.author, approvals.reviewer = client, client, reviewing
            found = [*await town.faults(), *await approvals.faults()]
            told += [f"before round {number} ({victim} {point}): {fault}" for fault in found]
            chances = [random.Random(chance.random()) for _ in range(WRITERS + 1)]  # noqa: S311 (a choice of edits)
            writing = (town.write(f"{number}-{one}", EDITS, chances[one]) for one in range(WRITERS))
            await asyncio.gather(*writing, approvals.work(f"{number}-a", PROPOSALS, town.specs, chances[WRITERS]))
    await asyncio.to_thread(end, served)
    await asyncio.to_thread(served.start, "--no-worker")
    async with client_of(served, token) as client:
        town.client = approvals.author = client
        told += [*await town.faults(), *await approvals.faults()]
    if not town.in_head or not town.waiting or not town.merged or not approvals.accepted:
        told.append("the writers and the reviewer met too little to show anything")
    return told + await asyncio.to_thread(audited, served), restarts


def lines(marker: Path) -> int:
    """Count the kills so far."""
    return len(marker.read_text().splitlines()) if marker.exists() else 0


def end(served: Served) -> None:
    """Make sure that nothing of the server runs; its database may."""
    if served.process is not None:
        served.end(signal.SIGKILL)


def audited(served: Served) -> list[str]:
    """Say what `holdfast audit verify` finds, with the server stopped."""
    served.end(signal.SIGTERM)
    command = [sys.executable, str(ROOT / "holdfast.py"), "audit", "verify"]
    done = subprocess.run(
        command, env=served.environment, capture_output=True, text=True, check=False, cwd=served.folder
    )
    return [] if done.returncode == 0 else [f"audit verify: {done.stdout}{done.stderr}"]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with prepared("--no-worker") as (running, secret):
        faults, seconds = asyncio.run(play(running, secret, given.rounds, given.seed))
    late = sum(second > PROMISED for second in seconds)
    figures = {"kills": given.rounds, "faults": len(faults), "slowest_restart": round(max(seconds), 1), "late": late}
    print(json.dumps(figures))
    print("\n".join(faults[:20]))
    sys.exit(1 if faults else 0)
