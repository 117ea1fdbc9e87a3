"""`holdfast admin`: one-time links for people, made on the server's own machine by whoever may run this there."""

import asyncio

import click

from app.settings import Settings
from specs.access import Link, Role


@click.group()
def admin() -> None:
    """Let people in by links, and change the key that signs decisions."""


@admin.command()
@click.option("--login", default=None, metavar="LOGIN", help="Which administrator; the first by default.")
@click.option("--database-url", default="", metavar="URL", help="The PostgreSQL to use [HOLDFAST_DATABASE_URL].")
@click.pass_obj
def link(settings: Settings, login: str | None, database_url: str) -> None:
    """Print a link with which an administrator sets a new password. It works once, for an hour."""
    _show(settings, asyncio.run(_link(settings, login, database_url)))


async def _link(settings: Settings, login: str | None, database_url: str) -> Link:
    from app.cli._services import services

    async with services(settings, database_url) as made:
        # On a server that was never started, this is the start.
        first = await made.access.first_admin() if login is None else None
        return first or await made.access.admin_link(login)


@admin.command()
@click.argument("login")
@click.option("--name", default="", help="How to show the person; the login by default.")
@click.option("--project", default="", metavar="NAME", help="Make the person a member of this project.")
@click.option(
    "--role", default="editor", type=click.Choice([role.value for role in Role]), show_default=True, help="As what."
)
@click.option("--database-url", default="", metavar="URL", help="The PostgreSQL to use [HOLDFAST_DATABASE_URL].")
@click.pass_obj
def invite(  # noqa: PLR0913, PLR0917 (one for each option)
    settings: Settings, login: str, name: str, project: str, role: str, database_url: str
) -> None:
    """Let a person in: print a link with which they set their password. It works once, for an hour."""
    _show(settings, asyncio.run(_invite(settings, login, name, project, Role(role), database_url)))


async def _invite(  # noqa: PLR0913, PLR0917 (one for each option)
    settings: Settings, login: str, name: str, project: str, role: Role, database_url: str
) -> Link:
    from app.cli._services import services
    from specs.access import SERVER

    async with services(settings, database_url) as made:
        found = await made.projects.find(SERVER, project) if project else None
        made_link = await made.access.invite(SERVER, login, name)
        if found is not None:
            await made.members.set_role(SERVER, found.id, made_link.login, role)
        return made_link


@admin.command("rotate-key")
@click.option("--database-url", default="", metavar="URL", help="The PostgreSQL to use [HOLDFAST_DATABASE_URL].")
@click.pass_obj
def rotate_key(settings: Settings, database_url: str) -> None:
    """Sign decisions with another key from now on, and print the keys that are believed, the new one last."""
    for line in asyncio.run(_rotate(settings, database_url)):
        click.echo(line)


async def _rotate(settings: Settings, database_url: str) -> list[str]:
    from app.cli._services import services
    from specs.access import SERVER

    async with services(settings, database_url) as made:
        return [str(key.verifier) for key in await made.signatures.rotate(SERVER)]


def _show(settings: Settings, made: Link) -> None:
    base = settings.public_url or f"http://{settings.host}:{settings.port}"
    click.echo(f"{base}/welcome#{made.token}")
    click.echo(f"For {made.login}, once, until {made.expires_at:%H:%M} UTC.", err=True)
