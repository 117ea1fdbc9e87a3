"""`holdfast confirm`: says that a section still describes the code that it is bound to."""

from pathlib import Path

import click

from app.cli._progress import Progress
from app.cli.check import options, write
from app.errors import EXIT_OK
from app.settings import Settings
from app.wording import clean
from sync.confirming import Confirmed
from sync.confirming import confirm as accept
from sync.debts import Claim


@click.command()
@click.argument("section", metavar="PATH[#SECTION]")
@click.option("--because", default="", metavar="TEXT", help="What you looked at, or why nothing had to change.")
@click.option("--by", default="", metavar="NAME", help="Who confirms; else the name that git is set to use.")
@click.option("--path", default=".", type=click.Path(exists=True, file_okay=False, path_type=Path), help="The project.")
@click.pass_obj
def confirm(settings: Settings, /, section: str, path: Path, **claim: str) -> None:
    """Confirm that a section describes the code that its `reviewed` blocks bind it to, in holdfast.lock.

    Read both first: from here on a check reports what changes in substance. Without #SECTION, all such sections of the
    spec are confirmed. A line written here is a claim: whoever reviews the change decides.
    """
    with Progress(quiet=settings.no_color) as progress:
        done = accept(path, options(settings, progress), section, Claim(**claim))
    write(told(done))
    raise click.exceptions.Exit(EXIT_OK)


def told(done: Confirmed) -> str:
    """Say what was confirmed: what is new or has changed by name, the rest by number."""
    lines = [f"confirmed {clean(done.section)}  by {clean(done.by)}"]
    lines += [f"  {word}: {clean(name)}" for word in ("new", "changed", "gone") for name in getattr(done, word)]
    if done.same:
        lines.append(f"  as before: {len(done.same)}")
    return "\n".join([*lines, *(f"hint: {text}" for text in done.advice)]) + "\n"
