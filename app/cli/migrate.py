"""`holdfast migrate`: brings the database's schema up to date, as the first step of every deployment."""

import click

from app.settings import Settings


@click.command()
@click.option("--database-url", default="", metavar="URL", help="The PostgreSQL to migrate [HOLDFAST_DATABASE_URL].")
@click.pass_obj
def migrate(settings: Settings, database_url: str) -> None:
    """Bring the database's schema up to date.

    Any number of processes may run this at once: one works, the others wait. Without a database address this is the
    embedded PostgreSQL under HOLDFAST_DATA_DIR.
    """
    from app.cli._services import address
    from app.db.schema import upgrade

    with address(settings, database_url) as url:
        upgrade(url)
    click.echo("The schema is up to date.")
