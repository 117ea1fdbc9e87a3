"""`holdfast watch`: keeps the folder and the server the same, both ways, until it is stopped."""

import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack

import click

from app.cli._checkout import Opened, check_branch, check_removals, finish, lines, opened
from app.cli._following import Follower
from app.cli._remote import server_options
from app.cli.events import line
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
    """Bring what changes there and send what changes here; writes only what it does and what waits for you.

    What happens there is followed as it happens, and asked for in rounds where that cannot be. Where the server does
    not answer it says so once and tries again, ever more seldom. A requirement that changes under a task is announced.
    A file is sent once nobody has touched it for two seconds. Ctrl-C ends it between two steps; nothing is left half
    done.
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
        with ExitStack() as ending:
            _go_on(settings, server, project, ending, every=every, allowed=(removals, this_branch))
    except KeyboardInterrupt:
        click.echo("Stopped.", err=True)


def _go_on(
    settings: Settings, server: str, project: str, ending: ExitStack, *, every: float, allowed: tuple[bool, bool]
) -> None:
    """Go on round by round; while the feed is heard, the server is asked only where that told of something."""
    told: set[str] = set()
    gone: set[str] = set()
    waits = _pauses(every)
    away = False
    follower: Follower | None = None
    asked, owed = 0.0, True
    while True:
        look = owed or follower is None or not follower.live or follower.stirred.is_set()
        look = owed = look or time.monotonic() - asked > LONGEST
        if follower is not None:
            follower.stirred.clear()
        try:
            with opened(settings, server, project) as at:
                if follower is None:
                    follower = Follower(at.remote, lambda text: click.echo(clean(text), err=True))
                    follower.start()
                    ending.callback(follower.stop)
                gone = _round(at, gone, *allowed, look=look)
                asked, owed = time.monotonic() if look else asked, False
                told = _tell(at, told)
                _announce(follower)
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
        follower.stirred.wait(every) if follower is not None else time.sleep(every)


def _announce(follower: Follower) -> None:
    """Write what the feed told that no file shows: requirements that changed under a task, overlaps, decisions."""
    while not follower.heard.empty():
        event = follower.heard.get()
        data = event["data"]
        if event["type"] == "task.outdated":
            path, task = data.get("path", ""), event["subject"]
            where = ", ".join(f"{path}#{one}" for one in data.get("sections", ())) or path
            click.echo(f"  {'requirement changed':<18} {clean(where)}: task {task} rests on it")
        elif not event["type"].startswith("spec."):
            click.echo(f"  {line(event)}")


def _pauses(every: float) -> Iterator[float]:
    """Give how long to wait for a server that is away: ever longer, up to a minute."""
    pause = every
    while True:
        yield pause
        pause = min(pause * 2, LONGEST)


def _round(at: Opened, gone: set[str], removals: bool, this_branch: bool, *, look: bool) -> set[str]:  # noqa: FBT001 (what is allowed)
    """Do one round, asking the server first where it is to `look`. Give the files that are gone.

    A file that is gone counts as removed only when it was gone the round before.
    """
    run = at.run
    run.begin()
    if look:
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
    for row in lines(at, at.run.items()):
        if row.state in {"paused", "conflict", "refused", "declined", "waiting"}:
            more = " ".join(part for part in (row.why, row.url, row.hint) if part)
            now.add(f"  {row.state:<18} {clean(row.item.path)}: {clean(more)}")
    now |= {f"  {'left alone':<18} {clean(one.path)}: {clean(one.message)}" for one in at.run.scan.troubles}
    for text in sorted(now - told):
        click.echo(text)
    return now
