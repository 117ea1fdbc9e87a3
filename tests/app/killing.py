"""A server that dies at a named point of a write, for tests of durability: the product has no such points.

    python -m tests.app.killing POINT VICTIM NTH serve ...

Runs the command `holdfast` with the rest of the arguments, with its functions wrapped: at the NTH time that a write
comes by POINT, VICTIM is killed with SIGKILL: the server, PostgreSQL, or both.
"""

import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
POINTS = (
    "before the first word",
    "during the merge",
    "between text and head",
    "before the audit entry",
    "before the commit",
    "after the commit",
    "before the answer",
    "before the approval is kept",
    "before the approved text lands",
    "between the approved text and its entry",
)
VICTIMS = ("server", "database", "both")

MARKER = "killed"


class Killer:
    """Kills its victim when a point was come by often enough, counted from the first save on."""

    def __init__(self, point: str, victim: str, nth: int) -> None:
        self.point, self.victim, self.left = point, victim, nth
        self.armed = False

    def come_by(self, point: str) -> None:
        """Count a point; at the last one the victim is gone."""
        if point != self.point or not self.armed:
            return
        self.left -= 1
        if self.left != 0:
            return
        marker = Path(os.environ["HOLDFAST_DATA_DIR"]).parent / MARKER
        with marker.open("a") as killed:
            killed.write(f"{self.victim} {point}\n")
        if self.victim != "server":
            # ruff: noqa: PLC0415 (nothing of the product is imported before the command says so)
            from app.db.embedded import EmbeddedServer
            from app.programs import processes

            cluster = EmbeddedServer(Path(os.environ["HOLDFAST_DATA_DIR"])).cluster
            postmaster = processes.pid_in(cluster / "postmaster.pid")
            assert postmaster is not None
            os.kill(postmaster, signal.SIGKILL)
        if self.victim != "database":
            os.kill(os.getpid(), signal.SIGKILL)


def arm(killer: Killer) -> None:
    """Wrap what a write comes by."""
    from app.db.database import Database
    from app.http.edge import Edge
    from specs.service.library import merging
    from specs.service.library.library import Library
    from specs.service.proposals import proposals, proposing
    from specs.service.revisions.landing import Landing
    from specs.store.audit import AuditStore

    def before(owner: Any, name: str, point: str) -> None:
        inner: Callable[..., Any] = getattr(owner, name)

        def wrapped(*args: Any, **kwargs: Any) -> Any:
            killer.come_by(point)
            return inner(*args, **kwargs)

        setattr(owner, name, wrapped)

    before(Landing, "_add", "before the first word")
    before(merging, "put_together", "during the merge")
    before(AuditStore, "append", "before the audit entry")
    before(proposals, "write_review", "before the approval is kept")
    before(proposing, "land", "before the approved text lands")
    before(proposing.Work, "tell", "between the approved text and its entry")
    save = Library.save

    async def saved(self: Library, *args: Any, **kwargs: Any) -> Any:
        killer.armed = True
        return await save(self, *args, **kwargs)

    Library.save = saved  # type: ignore[method-assign]
    advance = Landing.advance

    async def landed(self: Landing, *args: Any, **kwargs: Any) -> Any:
        spec = await advance(self, *args, **kwargs)
        killer.come_by("between text and head")
        return spec

    Landing.advance = landed  # type: ignore[method-assign]
    transaction = Database.transaction

    @asynccontextmanager
    async def watched(self: Database) -> AsyncIterator[Any]:
        async with transaction(self) as connection:
            yield connection
            killer.come_by("before the commit")
        killer.come_by("after the commit")

    Database.transaction = watched  # type: ignore[method-assign,assignment]
    dress = Edge._dress

    def dressed(self: Edge, message: Any, *args: Any) -> None:
        if message["status"] in {201, 409}:
            killer.come_by("before the answer")
        dress(self, message, *args)

    Edge._dress = dressed  # type: ignore[method-assign]


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    import holdfast
    from app.programs.loading import loading

    point_, victim_, nth_, *rest = sys.argv[1:]
    with loading():
        arm(Killer(point_, victim_, int(nth_)))

    sys.argv = ["holdfast", *rest]
    sys.exit(holdfast.main())
