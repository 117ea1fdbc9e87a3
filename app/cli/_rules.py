"""`holdfast export agents-md` and its like: writes rule files for clients, or says whether they are up to date."""

from datetime import UTC, datetime
from pathlib import Path

import click

from app.errors import EXIT_DRIFT
from app.settings import Settings
from app.wording import clean, counted
from specs.errors import UserError
from sync.checking.options import CheckOptions
from sync.connecting.files import read_texts, write_changes
from sync.connecting.plan import Change
from sync.contexts.localcontext import read_ground
from sync.rules.formats import Format, settled
from sync.rules.rulebook import rulebook


def export_rules(settings: Settings, form: Format, path: Path, *, check: bool) -> None:
    """Write the files of a format below the root of the project at `path`; with `check` only compare.

    Leaves with 1 where the files are out of date. Raises `UserError` where something cannot be written.
    """
    options = CheckOptions(today=datetime.now(tz=UTC).date(), cache_dir=settings.cache_dir)
    ground = read_ground(path, options)
    root = ground.side.root
    if root is None:
        raise UserError("A bare repository holds no files.", "Run it in a clone that has a work tree.")
    rules = rulebook(ground.specs.documents)
    wanted = form.write(rules, root.resolve().name)
    known = [file for file in _ours(root, form) if file not in wanted.files]
    texts = read_texts(root, [*wanted.files, *wanted.regions, *known])
    after = settled(form, wanted, texts)
    changes = [Change(file, texts[file], text) for file, text in after.items() if text != texts[file]]
    if check:
        for change in changes:
            click.echo(f"{clean(change.file)} is {'no longer wanted' if change.after is None else 'out of date'}")
        if changes:
            click.echo(f"hint: run `holdfast export {form.name}`", err=True)
            raise click.exceptions.Exit(EXIT_DRIFT)
        click.echo(f"{counted(len(after), 'file')} up to date")
        return
    write_changes(root, changes)
    for change in changes:
        click.echo(f"{'removed' if change.after is None else 'wrote'} {clean(change.file)}")
    if not changes:
        click.echo("nothing to change")


def _ours(root: Path, form: Format) -> list[str]:
    """List the files that are made by this format, by their names."""
    folders = {".claude/rules/holdfast", ".cursor/rules", ".github/instructions"}
    found = [f"{folder}/{place.name}" for folder in folders for place in (root / folder).glob("*")]
    return sorted(file for file in found if form.ours.fullmatch(file))
