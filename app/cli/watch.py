"""`holdfast watch`: keeps the folder and the server the same, both ways, until it is stopped."""

import sys
import time
from collections.abc import Iterator

import click

from app.cli._checkout import Opened, check_branch, check_removals, finish, lines, opened
from app.cli._remote import server_options
from app.settings import Settings
from app.wording import clean
from specs.errors import HoldfastError, UnavailableError
from sync.checkout.values import Operation

EVERY = 3.0
LONGEST = 60.0


@click.command()
@click.option("--once", is_flag=True, help="One round, both ways, then leave.")
@click.option(
    "--every", default=EVERY, show_default=True, type=click.FloatRange(0.2, 3600), help="Seconds between rounds."
)
@click.option("--removals", is_flag=True, help="Also where most files are gone here.")
@click.option("--this-branch", is_flag=True, help="Also where git is on another branch than before.")
@server_options
@click.pass_obj
def watch(
    settings: Settings,
    /,
    *,
    once: bool,
    every: float,
    removals: bool,
    this_branch: bool,
    server: str,
    project: str,
) -> None:
    """Bring what changes there and send what changes here, in rounds; writes only what it does and what waits for you.

    Where the server does not answer it says so once and tries again, ever more seldom. A file is sent once nobody has
    touched it for two seconds. Ctrl-C ends it between two steps; nothing is left half done.
    """
    if once:
        with opened(settings, server, project) as at:
            at.run.begin()
            at.run.look_there()
            at.run.pull()
            check_branch(at, allowed=this_branch)
            check_removals(at.run, allowed=removals)
            at.run.push()
            at.run.save()
            code = finish(at, "text")
        sys.exit(code)
    try:
        _go_on(settings, server, project, every=every, allowed=(removals, this_branch))
    except KeyboardInterrupt:
        click.echo("Stopped.", err=True)


def _go_on(settings: Settings, server: str, project: str, *, every: float, allowed: tuple[bool, bool]) -> None:
    """Go on round by round."""
    told: set[str] = set()
    gone: set[str] = set()
    waits = _pauses(every)
    away = False
    while True:
        try:
            with opened(settings, server, project) as at:
                gone = _round(at, gone, *allowed)
                told = _tell(at, told)
        except UnavailableError as error:
            if not away:
                click.echo(f"{clean(error.message)} Trying again.", err=True)
            away = True
            time.sleep(next(waits))
            continue
        except HoldfastError as error:
            message = f"{clean(error.message)} {clean(error.hint)}"
            if message not in told:
                click.echo(message, err=True)
            told = {message}
        if away:
            click.echo("The server answers again.", err=True)
        away, waits = False, _pauses(every)
        time.sleep(every)


def _pauses(every: float) -> Iterator[float]:
    """Give how long to wait for a server that is away: ever longer, up to a minute."""
    pause = every
    while True:
        yield pause
        pause = min(pause * 2, LONGEST)


def _round(at: Opened, gone: set[str], removals: bool, this_branch: bool) -> set[str]:  # noqa: FBT001 (what is allowed)
    """Do one round; a file that is gone counts as removed only when it was gone the round before. Give what is gone."""
    run = at.run
    run.begin()
    run.look_there()
    run.pull()
    items = run.items(settle=False)
    missing = {item.path for item in items if Operation.RETIRE in item.gives}
    run.save()
    check_branch(at, allowed=this_branch)
    check_removals(run, allowed=removals)
    settled = set(run.scan.stamps) | (missing & gone)
    run.push(again=False, only=settled)
    run.save()
    return missing


def _tell(at: Opened, told: set[str]) -> set[str]:
    """Write what was done, and what waits for somebody where that is new; give what was told."""
    for one in at.run.log.did:
        if one.word not in {"refused", "waits", "conflict"}:
            click.echo(f"  {one.word:<18} {clean(one.path)}{f', {clean(one.detail)}' if one.detail else ''}")
    now = set()
    for line in lines(at, at.run.items()):
        if line.state in {"paused", "conflict", "refused", "declined", "waiting"}:
            more = " ".join(part for part in (line.why, line.url, line.hint) if part)
            now.add(f"  {line.state:<18} {clean(line.item.path)}: {clean(more)}")
    now |= {f"  {'left alone':<18} {clean(one.path)}: {clean(one.message)}" for one in at.run.scan.troubles}
    for text in sorted(now - told):
        click.echo(text)
    return now
