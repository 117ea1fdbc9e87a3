"""`holdfast conflicts`: lists, shows and settles texts that met another head on a server and could not be merged."""

import json
from http import HTTPStatus
from typing import Any

import click

from app.cli._conflicts import line, page, picks
from app.cli._proposals import read_text
from app.cli._remote import remote, server_options
from app.settings import Settings
from app.wording import clean, counted
from specs.errors import UserError

STATES = ("open", "resolved", "withdrawn", "all")


@click.group()
def conflicts() -> None:
    """List, read and settle what could not be merged without asking."""


@conflicts.command("list")
@click.option("--state", default="open", show_default=True, type=click.Choice(STATES), help="Those in a state.")
@click.option("--spec", default="", metavar="PATH", help="Those of one spec.")
@click.option("--format", "format_", default="text", type=click.Choice(["text", "json"]), help="How to write.")
@server_options
@click.pass_obj
def list_(settings: Settings, /, *, state: str, spec: str, format_: str, server: str, project: str) -> None:
    """List conflicts, the newest first: those that wait, unless another state is asked for."""
    at = remote(settings, server, project)
    items = at.every("/conflicts", {"state": state, "spec": at.spec(spec) if spec else None})
    if format_ == "json":
        click.echo(json.dumps(items, ensure_ascii=False, indent=2))
        return
    for item in items:
        click.echo(line(item))
    if not items:
        click.echo("No conflict waits." if state == "open" else "There are no such conflicts.")


@conflicts.command()
@click.argument("conflict")
@click.option("--format", "format_", default="text", type=click.Choice(["text", "json"]), help="How to write.")
@server_options
@click.pass_obj
def show(settings: Settings, /, conflict: str, *, format_: str, server: str, project: str) -> None:
    """Show a conflict, region by region, held against the newest head: both sides, what they began from, the offers."""
    at = remote(settings, server, project)
    found = at.get(f"/conflicts/{at.quoted(conflict)}").json()
    if format_ == "json":
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for text in page(found):
        click.echo(text)


@conflicts.command()
@click.argument("conflict")
@click.option("--take", "taken", multiple=True, metavar="[REGION=]NAME", help="ours, theirs, base, or an offer's name.")
@click.option("--own", "own", multiple=True, metavar="REGION=FILE", help="A text of your own; - is the input.")
@click.option("--message", "-m", default="", metavar="TEXT", help="Why.")
@click.option("--keep", is_flag=True, help="Only keep these choices: the conflict stays open.")
@server_options
@click.pass_obj
def resolve(settings: Settings, /, conflict: str, *, server: str, project: str, **asked: Any) -> None:
    """Settle a conflict: a name alone counts for every region, `2=theirs` for the second one as `show` numbers them.

    Choices kept before count, too. The spec's head becomes the text of both sides; where policy wants it, people look
    at it first.
    """
    at = remote(settings, server, project)
    place = f"/conflicts/{at.quoted(conflict)}"
    own = {}
    for entry in asked["own"]:
        region, parted, file = entry.partition("=")
        if not parted:
            raise UserError(f"{clean(entry)} names no region.", "Write --own REGION=FILE, such as --own 1=text.md.")
        own[region] = read_text(file)
    choices = picks(at.get(place).json()["regions"], asked["taken"], own) if asked["taken"] or own else []
    if asked["keep"]:
        if not choices:
            raise UserError("Nothing is chosen.", "Choose with --take or --own.")
        kept = at.ask("PATCH", place, {"choices": choices}).json()["regions"]
        left = sum(not region.get("choice") for region in kept)
        click.echo(f"Kept. {counted(left, 'region')} left to decide.")
        return
    answer = at.ask("POST", f"{place}/resolve", {"choices": choices, "message": asked["message"]})
    found = answer.json()
    if answer.status == HTTPStatus.ACCEPTED:
        click.echo(f"Proposal {found['proposal']}: {clean(found['detail'])}")
    else:
        click.echo(f"Resolved: {clean(found['path'])} is at {found['head'][:12]}.")


@conflicts.command()
@click.argument("conflict")
@server_options
@click.pass_obj
def withdraw(settings: Settings, /, conflict: str, *, server: str, project: str) -> None:
    """Give a conflict up: whoever wrote its text may, and a reviewer. The text stays readable as a side revision."""
    at = remote(settings, server, project)
    gone = at.ask("POST", f"/conflicts/{at.quoted(conflict)}/withdraw", {}).json()
    click.echo(f"Withdrawn: {clean(gone['path'])} stays as it is.")
