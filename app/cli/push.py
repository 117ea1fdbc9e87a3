"""`holdfast push`: sends what changed in the folder to the server."""

import sys

import click

from app.cli._checkout import check_branch, check_removals, finish, opened
from app.cli._remote import server_options
from app.cli.pull import named
from app.settings import Settings
from specs.errors import UserError
from sync.checkout.deciding import mine


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATHS]")
@click.option("--mine", "keep", is_flag=True, help="The files at PATHS are right as they stand here.")
@click.option("--message", "-m", default="", metavar="TEXT", help="Why, for the history.")
@click.option("--removals", is_flag=True, help="Also where most files are gone here.")
@click.option("--this-branch", is_flag=True, help="Also where git is on another branch than before.")
@click.option("--format", "format_", default="text", type=click.Choice(["text", "json"]), help="How to write.")
@server_options
@click.pass_obj
def push(
    settings: Settings,
    /,
    *,
    paths: tuple[str, ...],
    keep: bool,
    message: str,
    removals: bool,
    this_branch: bool,
    format_: str,
    server: str,
    project: str,
) -> None:
    """Send new, changed, renamed and removed files; policy and the server's merge decide what becomes of each.

    What waits for review is named with its proposal; what cannot be merged waits there as a conflict, and the file is
    paused. With --mine the files at PATHS are right as they are, whatever the server has. Exit code 1 where somebody
    has to decide something.
    """
    if bool(paths) != keep:
        raise UserError("PATHS and --mine belong together.", "A plain push sends everything that changed here.")
    with opened(settings, server, project, message=message) as at:
        run = at.run
        run.begin()
        run.look_there()
        for name in paths:
            item = named(at, name)
            run.state = run.state.put(mine(item, run.state.records[item.id]))
        check_branch(at, allowed=this_branch)
        check_removals(run, allowed=removals)
        run.push()
        run.save()
        code = finish(at, format_)
    sys.exit(code)
