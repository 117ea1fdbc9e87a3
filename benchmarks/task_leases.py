"""Workers claim tasks and are killed at random, or stopped until their leases are over: every task ends once in effect.

    python -m benchmarks.task_leases [--workers 20] [--tasks 80] [--kills 60] [--stops 5] [--lease 6] [--seed 1]

Each worker is a process over one database: it claims, writes a spec under its token, finishes. In the end the audit log
says whether each task ended once, whether any token wrote outside its own claim, and how long after a lease was over
the task was claimed again.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from app.db.embedded import EmbeddedServer
from app.db.schema import upgrade
from tests.sync.leasing import run


def main() -> int:
    """Run it, print what came of it, and say by the exit code whether all held."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("workers", 20), ("tasks", 80), ("kills", 60), ("stops", 5), ("lease", 6), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=default)
    given = vars(parser.parse_args())
    with tempfile.TemporaryDirectory(prefix="hf-", dir="/tmp") as folder:
        Path(folder).chmod(0o711)
        server = EmbeddedServer(Path(folder))
        server.start()
        try:
            upgrade(server.url())
            started = time.perf_counter()
            found = run(server.url(), **given)
            seconds = time.perf_counter() - started
        finally:
            server.stop("immediate")
    print(
        f"{given['workers']} workers, {given['tasks']} tasks: {found.claims} claims, {found.kills} killed, "
        f"{found.stops} stopped past their lease, {seconds:.0f} s"
    )
    print(f"tasks done: {found.done}; faults: {len(found.faults)}")
    late = sorted(found.late)
    if late:
        print(f"claimed again after the lease: median {late[len(late) // 2]:.2f} s, most {late[-1]:.2f} s")
    for fault in found.faults:
        print(fault)
    return 1 if found.faults else 0


if __name__ == "__main__":
    sys.exit(main())
