"""`holdfast install`: has git use Holdfast in one repository, says what that changes, and undoes it."""

from pathlib import Path

import click

from app.settings import Settings


@click.group()
def install() -> None:
    """Have git use Holdfast in this repository."""


@install.command("merge-driver")
@click.argument("path", default=".", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--pattern", "patterns", multiple=True, default=("*.md",), metavar="GLOB", help="Which files; any number."
)
@click.option("--undo", is_flag=True, help="Take out what was put in.")
@click.pass_obj
def merge_driver(settings: Settings, /, path: Path, *, patterns: tuple[str, ...], undo: bool) -> None:
    """Have git merge Markdown with `holdfast merge` in the repository at PATH.

    Writes a line into .gitattributes, to be committed, and a driver into the settings of this clone: each clone runs it
    once. Without the driver git merges as ever.
    """
    del settings
    from sync.gitrepo.mergedriver import install as put_in
    from sync.gitrepo.mergedriver import uninstall

    done = uninstall(path) if undo else put_in(path, patterns)
    for line in done.changes or ("nothing to change",):
        click.echo(line)
