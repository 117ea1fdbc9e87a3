"""`holdfast serve`: the database started or reached, migrated, the first administrator let in, then pages and API."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click

from app.settings import Settings


@click.command()
@click.option("--host", default=None, help="The address to listen on [HOLDFAST_HOST].")
@click.option("--port", default=None, type=click.IntRange(0, 65535), help="The port; 0: any that is free.")
@click.option("--database-url", default="", metavar="URL", help="The PostgreSQL to use; none: our own.")
@click.option("--worker/--no-worker", default=True, help="Whether to do jobs too (default), or leave them to others.")
@click.option("--workers", default=1, type=click.IntRange(1, 64), show_default=True, help="Web processes.")
@click.option(
    "--sample",
    default=None,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Load this repository as a sample project.",
)
@click.pass_obj
def serve(
    settings: Settings,
    host: str | None,
    port: int | None,
    database_url: str,
    worker: bool,  # noqa: FBT001 (click hands it over by name)
    workers: int,
    sample: Path | None,
) -> None:
    """Serve pages, API and jobs until Ctrl-C or SIGTERM.

    Without a database address, PostgreSQL runs under HOLDFAST_DATA_DIR for as long as something uses it. The first
    start prints a link with which the administrator sets a password.
    """
    import asyncio

    from app.programs.loading import loading

    with loading():
        from app import serving
        from app.telemetry import logging

    logging.configure()
    chosen = host or settings.host
    found = serving.claim_port(chosen, settings.port if port is None else port)
    wanted = replace(settings, host=chosen, port=found, database_url=database_url or settings.database_url)
    if sample is not None:
        from app.sample import top_of

        sample = top_of(sample)
        wanted = replace(wanted, repository_roots=(*wanted.repository_roots, sample))
    with database(wanted) as reached:
        for line in asyncio.run(_prepare(reached, sample)):
            click.echo(line)
        told = serving.run(
            serving.Plan(reached, embedded=not wanted.database_url, worker=worker, processes=workers),
            lambda: _ready(reached),
        )
    if not told:
        raise click.exceptions.Exit(3)


def _ready(settings: Settings) -> None:
    from app.installation.address import address, remember

    remember(settings)
    click.echo(f"Holdfast is at {address(settings)}")


@contextmanager
def database(settings: Settings) -> Iterator[Settings]:
    """Give the settings with the address of a database that answers and has our schema."""
    from app.db.embedded import EmbeddedServer
    from app.db.schema import upgrade

    if settings.database_url:
        upgrade(settings.database_url)
        yield settings
        return
    server = EmbeddedServer(settings.data_dir)
    try:
        url = server.start()
        upgrade(url)
        yield replace(settings, database_url=url)
    finally:
        server.stop()


async def _prepare(settings: Settings, sample: Path | None) -> list[str]:
    """Let the first administrator in and load the sample; give the lines that say so."""
    from app import sample as samples
    from app.db.database import Database
    from app.installation.address import listening_at
    from app.main import make_parts
    from app.unit import Services

    pool = Database(settings.database_url)
    address, lines = settings.public_url or listening_at(settings), []
    try:
        made = Services(pool, make_parts(pool, settings))
        link = await made.access.first_admin()
        if link is not None:
            lines += [
                f"Set the password of {link.login!r} within the hour:",
                f"  {address}/welcome#{link.token}",
            ]
        if sample is not None:
            loaded = await samples.load(sample, made.projects, made.members, made.tokens, made.repositories)
            lines += ["Fetch context for a task:", f"  {samples.curl(address, loaded)}"]
    finally:
        await pool.close()
    return lines
