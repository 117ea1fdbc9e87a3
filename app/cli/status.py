"""`holdfast status`: says what differs between the folder and the server, and what waits for whom."""

import sys

import click

from app.cli._checkout import Opened, as_json, lines, opened, show
from app.cli._remote import server_options
from app.cli.pull import named
from app.settings import Settings
from app.wording import counted
from specs.diff import unified
from specs.errors import UnavailableError


@click.command()
@click.option("--diff", "path", default="", metavar="PATH", help="Show how the file differs from the server's text.")
@click.option("--json", "machine", is_flag=True, help="Write JSON.")
@server_options
@click.pass_obj
def status(settings: Settings, /, *, path: str, machine: bool, server: str, project: str) -> None:
    """Say what changed here, there and on both sides, what is paused and why, what waits for review. Changes nothing.

    Exit code 0 where both are the same, 1 where something differs. Where the server does not answer it tells what
    changed here since the last run, and leaves with 3.
    """
    with opened(settings, server, project, lock=False) as at:
        at.run.look_here()
        away: UnavailableError | None = None
        try:
            at.run.look_there()
        except UnavailableError as error:
            away = error
        code = _diff(at, path) if path else _tell(at, machine=machine, away=away)
    sys.exit(code)


def _diff(at: Opened, path: str) -> int:
    """Write the difference from the server's text to the file."""
    item = named(at, path)
    at.run.fetch([item])
    record = at.run.state.records[item.id]
    there = at.run.text(record.there.text) if record.there is not None else ""
    here = at.folder.read(item.at) if item.at else ""
    name = record.there.path if record.there is not None else item.at
    click.echo(unified(there or "", here or "", f"there/{name}", f"here/{item.at or item.path}"), nl=False)
    return 1


def _tell(at: Opened, *, machine: bool, away: UnavailableError | None) -> int:
    run = at.run
    try:
        items = run.items()
        run.ask_who(items)
    except UnavailableError as error:
        away, items = error, run.items(settle=False)
    told = lines(at, items)
    if machine:
        click.echo(as_json(at, told, run.scan.troubles, answers=away is None))
    else:
        show(at, told, run.scan.troubles)
        if not told and not run.scan.troubles:
            click.echo(f"{counted(len(run.state.entries()), 'spec')}: {at.name} are the same.")
    if away is not None:
        raise UnavailableError(away.message, "This is as of the last run; what changed there since is not known.")
    return 1 if told or run.scan.troubles else 0
