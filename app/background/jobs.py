"""The work that goes on behind the pages: what the jobs do, when the clock starts them, and who takes up lost ones.

Delivery is at least once: every job is one call of a use case that may be repeated. A worker that dies leaves its jobs
behind as being done; whoever lives finds by the worker's stale heartbeat that they are not, and puts them back. Heavy
work runs in child processes, so that the heartbeat goes on. Knows nothing of HTTP.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ProcrastinateException
from procrastinate.jobs import Status

from app.background.meaning import Meaning
from app.background.running import Running
from app.background.telling import Telling
from app.db.database import Database
from app.identity.sessions import forget
from app.installation.audittrail import AuditFolder, keep
from app.installation.mirroring import mirrors
from app.installation.serverkey import server_key, vault
from app.mailing.dispatch import Office, weekly
from app.programs.evaluator import evaluate_in_child
from app.queue import ANSWER, CLOCK, PUBLISH, REBASE, SPECS, SYNC, WORK, brought, moved, wanted
from app.settings import Settings
from app.sources import new_id, now, random_bytes
from app.telemetry.tracing import followed, tracing
from drift.lives.evaluated import Evaluated
from drift.service import Drift
from specs.access import SERVER
from specs.errors import UnavailableError
from specs.service.audit import Audit
from specs.service.audit import Kept as AuditKept
from specs.service.library.imports import Imports
from specs.service.library.library import Library
from specs.service.people.members import Members
from specs.service.projects import Projects
from specs.service.proposals.proposals import Proposals
from sync.hosts import read_known
from sync.hosts.transport import Transport
from sync.service.claims import Claims
from sync.service.contexts.hooking import forget_hooks
from sync.service.gates.hosting import Answers
from sync.service.letters.letters import Letters
from sync.service.repositories.bulk import BulkImport
from sync.service.repositories.credentials import Credentials
from sync.service.repositories.fetching import LetIn
from sync.service.repositories.looking import Excerpts
from sync.service.repositories.publishing import Outcome, Publisher
from sync.service.repositories.pulling import HostPulls
from sync.service.repositories.repositories import Ground, Repositories, nobody
from sync.service.repositories.syncing import Outside, Synchroniser
from sync.service.retaining import Retention
from sync.service.sealed import Sealed
from sync.service.tasks.oversight import Oversight

LOG = structlog.get_logger("holdfast.jobs")
CONCURRENCY = 4
PAUSE = 1.0
MOST_TOLD = 10
MOST_ROUNDS = 5
# Failed jobs stay so long to be looked at; successful ones go at once.
KEPT_HOURS = 24 * 14


class Tasks:
    """What the jobs do, over one database."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings
        library = Library(database, now, new_id)
        # What git brings is evaluated by the very run that brings it: nobody else needs to hear of it.
        imports = BulkImport(database, Imports(database, now, new_id, moved), SERVER)
        reached = mirrors(settings, letting_in(database, settings))
        outside = Outside(reached, self._evaluate, now, new_id, SERVER, vault(settings))
        self._sealed = Sealed(database, now, outside.vault)
        self._retention = Retention(database, now)
        self._synchroniser = Synchroniser(database, library, imports, outside)
        self._publisher = publisher(database, settings)
        self._answers = answers(database, settings)
        ground = Ground(settings.repository_roots, server_key(settings))
        self._repositories = Repositories(database, now, new_id, random_bytes, ground=ground)
        self._proposals = Proposals(database, now, new_id)
        excerpts = Excerpts(database, outside.mirrors)
        drift = Drift(database, now, outside.vault)
        self._letters = Letters(database, library, drift, now, new_id, vault=outside.vault, excerpts=excerpts)
        self.meaning = Meaning(database, settings, outside.mirrors.place)
        self.telling = Telling(database, settings)
        self._busy = asyncio.Semaphore(max(1, (os.cpu_count() or 1) // 2))

    async def _evaluate(self, request: Mapping[str, Any]) -> Evaluated:
        async with self._busy:
            return await evaluate_in_child(request)

    async def sync(self, repository: str, *, again: bool = False) -> None:
        """Read a repository and compare what is new."""
        await self._run(UUID(repository), fetch=True, again=again)

    async def specs(self, repository: str) -> None:
        """Hold a repository's head against specs that changed."""
        await self._run(UUID(repository), fetch=False, again=False)

    async def answer(self, project: str, gate: str) -> None:
        """Tell the host of a repository how a gate stands."""
        done = await self._answers.tell(UUID(project), UUID(gate))
        if done.told or done.problem:
            LOG.info("gate.told", gate=gate, told=done.told, problem=done.problem)

    async def rebase(self, project: str, spec: str) -> None:
        """Bring the proposals that wait onto a spec that changed."""
        done = await self._proposals.rebase_all(SERVER, UUID(project), UUID(spec))
        LOG.info("proposals.rebased", spec=spec, proposals=len(done))

    async def _run(self, repository: UUID, *, fetch: bool, again: bool) -> None:
        """Synchronise. A worker that is told to stop puts the work back for the next one."""
        try:
            done = await self._synchroniser.sync(repository, fetch=fetch, again=again)
            if fetch and not done.problem:
                await self._publish(repository)
        except asyncio.CancelledError:
            await asyncio.shield(self._put_back(repository))
            raise
        if done.imported:
            async with self._database.transaction() as connection:
                await brought(connection, repository)
        told = {"imported": done.imported, "evaluated": done.evaluated, "problem": done.problem}
        LOG.info("repository.synced", repository=str(repository), **told)

    async def _publish(self, repository: UUID) -> None:
        """Publish what git lacks, and read what became of it; where git moved meanwhile, once more on top of that."""
        for _ in range(MOST_ROUNDS):
            done = await self._publisher.publish(repository)
            if done.outcome is not Outcome.NOTHING:
                told = {"outcome": done.outcome.value, "commits": done.commits, "held": done.held}
                LOG.info("repository.published", repository=str(repository), **told, problem=done.problem)
            if done.outcome not in {Outcome.PUSHED, Outcome.REJECTED}:
                return
            if (await self._synchroniser.sync(repository)).problem:
                return

    async def _put_back(self, repository: UUID) -> None:
        async with self._database.transaction() as connection:
            await wanted(connection, repository)

    async def due(self) -> None:
        """Enqueue the repositories whose turn it is."""
        turn = timedelta(seconds=self._settings.sync_interval)
        for repository in await self._repositories.due(SERVER, turn):
            async with self._database.transaction() as connection:
                await wanted(connection, repository, again=False)

    async def checkpoint(self) -> None:
        """Write signed checkpoints of the audit log outside the database, of what was added since the last ones."""
        with suppress(UnavailableError):  # another process of this machine is at it
            kept = await keep(AuditFolder.of(self._settings), Audit(self._database), now, new_id)
            LOG.info("audit.checkpoints", written=len(kept.notes), faults=len(kept.faults))

    async def verify(self) -> None:
        """Verify the whole audit log against its checkpoints; what is wrong goes into the log of this process."""
        series = AuditFolder.of(self._settings).read()
        kept = () if series is None else (AuditKept(series),)
        verified = await Audit(self._database).verify(SERVER, kept, missed=True)
        for fault in verified.faults[:MOST_TOLD]:
            LOG.error("audit.broken", chain=str(fault.chain), entry=fault.n, fault=fault.message)
        LOG.info("audit.verified", chains=len(verified.ends), faults=len(verified.faults))

    async def seal(self) -> None:
        """Bring large values under the key in use."""
        done = await self._sealed.upkeep()
        if done.moved or done.sealed or done.forgotten:
            LOG.info("artifacts.sealed", moved=done.moved, sealed=done.sealed, keys_forgotten=done.forgotten)

    async def retain(self) -> None:
        """Let go of what was kept long enough."""
        done = await self._retention.run(SERVER)
        for one in done.projects:
            LOG.info(
                "retention.done", project=one.project, **{what.replace("-", "_"): n for what, n in one.counts.items()}
            )
        if done.values:
            LOG.info("artifacts.removed", artifacts=done.values, bytes=done.size)

    async def tidy(self) -> None:
        """Write down which leases of tasks ran out, and what changed under the hands of whoever holds one."""
        over, changed = await Oversight(self._database, now).tidy()
        if over or changed:
            LOG.info("tasks.tidied", expired=over, changed=changed)

    async def waivers(self) -> None:
        """Write down which waivers end soon."""
        told = await Claims(self._database, now, nobody).announce(SERVER)
        if told:
            LOG.info("waivers.ending", told=told)

    async def sweep(self) -> None:
        """Forget sessions that are over, old idempotency keys and counters, and mirrors of removed repositories."""
        await forget(self._database, now)
        await forget_hooks(self._database, now)
        await self.telling.forget()
        kept = await self._repositories.all(SERVER)
        removed = await asyncio.to_thread(mirrors(self._settings).keep_only, kept)
        if removed:
            LOG.info("mirrors.removed", mirrors=removed)

    async def weekly(self) -> None:
        """Write the letters that are due and send them."""
        database = self._database
        projects, members = Projects(database, now, new_id), Members(database, now, new_id)
        if sent := await weekly(Office(self._settings, projects, members, self._letters)):
            LOG.info("letters.sent", reached=sent)


@dataclass(frozen=True, slots=True)
class Pace:
    """How often a worker says that it lives, and for how long it may be silent; in seconds."""

    heartbeat: float = 3.0
    silence: int = 15
    grace: float = 2.0


def letting_in(database: Database, settings: Settings) -> LetIn:
    """Give what finds the credentials of a repository."""
    return Credentials(database, now, vault(settings)).access


def answers(database: Database, settings: Settings) -> Answers:
    """Give what tells code hosts how gates stand."""
    transport, known = Transport(settings.allow_private_addresses), read_known(settings.code_hosts)
    credentials = settings.data_dir / "mirrors" / "credentials"
    let_in = letting_in(database, settings)
    return Answers(database, credentials, transport.send, known, public_url=settings.public_url, let_in=let_in)


def publisher(database: Database, settings: Settings) -> Publisher:
    """Give what writes to repositories what is written on the server."""
    transport = Transport(settings.allow_private_addresses)
    known = read_known(settings.code_hosts)
    let_in = letting_in(database, settings)
    pulls = HostPulls(settings.data_dir / "mirrors" / "credentials", transport.send, known, let_in)
    place, sealing = mirrors(settings, let_in), vault(settings)
    return Publisher(database, place, now, SERVER, domain=settings.commit_domain, pulls=pulls, vault=sealing)


def make_queue(database: Database, settings: Settings, pace: Pace) -> App:
    """Make the queue's application with every job in it."""
    queue = App(
        connector=PsycopgConnector(conninfo=database.conninfo, min_size=1, max_size=2 * CONCURRENCY + 3),
        worker_defaults={
            "update_heartbeat_interval": pace.heartbeat,
            "stalled_worker_timeout": pace.silence,
            "shutdown_graceful_timeout": pace.grace,
            "install_signal_handlers": False,
            "delete_jobs": "successful",
            "worker_middleware": [followed(tracing(settings))],
        },
        periodic_defaults={"max_delay": 60.0},
    )
    tasks = Tasks(database, settings)

    # Plain functions: the queue looks whether what it is given is a coroutine function.
    @queue.task(name=SYNC, queue=WORK)
    async def sync(repository: str, *, again: bool = False) -> None:
        await tasks.sync(repository, again=again)

    @queue.task(name=PUBLISH, queue=WORK)
    async def publish(repository: str) -> None:
        await tasks.sync(repository)

    @queue.task(name=SPECS, queue=WORK)
    async def specs(repository: str) -> None:
        await tasks.specs(repository)

    @queue.task(name=REBASE, queue=WORK)
    async def rebase(project: str, spec: str) -> None:
        await tasks.rebase(project, spec)

    @queue.task(name=ANSWER, queue=WORK)
    async def answer(project: str, gate: str) -> None:
        await tasks.answer(project, gate)

    tasks.meaning.join(queue)
    tasks.telling.join(queue)
    Running(database, settings).join(queue)
    _by_the_clock(queue, tasks, settings, pace)
    return queue


def _by_the_clock(queue: App, tasks: Tasks, settings: Settings, pace: Pace) -> None:
    """Say what is done when. The sixth field of these schedules is the second."""
    often = settings.sync_interval < 60  # noqa: PLR2004 (a minute)
    every(queue, "* * * * * */10" if often else "* * * * *", "due", tasks.due)
    every(queue, "*/15 * * * *", "weekly", tasks.weekly)
    every(queue, "* * * * * */5", "take_up", lambda: take_up(queue, pace))
    every(queue, "* * * * * */5", "undelivered", tasks.telling.undelivered)
    every(queue, "* * * * * */5", "undescribed", tasks.meaning.code)
    if settings.embeddings:
        every(queue, "* * * * * */5", "unembedded", tasks.meaning.passages)
    every(queue, "* * * * * */10", "tidy_tasks", tasks.tidy)
    every(queue, "*/5 * * * *", "checkpoint", tasks.checkpoint)
    every(queue, "0 4 * * *", "verify", tasks.verify)
    every(queue, "*/10 * * * *", "seal", tasks.seal)
    every(queue, "45 3 * * *", "retain", tasks.retain)
    every(queue, "15 * * * *", "waivers", tasks.waivers)
    every(queue, "30 3 * * *", "sweep", lambda: sweep(queue, tasks))


def every(queue: App, cron: str, name: str, do: Callable[[], Awaitable[None]]) -> None:
    """Have something done by the clock, by one worker at a time."""

    @queue.periodic(cron=cron)
    @queue.task(name=name, queue=CLOCK, queueing_lock=name)
    async def run(timestamp: int) -> None:
        del timestamp
        await do()


async def take_up(queue: App, pace: Pace) -> None:
    """Put jobs back that are said to be done by a worker that is silent or gone."""
    manager = queue.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=pace.silence):
        LOG.warning("job.lost", job=job.id, task=job.task_name)
        try:
            await manager.retry_job(job)
        except ProcrastinateException:  # the same work waits already
            with suppress(ProcrastinateException):
                await manager.finish_job(job, Status.FAILED, delete_job=True)


async def sweep(queue: App, tasks: Tasks) -> None:
    """Forget jobs that ended long ago, and what the tasks' own sweep forgets."""
    await tasks.sweep()
    await queue.job_manager.delete_old_jobs(
        KEPT_HOURS, include_failed=True, include_cancelled=True, include_aborted=True
    )
