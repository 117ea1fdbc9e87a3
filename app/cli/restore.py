"""`holdfast restore`: brings a backup back into an empty installation, and verifies it."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from app.errors import EXIT_DRIFT
from app.settings import Settings
from specs.audit import Fault


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--check", is_flag=True, help="Only read FILE whole and hold it against its digests.")
@click.option("--database-url", default="", metavar="URL", help="The empty PostgreSQL to fill [HOLDFAST_DATABASE_URL].")
@click.pass_context
def restore(context: click.Context, file: Path, database_url: str, *, check: bool) -> None:
    """Bring the backup in FILE back, migrate it, and verify its audit log. Exit code 1 where that finds faults.

    Nothing is written over: the database must be empty, and keys that stand in the data folder stay.
    """
    from app.backups import restoring
    from app.cli._services import address

    settings: Settings = context.obj
    if check:
        manifest = restoring.check(file, file.absolute().parent)
        click.echo(f"{file} is whole: {manifest.size:,} bytes, written {manifest.at} by Holdfast {manifest.version}.")
        return
    with address(settings, database_url) as url:
        done = restoring.restore(settings, url, file)
        click.echo(f"Restored what was backed up {done.manifest.at}, {done.manifest.size:,} bytes.")
        for path in done.kept:
            click.echo(f"{path} stays as it is; the backup holds another.")
        faults, entries = asyncio.run(_verify(replace(settings, database_url=url)))
    for fault in faults:
        chain = fault.chain or "the file of checkpoints"
        click.echo(f"{chain}, entry {fault.n}: {fault.message}")
    if faults:
        click.echo("The audit log does not hold: see `holdfast audit verify`.", err=True)
        context.exit(EXIT_DRIFT)
    click.echo(f"The audit log holds: {entries} entries.")


async def _verify(settings: Settings) -> tuple[Sequence[Fault], int]:
    """Verify the restored log against the checkpoints that are in its folder now."""
    from app.cli._services import services
    from app.installation.audittrail import AuditFolder
    from specs.access import SERVER
    from specs.service.audit import Kept

    folder = AuditFolder.of(settings)
    series = folder.read(folder.trusted()) if folder.folder.is_dir() else None
    async with services(settings) as made:
        kept = [] if series is None else [Kept(series, whole=True)]
        verified = await made.audit.verify(SERVER, kept, missed=True)
        return verified.faults, sum(end.n for end in verified.ends)
