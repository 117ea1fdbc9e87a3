"""`holdfast graph`: draws modules and what they import, with what breaks an invariant marked."""

from pathlib import Path
from typing import Any

import click

from app.drawings import FORMATS, format_of
from app.errors import EXIT_OK
from app.settings import Settings
from app.shell.checking import options, write
from app.shell.progress import Progress
from specs.errors import UserError


@click.command()
@click.argument("path", default=".", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--format", "format_", default="mermaid", type=click.Choice([item.name for item in FORMATS]), help="How to write."
)
@click.option("--depth", default=0, type=click.IntRange(0, 99), help="Open packages this deep; as suits, by default.")
@click.option("--focus", default="", metavar="MODULE", help="Draw this module or package, and what touches it.")
@click.option("--invariant", default="", metavar="ID", help="Draw what this invariant is about, and what breaks it.")
@click.option("--every", is_flag=True, help="Draw all arrows, also those that follow from others.")
@click.option("--tests", is_flag=True, help="Draw modules of tests, too.")
@click.option("--rev", default="", metavar="REV", help="Draw a commit.")
@click.option("--specs", type=click.Path(path_type=Path), metavar="DIR", help="Read the specs of this folder.")
@click.option("--output", "-o", type=click.Path(dir_okay=False, path_type=Path), help="Write to a file.")
@click.pass_obj
def graph(settings: Settings, /, path: Path, format_: str, output: Path | None, **asked: Any) -> None:
    """Draw the imports of the project at PATH.

    Modules are folded into packages until a reader can take it in; what is not drawn is said.
    """
    from drift.drawing import Wish
    from sync.checking.graphing import read_drawing

    names = ("depth", "focus", "invariant", "every", "tests")
    wish = Wish(**{name: asked.pop(name) for name in names})
    with Progress(quiet=settings.no_color) as progress:
        drawing = read_drawing(path, options(settings, progress, **asked), wish)
    if not drawing.nodes:
        raise UserError(
            "there is nothing to draw: no module is left", "--tests draws tests; `holdfast check` counts files"
        )
    text = format_of(format_).render(drawing)
    if output is None:
        write(text)
    else:
        save(output, text)
    raise click.exceptions.Exit(EXIT_OK)


def save(file: Path, text: str) -> None:
    """Write a file. Raises `UserError`."""
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UserError(f"{file} cannot be written: {error.strerror}", "name a file in a folder of yours") from error
