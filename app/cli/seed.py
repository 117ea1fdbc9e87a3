"""`holdfast seed`: loads a clone of this repository as the sample project, without serving."""

import asyncio
from pathlib import Path

import click

from app.cli._options import DATABASE
from app.settings import Settings


@click.command()
@click.argument("folder", default=".", type=click.Path(exists=True, file_okay=False, path_type=Path))
@DATABASE
@click.pass_obj
def seed(settings: Settings, folder: Path, database_url: str) -> None:
    """Load the clone at FOLDER as the sample project `holdfast`, and print a token that reads it.

    Safe to repeat: what is there is kept, only the token is made anew. The code is read once a worker runs.
    """
    click.echo(asyncio.run(_seed(settings, folder, database_url)))


async def _seed(settings: Settings, folder: Path, database_url: str) -> str:
    from app.cli._services import services
    from app.installation.address import address
    from app.sample import curl, load, top_of

    root = top_of(folder)
    async with services(settings, database_url, roots=(root,)) as made:
        sample = await load(root, made.projects, made.members, made.tokens, made.repositories)
    return f"Project {sample.project.slug} is loaded. Once the server runs:\n  {curl(address(settings), sample)}"
