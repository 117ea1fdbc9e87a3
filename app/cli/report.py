"""`holdfast report`: writes, shows and mails the weekly report of a project, on the server's machine."""

import asyncio
from datetime import date
from typing import Any

import click

from app.settings import Settings
from specs.errors import UserError


def day(_context: click.Context, _option: click.Parameter, value: str | None) -> date | None:
    """Read a date. Raises a usage error for what is none."""
    if value is None or value == "last":
        return None
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise click.BadParameter(f"{value!r} is no date\nhint: write it as 2026-11-16, or leave it out") from error


@click.command()
@click.option("--project", default="", metavar="NAME", help="The project [HOLDFAST_PROJECT].")
@click.option(
    "--week",
    callback=day,
    is_flag=False,
    flag_value="last",
    metavar="[DATE]",
    help="The week a date falls in; the last whole one by default.",
)
@click.option("--format", "format_", default="markdown", type=click.Choice(["markdown", "html"]), help="How to write.")
@click.option("--preview", is_flag=True, help="Only show it: nothing is kept, nothing is sent.")
@click.option("--send", is_flag=True, help="Mail it to the project's architects, who have not got it yet.")
@click.option("--database-url", default="", metavar="URL", help="The PostgreSQL to use [HOLDFAST_DATABASE_URL].")
@click.pass_obj
def report(settings: Settings, /, **asked: Any) -> None:
    """Write the weekly report of a project, keep it, and print it.

    A week has one report: asking again prints the one that was kept.
    """
    if not (asked["project"] or settings.project):
        raise UserError("Which project?", "Name it with --project or HOLDFAST_PROJECT.")
    if asked["preview"] and asked["send"]:
        raise UserError("A preview is not sent.", "Leave out --preview or --send.")
    click.echo(asyncio.run(_report(settings, **asked)), nl=False)


async def _report(  # noqa: PLR0913 (one for each option)
    settings: Settings,
    *,
    project: str,
    week: date | None,
    format_: str,
    preview: bool,
    send: bool,
    database_url: str,
) -> str:
    from app.cli._services import services
    from app.letters import html, markdown
    from app.mail import address, post, rendering
    from specs.access import SERVER

    async with services(settings, database_url) as made:
        found = await made.projects.find(SERVER, project or settings.project)
        if preview:
            letter = await made.letters.compose(SERVER, found, week)
            return html(letter) if format_ == "html" else markdown(letter)
        text = await made.letters.publish(SERVER, found, rendering(settings, found), week)
        if send:
            if not settings.smtp_host:
                raise UserError("There is no mail server to send with.", "Set HOLDFAST_SMTP_HOST and try again.")
            await address(settings, made.members, made.letters, found, text)
            sent = await post(settings, made.letters, found.id, text)
            click.echo(f"{sent} mails sent", err=True)
        return text.html if format_ == "html" else text.markdown
