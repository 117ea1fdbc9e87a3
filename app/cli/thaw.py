"""`holdfast thaw`: lets a frozen agent write again."""

from urllib.parse import urlencode

import click

from app.cli._remote import remote, server_options
from app.cli.freeze import actor_id
from app.settings import Settings
from app.wording import clean


@click.command()
@click.argument("agent")
@click.option("--because", default="", metavar="TEXT", help="What was mended, or why it may go on.")
@server_options
@click.pass_obj
def thaw(settings: Settings, /, agent: str, because: str, server: str, project: str) -> None:
    """Let a frozen AGENT, by name or id, write again. Needs the token of a person who reviews; it is recorded."""
    asked = remote(settings, server, project)
    query = f"?{urlencode({'reason': because})}" if because else ""
    asked.ask("DELETE", f"/frozen/{actor_id(asked, agent)}{query}")
    click.echo(f"{clean(agent)} may write again; what failed before no longer counts.")
