"""Random histories of edits on the server and in git at once: what both hold in the end, what is lost, what moves.

    python -m benchmarks.histories [--histories 500] [--seed 1]

Each history edits, creates, renames, retires and restores specs on the server, edits, adds, moves, swaps, deletes,
resets and rebases files in git, merges or squashes our branch, lets the remote be away and runs be killed about their
push. Then both come to rest, and are compared byte for byte.
"""

import argparse
import asyncio
import random
import shutil
import tempfile
import time
from collections import Counter
from pathlib import Path

from app.db.database import Database
from app.db.embedded import EmbeddedServer
from app.db.schema import upgrade
from sync.binding.bindings import Publish
from tests.factories import make_world, open_world
from tests.histories import BETWEEN, HERE, THERE, judge

MODES = (Publish.DIRECT, Publish.DIRECT, Publish.PULL_REQUEST)
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def drawn(chance: random.Random) -> tuple[Publish, list[tuple[str, int, int]]]:
    """Draw a history."""
    kinds = HERE + THERE + BETWEEN
    length = chance.randint(4, 18)
    actions = [(chance.choice(kinds), chance.randint(0, 7), chance.randint(0, 7)) for _ in range(length)]
    return chance.choice(MODES), actions


async def play(url: str, folder: Path, histories: int, seed: int) -> int:
    """Play histories and tell of those that end badly; give how many do."""
    seen: Counter[str] = Counter()
    bad, begun, last = 0, time.perf_counter(), time.perf_counter()
    world = await open_world(Database(url), await make_world(Database(url)))
    for number in range(histories):
        mode, actions = drawn(random.Random(seed * 1_000_003 + number))  # noqa: S311 (what happens next)
        try:
            faults = await judge(world, folder, mode, actions, seen)
        except Exception as error:  # noqa: BLE001 (told, and the next one goes on)
            faults = [f"{type(error).__name__}: {error}"]
        if faults:
            bad += 1
            print(f"history {number} ({mode}): {actions}", *faults, sep="\n  ", flush=True)
        if time.perf_counter() - last > 60:  # noqa: PLR2004 (a minute)
            last = time.perf_counter()
            print(f"{number + 1} of {histories} after {last - begun:.0f} s, {bad} bad", flush=True)
    await world.database.close()
    print(*(f"{name}: {number:,}" for name, number in seen.items()), sep="\n")
    print(f"{histories} histories in {time.perf_counter() - begun:.0f} s: {bad} bad")
    return bad


def main() -> None:
    """Play them on a database of their own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--histories", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="hf-histories-"))
    folder.chmod(0o711)
    server = EmbeddedServer(folder / "database", CARELESS)
    try:
        server.start()
        upgrade(server.url())
        raise SystemExit(1 if asyncio.run(play(server.url(), folder, chosen.histories, chosen.seed)) else 0)
    finally:
        server.stop("immediate")
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
