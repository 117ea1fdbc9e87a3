"""Verifies an audit log of a million entries, and says how long it takes and how much memory.

python -m benchmarks.audit_scale [ENTRIES]
"""

import asyncio
import io
import json
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import psycopg

from app.db.database import Database
from app.db.embedded import EmbeddedServer
from app.db.schema import upgrade
from specs.access import SERVER
from specs.audit import GENESIS, Act, entry_digest
from specs.service.audit import Audit

CHAINS = tuple(UUID(int=n) for n in range(4))
START = datetime(2026, 1, 1, tzinfo=UTC)
COLUMNS = (
    "chain, n, at, actor_id, actor_kind, credential_id, task_id, action, subject, details, policy, previous, digest"
)
PACE = timedelta(seconds=7, microseconds=13)
BATCH = 20_000


def _rows(entries: int) -> Iterator[tuple[object, ...]]:
    """Make the rows of a log as it comes to be: saves of specs by some people and agents, in a few chains."""
    ends = dict.fromkeys(CHAINS, (0, GENESIS))
    for number in range(entries):
        chain = CHAINS[number % len(CHAINS)]
        n, previous = ends[chain]
        act = Act(
            START + number * PACE,
            UUID(int=number % 50),
            "agent" if number % 3 else "human",
            "spec.save",
            str(UUID(int=number % 900)),
            {"path": f"specs/payments/{number % 900}.md", "revision": f"{number:064x}", "base": f"{number + 1:064x}"},
            UUID(int=number % 70),
            None,
            UUID(int=number % 400),
            f"policies:{number % 5:064x}",
        )
        digest = entry_digest(chain, n + 1, act, previous)
        ends[chain] = (n + 1, digest)
        details = json.dumps(dict(act.details))
        yield (
            *(chain, n + 1, act.at, act.actor, act.actor_kind, act.credential, act.task, act.action, act.subject),
            *(details, act.policy, previous, digest),
        )


def _fill(url: str, entries: int) -> None:
    with psycopg.connect(url) as connection:
        with connection.cursor().copy(f"copy audit ({COLUMNS}) from stdin") as copy:
            buffer = io.StringIO()
            for number, row in enumerate(_rows(entries), 1):
                buffer.write("\t".join(str(value).replace("\\", "\\\\") for value in row) + "\n")
                if number % BATCH == 0:
                    copy.write(buffer.getvalue())
                    buffer = io.StringIO()
            copy.write(buffer.getvalue())
        last = "select distinct on (chain) chain, n, digest, previous from audit order by chain, n desc"
        connection.execute(f"insert into audit_ends (chain, n, digest, previous) {last}".encode())


async def _verify(url: str) -> None:
    database = Database(url)
    before = resource.getrusage(resource.RUSAGE_SELF)
    wall, cpu = time.perf_counter(), time.process_time()
    verified = await Audit(database).verify(SERVER)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    after = resource.getrusage(resource.RUSAGE_SELF)
    await database.close()
    count = sum(end.n for end in verified.ends)
    print(f"{count} entries in {len(verified.ends)} chains, {len(verified.faults)} faults")
    print(f"{wall:.1f} s, of which {cpu:.1f} s of this process; {count / wall:.0f} entries a second")
    print(f"memory grew by {(after.ru_maxrss - before.ru_maxrss) / 1024:.0f} MB")


def main(entries: int = 1_000_000) -> None:
    """Fill a database of its own and verify it."""
    with tempfile.TemporaryDirectory(prefix="hf-", dir="/tmp") as name:
        place = Path(name)
        place.chmod(0o711)
        server = EmbeddedServer(place)
        url = server.start()
        try:
            upgrade(url)
            _fill(url, entries)
            asyncio.run(_verify(url))
        finally:
            server.stop("immediate")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
