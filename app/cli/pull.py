"""`holdfast pull`: brings what changed on the server into the folder."""

import sys
from contextlib import suppress
from pathlib import Path

import click

from app.cli._checkout import Opened, finish, note_branch, opened
from app.cli._images import bring_images
from app.cli._remote import server_options
from app.settings import Settings
from specs.errors import ConflictError, DeniedError, MissingError, UserError
from sync.checkout.deciding import theirs
from sync.checkout.planning import Item
from sync.checkout.values import Operation, Wait


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATHS]")
@click.option("--theirs", "take", is_flag=True, help="Have the files at PATHS as the server has them.")
@click.option("--format", "format_", default="text", type=click.Choice(["text", "json"]), help="How to write.")
@server_options
@click.pass_obj
def pull(settings: Settings, /, *, paths: tuple[str, ...], take: bool, format_: str, server: str, project: str) -> None:
    """Bring new, changed, renamed and retired specs here; what changed on both sides is merged.

    A file that cannot be merged without asking stays as it is and is paused. With --theirs, what the files at PATHS
    hold here is set aside and they become what the server has. Exit code 1 where somebody has to decide something.
    """
    if bool(paths) != take:
        raise UserError(
            "PATHS and --theirs belong together.", "A plain pull brings everything; what differs is merged."
        )
    with opened(settings, server, project) as at:
        at.run.begin()
        at.run.look_there()
        for name in paths:
            _give_up(at, named(at, name))
        at.run.pull()
        bring_images(at)
        note_branch(at)
        at.run.save()
        code = finish(at, format_)
    sys.exit(code)


def named(at: Opened, name: str) -> Item:
    """Give what differs at a path, below the folder or as the shell knows it. Raises `UserError` where nothing does."""
    items = {item.path: item for item in at.run.items()}
    items |= {item.at: item for item in items.values() if item.at}
    folder = (at.root / at.link.folder).resolve()
    plain = Path(name).absolute()
    below = plain.relative_to(folder).as_posix() if plain.is_relative_to(folder) else ""
    found = items.get(name) or items.get(below)
    if found is None or not found.id:
        raise UserError(f"{name} does not differ from what the server has.", "holdfast status lists what does.")
    return found


def _give_up(at: Opened, item: Item) -> None:
    """Have a file be as the server has it: what it holds is set aside, and waits in no conflict any more."""
    record = at.run.state.records[item.id]
    made = theirs(item, record)
    if item.at and item.text:
        kept = at.keeper.set_aside(item.at, at.folder.read(item.at) or "")
        click.echo(f"  {'set aside':<18} {item.at}, as {kept.relative_to(at.root)}", err=True)
    sent = record.waits(Operation.SAVE)
    if sent is not None and sent.wait is Wait.CONFLICT:
        # Settled already, or a reviewer's to withdraw: it waits for nobody here.
        with suppress(ConflictError, DeniedError, MissingError):
            at.remote.ask("POST", f"/conflicts/{at.remote.quoted(sent.ident)}/withdraw")
    at.run.state = at.run.state.put(made)
