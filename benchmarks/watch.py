"""Readers of the event feed that are cut again and again while things happen: each hears all, in order, once.

    python -m benchmarks.watch [--readers 20] [--events 5000] [--cut 2.0] [--seconds 30] [--writers 4] [--webs 2]

Web processes on one database. Writers begin specs, several transactions at a time and as many as fit into the seconds,
while readers follow the server-sent events of the project over all web processes; each is cut every so often, in the
middle of whatever it reads, and goes on from the last `id` at another process. In the end what each reader heard is
compared with what the feed tells from its start.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from app.db.database import Database
from app.db.embedded import EmbeddedServer
from benchmarks.feeds import Heard, Listening, cursor, every, wrong
from benchmarks.fleet import prepare
from specs.access import SERVER
from specs.service.library.beginning import New
from tests.factories import make_services
from tests.fleet import Fleet

BATCH = 10
QUIET = 30


async def writing(url: str, token: str, events: int, seconds: float, writers: int) -> None:
    """Begin so many specs, spread over the time."""
    database = Database(url)
    try:
        world = make_services(database)
        project, ada = (await world.projects.find(SERVER, "payments")).id, await world.access.authenticate_token(token)
        began, numbers = time.monotonic(), iter(range(0, events, BATCH))

        async def write() -> None:
            for first in numbers:
                await asyncio.sleep(max(0.0, began + seconds * first / events - time.monotonic()))
                news = [New(f"n/{at}.md", f"# Note {at}\n") for at in range(first, min(first + BATCH, events))]
                await world.library.create_many(ada, project, news)

        await asyncio.gather(*(write() for _ in range(writers)))
    finally:
        await database.close()


def told_all(heard: Heard, wanted: int) -> bool:
    """Tell whether a reader heard as many as there will be."""
    return len(heard.ids) >= wanted


async def play(given: argparse.Namespace, folder: Path, url: str) -> tuple[list[str], dict[str, object]]:
    """Run all of it, and give what went wrong, and figures."""
    token = await prepare(url)
    fleet = Fleet(folder, url)
    try:
        settings = {"HOLDFAST_SECRET_KEY": "watching" * 8, "HOLDFAST_EMBEDDINGS": "no"}
        addresses = list(await asyncio.gather(*(fleet.web(**settings) for _ in range(given.webs))))
        begin = await cursor(addresses[0], token)
        heard = [Heard() for _ in range(given.readers)]
        place = Listening(lambda cuts: addresses[cuts % len(addresses)], token, begin, given.cut)
        readers = [asyncio.create_task(place.follow(one, partial(told_all, one, given.events))) for one in heard]
        began = time.monotonic()
        await writing(url, token, given.events, given.seconds, given.writers)
        written = time.monotonic() - began
        await asyncio.wait(readers, timeout=QUIET)
        caught_up = time.monotonic() - began
        for one in readers:
            one.cancel()
        await asyncio.gather(*readers, return_exceptions=True)
        truth = await every(addresses[0], token, begin)
    finally:
        fleet.stop()
    faults = [] if len(truth) == given.events else [f"{len(truth)} events in the feed, {given.events} were made"]
    faults += [f"reader {number}: {fault}" for number, one in enumerate(heard) if (fault := wrong(one.ids, truth))]
    cuts = sum(one.cuts for one in heard)
    told = sum(len(one.ids) for one in heard)
    return faults, {
        "events told": told,
        "streams": cuts,
        "written s": round(written, 1),
        "all heard s": round(caught_up, 1),
    }


def main() -> None:
    """Run it, print what came of it, and leave with 1 where a reader missed something."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("readers", 20), ("events", 5000), ("writers", 4), ("webs", 2)):
        parser.add_argument(f"--{name}", type=int, default=default)
    for name, seconds in (("cut", 2.0), ("seconds", 30.0)):
        parser.add_argument(f"--{name}", type=float, default=seconds)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hf-", dir="/tmp") as folder:
        Path(folder).chmod(0o711)
        server = EmbeddedServer(Path(folder) / "data")
        url = server.start()
        try:
            faults, figures = asyncio.run(play(given, Path(folder), url))
        finally:
            server.stop("immediate")
    print(", ".join(f"{name}: {value}" for name, value in figures.items()))
    print("\n".join(faults) or f"{given.readers} readers, each heard all {given.events} events in order, once")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
