"""`holdfast admin`: people, projects, keys and limits, on the server's own machine by whoever may run this there."""

import asyncio
from typing import TYPE_CHECKING, Any

import click

from app.cli._options import DATABASE
from app.settings import Settings
from specs.access import Link, Role

if TYPE_CHECKING:  # its libraries take a while to load
    from specs.store.artifacts import KeyState
    from sync.service.retaining import Retained


@click.group()
def admin() -> None:
    """Let people in by links, begin projects, change keys, say what may be used and how long things are kept."""


@admin.command()
@click.option("--login", default=None, metavar="LOGIN", help="Which administrator; the first by default.")
@DATABASE
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
@DATABASE
@click.pass_obj
def invite(settings: Settings, login: str, name: str, project: str, role: str, database_url: str) -> None:
    """Let a person in: print a link with which they set their password. It works once, for an hour."""
    _show(settings, asyncio.run(_invite(settings, login, name, project, Role(role), database_url)))


async def _invite(settings: Settings, login: str, name: str, project: str, role: Role, database_url: str) -> Link:
    from app.cli._services import services
    from specs.access import SERVER

    async with services(settings, database_url) as made:
        found = await made.projects.find(SERVER, project) if project else None
        made_link = await made.access.invite(SERVER, login, name)
        if found is not None:
            await made.members.set_role(SERVER, found.id, made_link.login, role)
        return made_link


@admin.command()
@click.argument("slug", metavar="NAME")
@click.option("--name", default="", help="How to show it; the short name by default.")
@DATABASE
@click.pass_obj
def project(settings: Settings, slug: str, name: str, database_url: str) -> None:
    """Begin a project: NAME is short, and part of its address."""
    from app.installation.address import address

    asyncio.run(_project(settings, slug, name, database_url))
    click.echo(f"{address(settings)}/p/{slug}")


async def _project(settings: Settings, slug: str, name: str, database_url: str) -> None:
    from app.cli._services import services
    from specs.access import SERVER

    async with services(settings, database_url) as made:
        await made.projects.create(SERVER, slug, name)


@admin.command("rotate-key")
@DATABASE
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


@admin.command("artifact-keys")
@click.option("--rotate", is_flag=True, help="Seal with another key from now on.")
@DATABASE
@click.pass_obj
def artifact_keys(settings: Settings, database_url: str, *, rotate: bool) -> None:
    """List the keys that reports, receipts and findings are sealed with, the one in use last.

    After --rotate a worker seals again what other keys sealed, within minutes; they open until nothing needs them.
    """
    for key in asyncio.run(_ring(settings, database_url, rotate=rotate)):
        state = "missing here" if not key.known else "in use" if key.since and not key.until else "opens"
        since = f"{key.since:%Y-%m-%d %H:%M}" if key.since else "-"
        click.echo(
            f"{key.name or 'unsealed':16}  {since:16}  {state:12}  {key.artifacts:,} artifacts, {key.size:,} bytes"
        )


async def _ring(settings: Settings, database_url: str, *, rotate: bool) -> "tuple[KeyState, ...]":
    from app.cli._services import services
    from specs.access import SERVER

    async with services(settings, database_url) as made:
        return await (made.sealed.rotate if rotate else made.sealed.keys)(SERVER)


@admin.command()
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@DATABASE
@click.pass_obj
def retention(settings: Settings, database_url: str, *, dry_run: bool) -> None:
    """Let go, now, of what was kept for as long as the limits say; a worker does so every night.

    Revisions, the audit log, open findings and what they rest on are kept for good.
    """
    done = asyncio.run(_retain(settings, database_url, dry=dry_run))
    for one in done.projects:
        counts = ", ".join(f"{number:,} {what}" for what, number in one.counts.items() if number)
        click.echo(f"{one.project or 'installation'}: {counts}")
    does = "would go" if dry_run else "went"
    click.echo(f"{done.values:,} stored values of {done.size:,} bytes {does}.")


async def _retain(settings: Settings, database_url: str, *, dry: bool) -> "Retained":
    from app.cli._services import services
    from specs.access import SERVER

    async with services(settings, database_url) as made:
        return await made.retention.run(SERVER, dry=dry)


@admin.command("limits")
@click.argument("words", nargs=-1, metavar="[NAME=VALUE]...")
@click.option("--project", default="", metavar="NAME", help="Those of one project; of all that say nothing otherwise.")
@DATABASE
@click.pass_obj
def limits(settings: Settings, words: tuple[str, ...], project: str, database_url: str) -> None:
    """Show, or set by NAME=VALUE first, what projects may use and how long things are kept."""
    from app.cli.limits import show

    show(asyncio.run(_limits(settings, words, project, database_url)))


async def _limits(
    settings: Settings, words: tuple[str, ...], project: str, database_url: str
) -> "list[dict[str, Any]]":
    from dataclasses import asdict

    from app.cli._services import services
    from app.cli.limits import read_settings
    from specs.access import SERVER

    async with services(settings, database_url) as made:
        found = (await made.projects.find(SERVER, project)).id if project else None
        kinds = {one.name: str(one.kind) for one in await made.limits.installation(SERVER)}
        if words:
            await made.limits.set(SERVER, found, *read_settings(words, kinds).values())
        told = await (made.limits.show(SERVER, found) if found else made.limits.installation(SERVER))
        return [asdict(one) for one in told]


def _show(settings: Settings, made: Link) -> None:
    from app.installation.address import address

    click.echo(f"{address(settings)}/welcome#{made.token}")
    click.echo(f"For {made.login}, once, until {made.expires_at:%H:%M} UTC.", err=True)
