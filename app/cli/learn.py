"""`holdfast learn`: infers what a code base keeps to today and writes it down as a draft. Never overwrites."""

from pathlib import Path
from typing import Any

import click

from app.errors import EXIT_OK
from app.settings import Settings
from app.shell.checking import look, options, write
from app.shell.progress import Progress
from specs.errors import UserError

PLACE = Path("docs/specs/learned.md")


@click.command()
@click.argument("path", default=".", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--to", "file", type=click.Path(dir_okay=False, path_type=Path), help=f"Write here; {PLACE} by default.")
@click.option("--print", "only_print", is_flag=True, help="Print the draft, write nothing.")
@click.option("--rev", default="", metavar="REV", help="Learn from a commit.")
@click.pass_obj
def learn(settings: Settings, /, path: Path, file: Path | None, *, only_print: bool, **asked: Any) -> None:
    """Infer what the code at PATH keeps to: who imports whom, layers, single doors, parts that stay apart.

    The draft is short, holds today, and warns at most until a person makes it active. Specs are not read.
    """
    from sync.drafting.learning import learn_project

    if not only_print and file is not None and (file.exists() or file.is_symlink()):
        raise UserError(f"{file} is here already", "name another file with --to, or --print the draft")
    with Progress(quiet=settings.no_color) as progress:
        lesson = learn_project(path, options(settings, progress, **asked))
    if not lesson.learned.promises:
        raise UserError("there is nothing to learn here", "it takes modules that import each other")
    if only_print:
        write(lesson.text)
        raise click.exceptions.Exit(EXIT_OK)
    if file is None and lesson.root is None:
        raise UserError("there is no work tree to write to", "name a file with --to, or --print the draft")
    place = file if file is not None else (lesson.root or Path()) / PLACE
    save(place, lesson.text)
    how = look(settings)
    click.echo(f"wrote {file or PLACE}")
    for promise in lesson.learned.promises:
        click.echo(f"  {how.paint('●', 'kelp')} {promise.id}  {how.paint(promise.kind, 'faint')}  {promise.why}")
    click.echo(f"\nit forbids {lesson.learned.share:.0%} of what nobody imports; as a draft it only warns")
    raise click.exceptions.Exit(EXIT_OK)


def save(place: Path, text: str) -> None:
    """Write a file that is not there yet. Raises `UserError`."""
    if place.exists() or place.is_symlink():
        raise UserError(f"{place} is here already", "name another file with --to, or --print the draft")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise UserError(f"{place} cannot be written: {error.strerror}", "name a file in a folder of yours") from error
