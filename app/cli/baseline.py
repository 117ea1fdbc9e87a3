"""`holdfast baseline`: freezes today's findings in `holdfast.lock`, and lets go of those that were mended."""

from pathlib import Path

import click

from app.errors import EXIT_DRIFT, EXIT_OK
from app.renderers.text import Look
from app.settings import Settings
from app.shell.checking import look, options, write
from app.shell.progress import Progress
from app.wording import clean, counted
from drift.debt import LOCK_FILE
from drift.debt.acceptance import key_of
from sync.lock.debts import Baseline, Claim
from sync.lock.debts import baseline as freeze


@click.command()
@click.argument("path", default=".", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--grow", is_flag=True, help="Freeze new findings as well, beside those that are frozen; wants a reason.")
@click.option("--because", default="", metavar="TEXT", help="Why this is accepted; kept with each new entry.")
@click.option("--by", default="", metavar="NAME", help="Who accepts it; else the name that git is set to use.")
@click.option("--dry-run", is_flag=True, help="Say what would change, and write nothing.")
@click.pass_obj
def baseline(settings: Settings, /, path: Path, *, grow: bool, dry_run: bool, **claim: str) -> None:
    """Freeze today's findings of the project at PATH in holdfast.lock, so that only new ones break a check.

    Frozen debt may only shrink. Run it again after mending something: entries that hold no more are removed, moved code
    is renamed. New findings are then refused, shown, and the command leaves with 1; mend them, waive one with
    `holdfast waive`, or say --grow with a reason (for a new invariant, say). A check with --base does not let a change
    freeze what the change itself brings.
    """
    with Progress(quiet=settings.no_color) as progress:
        done = freeze(path, options(settings, progress), Claim(**claim), grow=grow, dry=dry_run)
    write("\n".join(told(done, look(settings), dry=dry_run)) + "\n")
    raise click.exceptions.Exit(EXIT_DRIFT if done.refused or done.never else EXIT_OK)


def told(done: Baseline, how: Look, *, dry: bool) -> list[str]:
    """Write what changed, a line for each entry, and what it came to."""
    lines = [how.paint(f"  - {clean(entry.subject)}  ({clean(entry.invariant)})", "kelp") for entry in done.removed]
    lines += [f"  ~ {clean(old.subject)}  ({clean(old.invariant)}) is {clean(new.subject)}" for old, new in done.moved]
    lines += [how.paint(f"  + {clean(entry.subject)}  ({clean(entry.invariant)})", "amber") for entry in done.added]
    for finding in done.refused:
        owner, subject = key_of(finding)
        lines.append(how.paint(f"  ◆ {finding.fingerprint[:8]}  {clean(subject)}  ({clean(owner)})", "coral"))
    for finding in done.never:
        lines.append(how.paint(f"  ◆ {finding.fingerprint[:8]}  {clean(finding.message)}", "coral"))
    parts = [counted(done.frozen, "finding") + " frozen"]
    parts += [f"{len(some):,} {word}" for some, word in ((done.removed, "mended"), (done.moved, "renamed")) if some]
    if done.added:
        parts.append(f"{len(done.added):,} added")
    lines.append(("would be: " if dry else f"{LOCK_FILE}: ") + " · ".join(parts))
    if done.refused:
        lines.append(f"{counted(len(done.refused), 'finding')} refused: frozen debt may only shrink")
        lines.append("hint: mend them, waive one with `holdfast waive`, or say `--grow --because TEXT`")
    if done.never:
        lines.append(f"{counted(len(done.never), 'error')} in the specs themselves cannot be frozen: mend them")
    return [*lines, *(f"hint: {text}" for text in done.advice)]
