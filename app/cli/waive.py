"""`holdfast waive`: accepts one finding until a date, by someone, for a reason."""

from pathlib import Path

import click

from app.errors import EXIT_OK
from app.settings import Settings
from app.shell.checking import options, write
from app.shell.progress import Progress
from app.wording import clean
from sync.lock.debts import Claim
from sync.lock.debts import waive as accept


@click.command()
@click.argument("finding")
@click.option("--until", required=True, metavar="DATE", help="The last day of the waiver, as 2027-01-31.")
@click.option("--because", required=True, metavar="TEXT", help="Why it is accepted until then.")
@click.option("--by", default="", metavar="NAME", help="Who accepts it; else the name that git is set to use.")
@click.option("--path", default=".", type=click.Path(exists=True, file_okay=False, path_type=Path), help="The project.")
@click.pass_obj
def waive(settings: Settings, /, finding: str, until: str, path: Path, **claim: str) -> None:
    """Accept FINDING until a day, in holdfast.lock.

    FINDING is the first digits of a fingerprint as `holdfast check` shows them, or what the finding is about, as in
    "shop.domain -> shop.web", or its invariant, where that has no other. From the day after, it is an error again. To
    renew a waiver, waive it again; to take one back, delete its line. A waiver written here is a claim: whoever reviews
    the change decides.
    """
    with Progress(quiet=settings.no_color) as progress:
        done = accept(path, options(settings, progress), finding, until, Claim(**claim))
    entry = done.entry
    was = f" (was {done.old.state}{f' until {done.old.until}' if done.old.until else ''})" if done.old else ""
    lines = [
        f"waived until {entry.until}: {clean(entry.subject)}  ({clean(entry.invariant)}){was}",
        f"  by {clean(entry.by)}: {clean(entry.because)}",
        *(f"hint: {text}" for text in done.advice),
    ]
    write("\n".join(lines) + "\n")
    raise click.exceptions.Exit(EXIT_OK)
