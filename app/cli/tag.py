"""`holdfast tag`: names what the specs of a project say now, and shows what changed since."""

import json
from typing import Any

import click

from app.cli._remote import remote, server_options
from app.settings import Settings
from app.wording import clean, counted

SIGNS = {"added": "+", "removed": "-", "renamed": ">", "changed": "~"}


@click.group()
def tag() -> None:
    """Name what the specs say now, as a release is named, and see what changed since."""


@tag.command()
@click.argument("name")
@click.option("--message", "-m", default="", metavar="TEXT", help="What the name stands for.")
@server_options
@click.pass_obj
def create(settings: Settings, /, name: str, *, message: str, server: str, project: str) -> None:
    """Give NAME to what all active specs of the project say now. A tag never changes."""
    body = {"name": name, "message": message}
    made = remote(settings, server, project).ask("POST", "/tags", body).json()
    click.echo(f"Tagged {counted(made['count'], 'spec')} as {made['name']}.")


@tag.command("list")
@click.option("--format", "format_", default="text", type=click.Choice(["text", "json"]), help="How to write.")
@server_options
@click.pass_obj
def list_(settings: Settings, /, *, format_: str, server: str, project: str) -> None:
    """List the tags, the newest first."""
    at = remote(settings, server, project)
    items: list[dict[str, Any]] = at.every("/tags")
    if format_ == "json":
        click.echo(json.dumps(items, ensure_ascii=False, indent=2))
        return
    for item in items:
        message = f"  {clean(item['message'].splitlines()[0])}" if item.get("message") else ""
        click.echo(f"{item['name']}  {item['at'][:10]}  {counted(item['count'], 'spec')}{message}")


@tag.command()
@click.argument("name")
@click.argument("other", required=False)
@click.option("--format", "format_", default="text", type=click.Choice(["text", "json"]), help="How to write.")
@server_options
@click.pass_obj
def diff(settings: Settings, /, name: str, other: str | None, *, format_: str, server: str, project: str) -> None:
    """List the specs that changed from tag NAME to tag OTHER, or to now."""
    at = remote(settings, server, project)
    items = at.get(f"/tags/{at.quoted(name)}/diff", {"to": other}).json()["items"]
    if format_ == "json":
        click.echo(json.dumps(items, ensure_ascii=False, indent=2))
        return
    for item in items:
        before, after = item.get("before"), item.get("after")
        path = clean((after or before)["path"])
        moved = f"{clean(before['path'])} -> " if before and after and before["path"] != after["path"] else ""
        click.echo(f"{SIGNS[item['difference']]} {moved}{path}")
    if not items:
        click.echo(f"Nothing changed since {name}." if other is None else f"{name} and {other} say the same.")


@tag.command()
@click.argument("name")
@server_options
@click.pass_obj
def remove(settings: Settings, /, name: str, *, server: str, project: str) -> None:
    """Forget a tag. The revisions it named stay."""
    at = remote(settings, server, project)
    at.ask("DELETE", f"/tags/{at.quoted(name)}")
    click.echo(f"Removed the tag {name}.")
