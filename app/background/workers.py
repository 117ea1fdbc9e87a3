"""Runs the workers that do the jobs beside it, until told to end; begins anew when the database was away."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import structlog
from procrastinate import App
from procrastinate.worker import Worker

from app.background.jobs import CONCURRENCY, Pace, make_queue
from app.db.database import Database
from app.ending import ended
from app.queue import CLOCK, HOOKS, WORK
from app.settings import Settings
from specs.errors import HoldfastError, UnavailableError

LOG = structlog.get_logger("holdfast.jobs")
PAUSE = 1.0
# Receivers of webhooks that hang hold nobody up but each other.
CROWDS = ((WORK, "work", CONCURRENCY), (HOOKS, "hooks", CONCURRENCY), (CLOCK, "clock", 1))


@asynccontextmanager
async def working(database: Database, settings: Settings, pace: Pace | None = None) -> AsyncIterator[None]:
    """Do jobs beside whatever is in the block; at its end, what is under way is put back for the next worker."""
    ending = asyncio.Event()
    task = asyncio.create_task(work(database, settings, pace, ending))
    try:
        yield
    finally:
        ending.set()
        await task


async def work(
    database: Database, settings: Settings, pace: Pace | None = None, ending: asyncio.Event | None = None
) -> None:
    """Do jobs until `ending` is set. When the database goes away, begin anew as soon as it is back."""
    ending = ending or asyncio.Event()
    while not ending.is_set():
        try:
            await _serve_only_what_fits(database)
            await _do_jobs(make_queue(database, settings, pace or Pace()), ending)
        except Exception as error:  # noqa: BLE001 (whatever ended it: jobs must go on)
            LOG.warning("worker.restarts", error=type(error).__name__)
        with suppress(TimeoutError):
            async with asyncio.timeout(PAUSE):
                await ending.wait()
                return
        with suppress(HoldfastError):
            await database.ping()  # which also brings an embedded database back


async def _serve_only_what_fits(database: Database) -> None:
    """Raise `UnavailableError` where the schema is older than this program, or newer than it can go on with."""
    if hint := (await database.fit()).hint:
        LOG.error("schema.unfit", hint=hint)
        raise UnavailableError("The database has another schema than this program.", hint)


async def _do_jobs(queue: App, ending: asyncio.Event) -> None:
    """Open a queue and work on it until the end is wanted, or a worker fails."""
    told = asyncio.ensure_future(ending.wait())
    opening = asyncio.ensure_future(queue.open_async())
    try:
        await asyncio.wait((opening, told), return_when=asyncio.FIRST_COMPLETED)
        if opening.done():
            opening.result()
            await _run_workers(queue, told)
    finally:
        await ended(opening, told)
        await queue.close_async()


async def _run_workers(queue: App, told: "asyncio.Future[Any]") -> None:
    """Run the workers. They are told to stop, not cancelled: that may be lost on them, and twice is too much."""
    common: dict[str, Any] = dict(queue.worker_defaults)
    workers = [
        Worker(queue, **common | {"queues": [name], "name": called, "concurrency": many})
        for name, called, many in CROWDS
    ]
    running = [asyncio.create_task(one.run()) for one in workers]  # type: ignore[no-untyped-call] # the library is not typed
    try:
        await asyncio.wait((*running, told), return_when=asyncio.FIRST_COMPLETED)
    finally:
        for one in workers:
            one.stop()  # type: ignore[no-untyped-call] # the library is not typed
        await asyncio.wait(running)
    for task in running:
        task.result()
