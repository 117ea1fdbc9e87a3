"""`holdfast backup`: writes one file that holds all an installation must not lose, while it works."""

from pathlib import Path

import click

from app.settings import Settings


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--database-url", default="", metavar="URL", help="The PostgreSQL to read [HOLDFAST_DATABASE_URL].")
@click.pass_obj
def backup(settings: Settings, file: Path, database_url: str) -> None:
    """Write a backup to FILE: the database at one moment, the audit log's checkpoints, the server's keys.

    The service may go on working meanwhile. FILE holds keys and all texts: keep it where nobody else reads it. Mirrors
    of repositories are not in it, since they are fetched again.
    """
    from app.backups.taking import take
    from app.cli._services import address
    from app.sources import now

    with address(settings, database_url) as url:
        manifest = take(settings, url, file.absolute(), now())
    click.echo(f"{file}: {manifest.size:,} bytes of {len(manifest.members)} files, as of {manifest.at}.")
    click.echo("Try it: `holdfast restore --check FILE` reads it whole; a restore into a new data folder proves it.")
