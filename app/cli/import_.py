"""`holdfast import`: makes a spec of another tool's contracts, and says what it could not carry over."""

from pathlib import Path

import click

from app.errors import EXIT_OK
from app.programs.javascript import exported
from specs.errors import UserError
from sync.checking.contractroot import contract_root
from sync.checking.contracts import translate
from sync.importers.support.translated import said, spec_text
from sync.trees.sides import find_side


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--to", "target", type=click.Path(dir_okay=False, path_type=Path), metavar="SPEC", help="Write it there.")
@click.option("--path", default=".", type=click.Path(exists=True, file_okay=False, path_type=Path), help="The project.")
def import_(file: Path, target: Path | None, path: Path) -> None:
    """Make a spec of the contracts in FILE: one section for each, with what it means in Holdfast's words.

    Prints the spec, or writes it to a file that is not there yet.
    """
    root, names = contract_root(path, [file])
    translation = translate(find_side(root, here=True), names[0], exported)
    text = spec_text(translation, names[0])
    for dropped in (*translation.dropped, *translation.unwritten):
        click.echo(f"not carried over: {said(dropped)}", err=True)
    if target is None:
        click.echo(text, nl=False)
        raise click.exceptions.Exit(EXIT_OK)
    if target.exists() or target.is_symlink():
        raise UserError(f"{target} is here already", "name a file that is not there yet, or move that one away")
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("x", encoding="utf-8") as out:
        out.write(text)
    count = len(translation.contracts)
    click.echo(f"wrote {target}: {count} {translation.peer} contract{'s' * (count != 1)}")
    click.echo("next: read the spec, say why each promise matters, then run `holdfast check`")
