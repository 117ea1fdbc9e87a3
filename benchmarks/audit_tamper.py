"""Tampers with the audit log in a thousand ways, on a real PostgreSQL, and says which of them a verification misses.

    python -m benchmarks.audit_tamper [COUNT] [SEED]

Single edits (of any column, by a bit), deletions, swaps, insertions, cut tails; the same with all hashes after them
computed anew; the recorded ends; what the database remembers of checkpoints; and the file of checkpoints itself: cut,
edited, its notes moved, signed by another key, an older one put back. Before all this the log is verified as it is.
"""

import asyncio
import sys
import tempfile
from pathlib import Path

from app.db.database import Database
from app.db.embedded import EmbeddedServer
from app.db.schema import upgrade
from app.installation.audittrail import AuditFolder
from tests.specs.tampered import fill
from tests.specs.tampering import run

ENTRIES = 200


async def _tamper(url: str, place: Path, count: int, seed: int) -> int:
    database = Database(url)
    folder = AuditFolder(place / "audit")
    try:
        await fill(database, folder, ENTRIES)
        done, missed = await run(database, folder, count, seed)
    finally:
        await database.close()
    for way, times in sorted(done.items()):
        print(f"{way:32} {times:5}  missed {sum(one.startswith(f'{way} ') for one in missed)}")
    print(f"found {count - len(missed)} of {count}")
    return 1 if missed else 0


def main(count: int = 1000, seed: int = 1) -> int:
    """Tamper so many times, in ways that follow from `seed`; 1 where something was missed."""
    with tempfile.TemporaryDirectory(prefix="hf-", dir="/tmp") as name:
        place = Path(name)
        place.chmod(0o711)
        server = EmbeddedServer(place)
        url = server.start()
        try:
            upgrade(url)
            return asyncio.run(_tamper(url, place, count, seed))
        finally:
            server.stop("immediate")


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
