"""`holdfast people`: who can log in to an installation, and who is shut out, on the server's own machine."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from app.cli._options import DATABASE
from app.settings import Settings
from app.wording import clean, counted
from specs.errors import MissingError

if TYPE_CHECKING:  # its libraries take a while to load
    from app.identity.sessions import Person

DONE = {
    "disable": "is shut out: sessions and tokens stopped at once",
    "enable": "may log in again, with the password they had",
    "end_sessions": "has no session any more, and logs in again",
}


@click.group()
def people() -> None:
    """Say who can log in, shut somebody out, let them in again, end their sessions."""


@people.command(name="list")
@click.option("--format", "format_", default="text", type=click.Choice(["text", "json"]), help="How to write.")
@DATABASE
@click.pass_obj
def list_(settings: Settings, format_: str, database_url: str) -> None:
    """List everyone who can log in, or could: when they were seen last, in how many projects they are."""
    rows = asyncio.run(_list(settings, database_url))
    if format_ == "json":
        import msgspec

        from app.api.installation import PersonOut

        click.echo(msgspec.json.format(msgspec.json.encode([PersonOut.of(row) for row in rows])))
        return
    for row in rows:
        state = f"shut out {row.disabled_at:%Y-%m-%d}" if row.disabled_at else "may log in"
        seen = f"seen {row.seen_at:%Y-%m-%d %H:%M} UTC" if row.seen_at else "never seen"
        parts = [state, seen, counted(row.projects, "project"), counted(row.sessions, "session")]
        parts += ["administers"] if row.site_admin else []
        name = "" if row.name == row.login else f"  {clean(row.name)}"
        click.echo(f"{click.style(clean(row.login), bold=True)}{name}  {', '.join(parts)}")
    if not rows:
        click.echo("Nobody can log in yet: `holdfast admin link` lets the first administrator in.", err=True)


async def _list(settings: Settings, database_url: str) -> "Sequence[Person]":
    from app.cli._services import services
    from specs.access import SERVER

    async with services(settings, database_url) as made:
        return await made.sessions.people(SERVER)


@people.command(name="shut-out")
@click.argument("login")
@DATABASE
@click.pass_obj
def shut_out(settings: Settings, login: str, database_url: str) -> None:
    """Shut a person out: sessions and tokens stop at once."""
    asyncio.run(_change(settings, login, "disable", database_url))


@people.command(name="let-in")
@click.argument("login")
@DATABASE
@click.pass_obj
def let_in(settings: Settings, login: str, database_url: str) -> None:
    """Let a person in again who was shut out."""
    asyncio.run(_change(settings, login, "enable", database_url))


@people.command(name="end-sessions")
@click.argument("login")
@DATABASE
@click.pass_obj
def end_sessions(settings: Settings, login: str, database_url: str) -> None:
    """End all sessions of a person: they log in again."""
    asyncio.run(_change(settings, login, "end_sessions", database_url))


async def _change(settings: Settings, login: str, act: str, database_url: str) -> None:
    """Do one of these things to whoever has a login, and say so. Raises `MissingError`."""
    from app.cli._services import services
    from specs.access import SERVER

    async with services(settings, database_url) as made:
        found = next((one for one in await made.sessions.people(SERVER) if one.login == login), None)
        if found is None:
            raise MissingError(f"Nobody here has the login {clean(login)!r}.", "`holdfast people list` names them.")
        acts = {
            "disable": made.access.disable,
            "enable": made.access.enable,
            "end_sessions": made.access.end_sessions,
        }
        await acts[act](SERVER, found.actor)
    click.echo(f"{clean(found.name)} {DONE[act]}.")
