"""`holdfast export`: the specs of a server as files, JSON or a PDF; or those of this repository as rules for agents."""

import io
import zipfile
from pathlib import Path

import click

from app.cli._remote import remote, server_options
from app.settings import Settings
from app.wording import counted
from specs.errors import UserError
from specs.paths import check_path

ACCEPTS = {"markdown": "application/zip", "json": "application/json", "pdf": "application/pdf"}


@click.command()
@click.argument("rules", default="", metavar="[RULES]")
@click.option("--check", is_flag=True, help="Write nothing: leave with 1 where RULES are out of date.")
@click.option(
    "--path",
    "folder",
    default=".",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The project, for RULES.",
)
@click.option("--format", "format_", default="markdown", type=click.Choice(list(ACCEPTS)), help="How to write.")
@click.option("--to", "target", type=click.Path(path_type=Path), metavar="PATH", help="The folder, or the file.")
@click.option("--tag", default="", metavar="NAME", help="What the specs said then, rather than now.")
@click.option("--prefix", default="", metavar="PATH", help="Only specs whose path begins so.")
@server_options
@click.pass_obj
def export(
    settings: Settings,
    /,
    rules: str,
    folder: Path,
    *,
    check: bool,
    format_: str,
    target: Path | None,
    tag: str,
    prefix: str,
    server: str,
    project: str,
) -> None:
    """Write what the specs of a project say, now or at a tag.

    Markdown goes into a folder that is empty or not there yet, JSON and PDF into a file; JSON to the output by default.

    With RULES (agents-md, claude-rules, cursor-rules, copilot-instructions or llms-txt) what the specs of this
    repository ask is written where clients of coding agents look for rules, for the files it is about.
    """
    if rules or check:
        _rules(settings, rules, folder, check=check)
        return
    if target is None and format_ != "json":
        raise UserError("Where shall it go?", f"Name a {'folder' if format_ == 'markdown' else 'file'} with --to.")
    if target is not None and target.exists() and (target.is_file() or any(target.iterdir())):
        raise UserError(f"{target} is there already.", "Name another place: nothing is overwritten.")
    answer = remote(settings, server, project).get("/export", {"tag": tag, "prefix": prefix}, accept=ACCEPTS[format_])
    if target is None:
        click.echo(answer.text)
    elif format_ == "markdown":
        click.echo(f"Wrote {counted(_unpack(answer.body, target), 'spec')} below {target}.")
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(answer.body)
        click.echo(f"Wrote {target}.")


def _rules(settings: Settings, name: str, folder: Path, *, check: bool) -> None:
    from app.cli._rules import export_rules
    from sync.rules.formats import FORMATS

    form = next((form for form in FORMATS if form.name == name), None)
    if form is None:
        raise UserError(f"There are no rules called {name!r}.", f"Known are {', '.join(one.name for one in FORMATS)}.")
    export_rules(settings, form, folder, check=check)


def _unpack(body: bytes, folder: Path) -> int:
    """Write the files of a zip; a path that leaves the folder is refused before anything is written."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        for entry in entries:
            if check_path(entry.filename) is not None:
                raise UserError(f"The server sent a file named {entry.filename!r}.", "Is it a Holdfast server?")
        for entry in entries:
            place = folder / entry.filename
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(archive.read(entry))
    return len(entries)
