"""`holdfast worker`: does the jobs of an installation, beside its web processes or instead of theirs."""

import click

from app.cli._options import DATABASE
from app.settings import Settings


@click.command()
@DATABASE
@click.pass_obj
def worker(settings: Settings, database_url: str) -> None:
    """Do jobs until Ctrl-C or SIGTERM: read repositories, check commits, write and mail the weekly letters.

    Any number of workers share the work. One that is told to stop puts back what it is at; one that is killed leaves
    it to the others, who notice within half a minute.
    """
    import asyncio
    from dataclasses import replace

    from app.cli.serve import database
    from app.telemetry import logging

    logging.configure()
    with database(replace(settings, database_url=database_url or settings.database_url)) as reached:
        click.echo("Doing jobs.")
        asyncio.run(_work(reached))


async def _work(settings: Settings) -> None:
    """Work until a signal comes."""
    import asyncio
    import signal

    from app.programs.loading import loading

    with loading():
        from app.background.workers import working
        from app.db.database import Database
        from app.events.wakes import Wakes
        from app.sources import now
        from app.telemetry.tracing import tracing
        from sync.service.feeds.feeds import Feeds

    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    pool = Database(settings.database_url)
    tracing(settings).watch(pool.observe)
    wakes = Wakes(pool, Feeds(pool, now))
    pool.on_audit = wakes.tell
    try:
        async with working(pool, settings):
            await told.wait()
    finally:
        await wakes.close()
        await pool.close()
