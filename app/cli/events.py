"""`holdfast events`: what happens in a project, as lines for people or for programs, once or for as long as wanted."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from app.cli._remote import Remote, remote, server_options
from app.settings import Settings
from app.wording import clean
from specs.errors import HoldfastError, UnavailableError, UserError

WAIT = 20
PATIENCE = 45
PAUSE = 1.0
LONGEST = 30.0
MOST_CURSOR = 10_000
NAMED = ("path", "to", "title", "name", "invariant", "repository", "commit")
WORDS = ("change", "verdict", "state", "how", "role", "reason")


@click.command()
@click.option("--follow", is_flag=True, help="Go on until Ctrl-C, with what happens from now on.")
@click.option("--after", default="", metavar="CURSOR", help="Only what came after; `start`: all that is kept.")
@click.option("--kinds", default="", metavar="TYPE,...", help="Only these types, such as spec.* or finding.opened.")
@click.option("--spec", default="", metavar="SPEC", help="Only what speaks of this spec, by path or id.")
@click.option("--paths", default="", metavar="GLOB,...", help="Only what speaks of these paths.")
@click.option(
    "--cursor-file",
    default=None,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Go on from the cursor in this file, and keep the last one there.",
)
@click.option(
    "--format", "format_", default="text", type=click.Choice(["text", "json"]), help="json: one event a line."
)
@server_options
@click.pass_obj
def events(
    settings: Settings,
    /,
    *,
    follow: bool,
    cursor_file: Path | None,
    format_: str,
    server: str,
    project: str,
    after: str,
    **asked: str,
) -> None:
    """Print what happened in the project, the oldest first; with --follow, what happens from now on.

    Without --after and --cursor-file all that the server keeps is printed. A cursor that the server no longer knows
    ends the command with what to do about it.
    """
    at = remote(settings, server, project)
    kept = _kept(cursor_file)
    cursor = after or kept or ("" if follow else "start")
    try:
        for told in answers(at, cursor, follow=follow, **asked):
            for event in told["items"]:
                click.echo(json.dumps(event) if format_ == "json" else line(event))
            if cursor_file is not None and told["cursor"] != kept:
                kept = told["cursor"]
                _keep(cursor_file, kept)
    except KeyboardInterrupt:
        click.echo("Stopped.", err=True)


def answers(at: Remote, cursor: str, *, follow: bool, **asked: str) -> Iterator[dict[str, Any]]:
    """Ask again and again from where the last answer ended: to the end, or waiting for more there.

    A server that is away is asked again, ever more seldom, where one follows. Raises as `Remote.ask` does otherwise.
    """
    pause = PAUSE
    while True:
        query = {**asked, "after": cursor, "wait": WAIT if follow else 0}
        try:
            told = at.get("/events", query, seconds=PATIENCE).json()
        except UnavailableError:
            if not follow or not cursor:
                raise
            time.sleep(pause)
            pause = min(pause * 2, LONGEST)
            continue
        except HoldfastError as error:
            raise _gone(error) from error
        pause = PAUSE
        yield told
        cursor = told["cursor"]
        if not follow and not told.get("more"):
            return


def line(event: dict[str, Any]) -> str:
    """Write an event for a person."""
    data = event["data"]
    what = next((str(data[name]) for name in NAMED if data.get(name)), event["subject"])
    if data.get("from"):
        what = f"{data['from']} -> {what}"
    if data.get("findings"):
        first = data["findings"][0]
        what = f"{data.get('finding_count', 1)}: {first['invariant']} in {first.get('path') or 'the specs'}"
    how = ", ".join(str(data[name]) for name in WORDS if data.get(name))
    by = event["actor"].get("name") or event["actor"]["kind"]
    return clean(
        f"{event['at'][:16].replace('T', ' ')}  {event['type']:<20}  {what}{f' ({how})' if how else ''}, by {by}"
    )


def _gone(error: HoldfastError) -> HoldfastError:
    cursor = error.details.get("cursor")
    if not isinstance(cursor, str):
        return error
    return UserError(error.message, f"Read anew what you keep (holdfast pull), then: --after {cursor}")


def _kept(file: Path | None) -> str:
    if file is None or not file.exists():
        return ""
    try:
        return file.read_text("ascii")[:MOST_CURSOR].strip()
    except (OSError, UnicodeError) as error:
        raise UserError(f"{file} cannot be read as a cursor.", "Remove it, or name another file.") from error


def _keep(file: Path, cursor: str) -> None:
    """Write the cursor so that whoever is killed meanwhile finds the old one or the new one."""
    fresh = file.with_name(f"{file.name}.new")
    try:
        fresh.write_text(cursor + "\n", "ascii")
        fresh.replace(file)
    except OSError as error:
        raise UserError(f"{file} cannot be written: {error.strerror}.", "Name a file in a folder of yours.") from error
