"""`holdfast secret`: lets something through that looks like a secret and is none, and lists what was let through."""

import click

from app.cli._remote import remote, server_options
from app.settings import Settings
from app.wording import clean


@click.group()
def secret() -> None:
    """Let through what looks like a secret and is none."""


@secret.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@click.option("--because", required=True, metavar="REASON", help="Why it is no secret.")
@server_options
@click.pass_obj
def allow(settings: Settings, ids: tuple[str, ...], because: str, server: str, project: str) -> None:
    """Say that these are no secrets, named as the refusal of a text named them. Only a person's token can.

    The token is taken from HOLDFAST_TOKEN; the audit log keeps who said so, and why.
    """
    remote(settings, server, project).ask("POST", "/secrets", {"ids": list(ids), "because": because})
    click.echo(f"Let through: {' '.join(ids)}. Send the text again.")


@secret.command(name="list")
@server_options
@click.pass_obj
def list_(settings: Settings, server: str, project: str) -> None:
    """List what was let through, the latest first: its name, when, by whom, why."""
    items = remote(settings, server, project).get("/secrets").json()["items"]
    for item in items:
        click.echo(f"{item['id']}  {item['at'][:10]}  {clean(item['actor']['name'])}: {clean(item['because'])}")
    if not items:
        click.echo("Nothing was let through.", err=True)
