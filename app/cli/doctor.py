"""`holdfast doctor`: looks at an installation part by part, and says what is wrong and what to do."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from app.errors import EXIT_DRIFT
from app.settings import Settings
from specs.errors import HoldfastError, UnavailableError

if TYPE_CHECKING:  # its libraries take a while to load
    from app.doctor.diagnosis import Diagnosis

MARKS = {"ok": ("ok", "green"), "note": ("note", "yellow"), "fault": ("fault", "red")}


@click.command()
@click.option("--format", "format_", default="text", type=click.Choice(["text", "json"]), help="How to write.")
@click.option("--database-url", default="", metavar="URL", help="The PostgreSQL to look at [HOLDFAST_DATABASE_URL].")
@click.pass_context
def doctor(context: click.Context, format_: str, database_url: str) -> None:
    """Look at the installation of these settings: folder, database, schema, clocks, jobs, repositories, audit log.

    Nothing is changed, and nothing is sent. Exit code 1 where anything is broken; what is only worth a look is a note.
    """
    from dataclasses import replace

    settings: Settings = context.obj
    found = asyncio.run(_examine(replace(settings, database_url=database_url or settings.database_url)))
    faults = [one for one in found if one.state == "fault"]
    if format_ == "json":
        click.echo(json.dumps([asdict(one) for one in found], indent=1))
    else:
        _show(found)
    if faults:
        context.exit(EXIT_DRIFT)


def _show(found: "Sequence[Diagnosis]") -> None:
    wide = max(len(one.part) for one in found)
    for one in found:
        mark, colour = MARKS[one.state]
        click.echo(f"{click.style(mark.ljust(6), fg=colour)}{one.part.ljust(wide)}  {one.message}")
        if one.hint:
            click.echo(f"{' ' * (8 + wide)}hint: {one.hint}")
    faults, notes = (sum(one.state == state for one in found) for state in ("fault", "note"))
    click.echo(f"\n{_count(faults, 'fault')}, {_count(notes, 'note')}." if faults or notes else "\nAll is in order.")


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


async def _examine(settings: Settings) -> "list[Diagnosis]":
    from app.cli._services import address
    from app.db.database import Database
    from app.db.embedded import EmbeddedServer
    from app.doctor import examine
    from app.doctor.diagnosis import Patient
    from app.sources import now

    if not settings.database_url and not EmbeddedServer(settings.data_dir).begun:
        hint = "`holdfast serve` makes it; where there is one, set HOLDFAST_DATA_DIR or HOLDFAST_DATABASE_URL to it."
        away = UnavailableError(f"There is no installation in {settings.data_dir} yet.", hint)
        return await examine(Patient(settings, None, away, now()))
    try:
        with address(settings) as url:
            database = Database(url)
            try:
                return await examine(Patient(settings, database, None, now()))
            finally:
                await database.close()
    except HoldfastError as error:
        return await examine(Patient(settings, None, error, now()))
