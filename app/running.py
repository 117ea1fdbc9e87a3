"""The jobs of runs: what a person asked for on a page is done here, and the row that they watch is kept true.

A worker that dies leaves its run as being done; the job is taken up by another, which begins the run anew.
"""

from uuid import UUID

import structlog
from procrastinate import App

from app.audittrail import AuditFolder
from app.db import Database
from app.queue import RUN, WORK
from app.runs import Progress, RunKind
from app.settings import Settings
from app.sources import now
from app.store import Run
from specs.access import SERVER
from specs.errors import HoldfastError
from specs.service.audit import Audit
from specs.service.audit import Kept as AuditKept

LOG = structlog.get_logger("holdfast.jobs")
MOST_FAULTS = 100


class Running:
    """What these jobs do, over one database."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings

    def join(self, queue: App) -> None:
        """Give the queue these jobs."""

        @queue.task(name=RUN, queue=WORK)
        async def run(run: str) -> None:
            await self.do(UUID(run))

    async def do(self, ident: UUID) -> None:
        """Do a run, whatever it is. What it fails of is told in its row, not raised."""
        progress = Progress(self._database, now, ident)
        found = await progress.begin()
        if found is None:
            return
        acts = {RunKind.VERIFY: self._verify}
        try:
            await acts[RunKind(found.kind)](found, progress)
        except HoldfastError as error:
            await progress.fail(error.message, error.hint)
        except Exception:
            await progress.fail("It failed inside Holdfast.", "The server's log says why; nothing was changed.")
            raise
        LOG.info("run.ended", run=str(ident), kind=found.kind)

    async def _verify(self, run: Run, progress: Progress) -> None:
        """Verify the whole log against its checkpoints; the run tells of the project's own chain and of the rest."""
        del run
        await progress.tell("Recomputing every entry of the log")
        series = AuditFolder.of(self._settings).read()
        kept = () if series is None else (AuditKept(series),)
        verified = await Audit(self._database).verify(SERVER, kept, missed=True)
        last = series.links[-1] if series is not None and series.links else None
        await progress.succeed(
            {
                "entries": sum(end.n for end in verified.ends),
                "chains": len(verified.ends),
                "ends": {str(end.chain): [end.n, end.digest] for end in verified.ends},
                "faults": [[str(one.chain or ""), one.n, one.message] for one in verified.faults[:MOST_FAULTS]],
                "broken": len(verified.faults),
                "checkpoints": len(series.links) if series is not None else 0,
                "checkpoint_at": last.at.isoformat() if last else "",
            }
        )
