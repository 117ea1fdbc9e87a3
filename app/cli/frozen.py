"""`holdfast frozen`: lists the agents that may write nothing now."""

import click

from app.cli._remote import remote, server_options
from app.settings import Settings
from app.wording import clean


@click.command()
@server_options
@click.pass_obj
def frozen(settings: Settings, /, server: str, project: str) -> None:
    """List the agents of a project that are frozen: until when, by whom and why. `holdfast thaw` lets one go on."""
    items = remote(settings, server, project).get("/frozen").json()["items"]
    for item in items:
        actor = item["actor"]
        by = f"by {item['by']['name']}" if "by" in item else "by policy"
        click.echo(click.style(clean(actor["name"]), bold=True) + f"  {actor['id']}")
        click.echo(f"  until {item['until'][:16].replace('T', ' ')} UTC, {clean(by)}: {clean(item['reason'])}")
    if not items:
        click.echo("Nobody is frozen.")
