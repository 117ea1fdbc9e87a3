"""`holdfast report`: writes, shows and sends the weekly report of a project, on the server's machine."""

import asyncio
import sys
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.cli._options import DATABASE
from app.settings import Settings
from app.wording import counted
from specs.errors import UserError

if TYPE_CHECKING:
    from app.letters.forms import Forms
    from app.mailing.dispatch import Office
    from specs.access import Project
    from sync.weekly.posted import LetterText

FORMATS = ("markdown", "html", "json", "slack", "pdf", "png")
BINARY = frozenset({"pdf", "png"})
NO_MAIL = "Set HOLDFAST_SMTP_HOST for mail, or HOLDFAST_CHAT for chats, and try again."


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asks for."""

    project: str
    week: date | None
    owner: str
    format: str
    output: str
    preview: bool
    send: bool
    dry_run: bool
    again: str
    schedule: str
    database_url: str

    def check(self) -> None:
        """Raise `UserError` for what does not go together."""
        if self.preview and self.send:
            raise UserError("A preview is not sent.", "Leave out --preview or --send.")
        if self.dry_run and not self.send:
            raise UserError("Only sending can be rehearsed.", "Write --send --dry-run.")
        if self.again and (not self.send or self.dry_run):
            raise UserError("What is sent again is sent.", "Write --send --again ADDRESS.")
        if self.format in BINARY and not self.output and not self.dry_run and sys.stdout.isatty():
            raise UserError(f"A terminal shows no {self.format}.", "Name a file with --output.")
        if self.schedule and (self.send or self.preview):
            raise UserError("A schedule is set alone.", "Leave out --send and --preview.")


def day(_context: click.Context, _option: click.Parameter, value: str | None) -> date | None:
    """Read a date. Raises a usage error for what is none."""
    if value is None or value == "last":
        return None
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise click.BadParameter(f"{value!r} is no date\nhint: write it as 2026-11-16, or leave it out") from error


@click.command()
@click.option("--project", default="", metavar="NAME", help="The project [HOLDFAST_PROJECT].")
@click.option(
    "--week",
    callback=day,
    is_flag=False,
    flag_value="last",
    metavar="[DATE]",
    help="The week a date falls in; the last whole one by default.",
)
@click.option("--owner", default="", metavar="NAME", help="The report of one owner of specs.")
@click.option("--format", default="markdown", type=click.Choice(FORMATS), help="How to write.")
@click.option("--output", default="", metavar="PATH", help="Write to this file; with --dry-run, all into this folder.")
@click.option("--preview", is_flag=True, help="Only show it: nothing is kept, nothing is sent.")
@click.option("--send", is_flag=True, help="Send it to whoever is to get it and has not.")
@click.option("--dry-run", is_flag=True, help="With --send: say who would get what, and keep and send nothing.")
@click.option(
    "--again", default="", metavar="ADDRESS", help="With --send: once more to this reader, whose mail failed."
)
@click.option(
    "--schedule",
    default="",
    metavar="WHEN",
    help="Say when reports go out, such as 'friday 16 Europe/Berlin', or 'off'.",
)
@DATABASE
@click.pass_obj
def report(settings: Settings, /, **given: Any) -> None:
    """Write the weekly report of a project, keep it, and print it.

    A week has one report: asking again prints the one that was kept.
    """
    if not (given["project"] or settings.project):
        raise UserError("Which project?", "Name it with --project or HOLDFAST_PROJECT.")
    asked = Asked(**given)
    asked.check()
    asyncio.run(_report(settings, asked))


async def _report(settings: Settings, asked: Asked) -> None:
    from app.cli._services import services
    from app.mailing.dispatch import Office
    from specs.access import SERVER

    async with services(settings, asked.database_url) as made:
        found = await made.projects.find(SERVER, asked.project or settings.project)
        office = Office(settings, made.projects, made.members, made.letters)
        if asked.schedule:
            await _schedule(office, found, asked.schedule)
        elif asked.dry_run:
            await _rehearse(office, found, asked)
        else:
            await _write(office, found, asked)


async def _schedule(office: "Office", project: "Project", wanted: str) -> None:
    """Set when reports go out, and say so."""
    from specs.access import SERVER
    from sync.weekly.period import WEEKDAYS, Schedule

    schedule = await office.letters.schedule(SERVER, project.id)
    if wanted == "off":
        schedule = replace(schedule, on=False)
    else:
        weekday, hour, zone, *more = [*wanted.split(), "", "", ""][: max(3, len(wanted.split()))]
        known = weekday.lower() in WEEKDAYS and not more
        number = int(hour) if hour.isascii() and hour.isdigit() and len(hour) <= len("23") else -1
        schedule = Schedule(
            WEEKDAYS.index(weekday.lower()) if known else -1, number if hour else schedule.hour, zone or schedule.zone
        )
    done = await office.letters.set_schedule(SERVER, project.id, schedule)
    if done.on:
        click.echo(f"Reports of {project.slug} go out on {WEEKDAYS[done.weekday]} at {done.hour}:00, {done.zone}.")
    else:
        click.echo(f"Reports of {project.slug} are switched off.")


async def _write(office: "Office", project: "Project", asked: Asked) -> None:
    """Write the report, keep it unless it is a preview, send it where that is asked for, and print it."""
    from app.letters.forms import Forms
    from app.mailing.dispatch import forms, links, post, rendering, send
    from specs.access import SERVER

    settings, letters = office.settings, office.letters
    if asked.preview:
        letter = await letters.compose(SERVER, project, asked.week, asked.owner)
        await _print(Forms(letter, links(settings, project)), None, asked)
        return
    if asked.send and not (settings.smtp_host or settings.chat):
        raise UserError("There is nothing to send with.", NO_MAIL)
    text = await letters.publish(SERVER, project, rendering(settings, project), asked.week, asked.owner)
    if asked.send:
        if asked.again:
            await letters.again(SERVER, project.id, text.record.id, asked.again)
        sent = await (post(office, project, text) if asked.again else send(office, project, [text]))
        click.echo(f"{sent} sent", err=True)
    await _print(forms(settings, project, text), text, asked)


async def _print(made: "Forms | None", text: "LetterText | None", asked: Asked) -> None:
    """Write one form to where it is wanted."""
    kept = {} if text is None else {"markdown": text.markdown, "html": text.html}
    if asked.format in kept:
        data = kept[asked.format].encode("utf-8", "backslashreplace")
    elif made is not None:
        data = await made.write(asked.format)
    else:
        raise UserError("This report has no such form.", "It was written before there were any: take markdown or html.")
    if asked.output:
        _save(Path(asked.output), data)
    else:
        click.echo(data, nl=False)


def _save(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror}.", "Name another place with --output.") from error


async def _rehearse(office: "Office", project: "Project", asked: Asked) -> None:
    """Say who would get which report, and write every form of each; keep and send nothing."""
    from uuid import UUID

    from app.letters.forms import FORMS, Forms, pictures
    from app.letters.html import html
    from app.mailing.dispatch import links, readers, rendering
    from specs.access import SERVER
    from sync.weekly.posted import LetterRecord, LetterText

    letters, settings = office.letters, office.settings
    owners = (asked.owner,) if asked.owner else ("", *await letters.owners(SERVER, project.id))
    folder = Path(asked.output) if asked.output else None
    for number, owner in enumerate(owners):
        letter = await letters.compose(SERVER, project, asked.week, owner)
        forms = Forms(letter, links(settings, project))
        render = rendering(settings, project)
        record = LetterRecord(
            UUID(int=number), letter.begins, render.subject(letter), letter.verdict, {}, letter.made_at, owner
        )
        text = LetterText(record, "", "", ())
        wanted = (await readers(office, project, [text]))[record.id]
        drawn = await pictures(forms.laid_out)
        mail = html(forms.laid_out, drawn)
        click.echo(f"{record.subject}\n  to: {', '.join(wanted) or 'nobody'}")
        click.echo(f"  mail: {len(mail.encode()):,} bytes of HTML, {counted(len(drawn), 'picture')}, a text twin")
        if folder is not None:
            stem = "-".join(
                part for part in (project.slug, f"owner{number}" if owner else "", str(letter.begins)) if part
            )
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise UserError(f"{folder} cannot be made: {error.strerror}.", "Name another folder.") from error
            for form, (_, suffix) in FORMS.items():
                _save(folder / f"{stem}.{suffix}", await forms.write(form))
            click.echo(f"  written: {folder / stem}.*")
    if not (settings.smtp_host or settings.chat):
        click.echo(f"There is nothing to send with yet. {NO_MAIL}", err=True)
    click.echo("Nothing was kept or sent.", err=True)
