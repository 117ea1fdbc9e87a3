"""`holdfast receipts`: what agents and people were told before they acted, found again from what came of it."""

import json
from typing import Any

import click

from app.cli._remote import remote, server_options
from app.settings import Settings
from app.wording import clean, counted


@click.command()
@click.option("--proposal", default="", metavar="ID", help="What the author of a proposal had been told before it.")
@click.option("--gate", default="", metavar="ID", help="What whoever checked a commit had been told before.")
@click.option("--finding", default="", metavar="FINGERPRINT", help="What anyone had been told of its place before it.")
@click.option("--author", default="", metavar="ID", help="What an actor was told.")
@click.option("--task", default="", metavar="ID", help="What was served in the course of a task.")
@click.option("--path", default="", metavar="PATH", help="What names a file or folder, what is in it or what it is in.")
@click.option("--format", "format_", default="text", type=click.Choice(["text", "json"]), help="How to write.")
@server_options
@click.pass_obj
def receipts(settings: Settings, /, *, server: str, project: str, format_: str, **asked: str) -> None:
    """List bundles of context that were served, the newest first, with the sections that each told."""
    items: list[dict[str, Any]] = remote(settings, server, project).every("/context", asked)
    if format_ == "json":
        click.echo(json.dumps(items, ensure_ascii=False, indent=2))
        return
    for item in items:
        task = clean(item.get("task") or ", ".join(item.get("paths", []))).split("\n", 1)[0]
        click.echo(f"{item['id']}  {item['at'][:16]}  {clean(item['actor']['name'])}  {task}")
        for told in item.get("items", []):
            click.echo(f"  {told['kind']}  {clean(told['spec'])}#{clean(told['anchor'])}  {told['revision'][:12]}")
    click.echo(f"{counted(len(items), 'bundle')}." if items else "Nothing was served that is asked for.")
