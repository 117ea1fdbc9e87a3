"""The jobs of runs: what a person asked for on a page is done here, and the row that they watch is kept true.

A worker that dies leaves its run as being done; the job is taken up by another, which begins the run anew.
"""

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import structlog
from procrastinate import App

from app.background.runs import Progress, RunKind
from app.db.database import Database
from app.installation.audittrail import AuditFolder
from app.installation.mirroring import mirrors
from app.programs.children import Limits, run_module
from app.programs.evaluator import why
from app.queue import RUN, WORK
from app.settings import Settings
from app.sources import now
from app.store import Run
from drift.lives.records import Repository, RepositoryState
from drift.store.repositories import RepositoryStore
from specs.access import SERVER
from specs.errors import HoldfastError, MissingError, UnavailableError, UserError
from specs.service.audit import Audit
from specs.service.audit import Kept as AuditKept
from sync.store.bindings import BindingStore

LOG = structlog.get_logger("holdfast.jobs")
MOST_FAULTS = 100
LEARNING = "app.programs.learning"
LIMITS = Limits(wall=600, cpu=600, memory=4 * 1024**3)
EVERY = 0.5
PATIENCE = timedelta(minutes=30)


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
        acts = {RunKind.VERIFY: self._verify, RunKind.LEARN: self._learn}
        try:
            await acts[RunKind(found.kind)](found, progress)
        except HoldfastError as error:
            await progress.fail(error.message, error.hint)
        except Exception:
            await progress.fail("It failed inside Holdfast.", "The server's log says why; nothing was changed.")
            raise
        LOG.info("run.ended", run=str(ident), kind=found.kind)

    async def _learn(self, run: Run, progress: Progress) -> None:
        """Learn from the repository that the run is about, as soon as it is fetched."""
        repository = await self._fetched(UUID(run.subject), progress)
        async with self._database.read() as connection:
            binding = await BindingStore(connection).get(repository.id)
        mirror = mirrors(self._settings).place(repository.id)
        with TemporaryDirectory() as folder:
            place = Path(folder) / "progress"
            request = {
                "mirror": str(mirror),
                "cache": str(mirror.with_suffix(".facts")),
                "commit": repository.fetched,
                "root": binding.root if binding is not None else "",
                "name": repository.name,
                "today": now().date().isoformat(),
                "progress": str(place),
            }
            child = asyncio.create_task(run_module(LEARNING, stdin=json.dumps(request).encode(), limits=LIMITS))
            try:
                while not (await asyncio.wait({child}, timeout=EVERY))[0]:
                    await _tell(progress, place)
            finally:
                child.cancel()
        outcome = child.result()
        if not outcome.ok:
            raise UnavailableError(why(outcome, LIMITS), "Try again; if it fails again, write the first spec yourself.")
        lesson = json.loads(outcome.output)
        if "problem" in lesson:
            raise UserError(lesson["problem"], lesson.get("hint", ""))
        if not lesson["promises"]:
            raise UserError(
                f"There is nothing to learn from {lesson['files']} files.", "It takes modules that import each other."
            )
        await progress.succeed(lesson)

    async def _fetched(self, ident: UUID, progress: Progress) -> Repository:
        """Wait until a repository was fetched. Raises `HoldfastError` where it is gone, or cannot be read."""
        began = now()
        while now() - began < PATIENCE:
            async with self._database.read() as connection:
                found = await RepositoryStore(connection).get(ident)
            if found is None:
                raise MissingError("The repository is no longer here.", "Add it again.")
            if found.fetched:
                return found
            if found.state is RepositoryState.FAILED and found.tried_at is not None and found.tried_at >= began:
                raise UserError(found.problem, found.hint)
            await progress.tell("waiting for the copy")
            await asyncio.sleep(EVERY)
        raise UnavailableError("The repository is still being copied.", "Try again when it is there.")

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


async def _tell(progress: Progress, place: Path) -> None:
    """Say how far the child is, as far as it wrote that down."""
    try:
        done, total = (int(part) for part in (await asyncio.to_thread(place.read_text)).split())
    except (OSError, ValueError):
        await progress.tell("opening the repository")
        return
    await progress.tell("reading its files" if done < total else "looking for what always holds", done, total)
