"""`holdfast link`: says which folder is kept the same with which project on a server."""

from pathlib import Path

import click

from app.cli._remote import remote
from app.settings import Settings
from specs.errors import UserError
from sync.checkout.keeping import Keeper
from sync.checkout.linking import HINT, HOME, Link, find_link, find_root, share_link, usual_folder, write_link
from sync.trees.config import folder as plain_folder


@click.command()
@click.argument("server", default="")
@click.argument("project", default="")
@click.option("--folder", default="", metavar="DIR", help="The folder with the specs, below the root.")
@click.option("--prefix", default="", metavar="PATH", help="Only specs below this path of the project.")
@click.option("--share", is_flag=True, help="Write it into holdfast.toml, for all who have the repository.")
@click.pass_obj
def link(settings: Settings, /, *, server: str, project: str, folder: str, prefix: str, share: bool) -> None:
    """Keep a folder of this repository the same with a PROJECT on a SERVER: pull, push, status and watch go by it.

    Without SERVER and PROJECT it agrees to what the table `sync` of holdfast.toml says. The token is taken from
    HOLDFAST_TOKEN each time and kept nowhere.
    """
    found = find_link(Path())
    root, config = find_root(Path())
    known = config.sync
    server, project = server or known.server or settings.server, project or known.project or settings.project
    if not server or not project:
        raise UserError("Which project of which server?", HINT)
    made = Link(
        server.rstrip("/"),
        project,
        plain_folder(folder, "--folder", "link") if folder else usual_folder(root, config),
        plain_folder(prefix or known.prefix, "--prefix", "link"),
    )
    keeper = Keeper(root / HOME)
    if found is not None and found[0] == root and found[1] != made and keeper.load().records:
        raise UserError(
            f"This checkout is linked to {found[1].project} at {found[1].server} already.",
            f"Push what you have, then remove {root / HOME} and link anew.",
        )
    remote(settings, made.server, made.project).get("")
    if share:
        share_link(root, made)
    keeper.prepare()
    write_link(root, made)
    where = f"{made.project}, below {made.prefix}," if made.prefix else made.project
    click.echo(f"Linked {made.folder or root} with {where} at {made.server}. Next: holdfast pull.")
