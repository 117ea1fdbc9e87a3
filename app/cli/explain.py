"""`holdfast explain`: the page of a kind of invariant, or one finding in full with the sentence it breaks."""

import sys
import textwrap
from pathlib import Path
from typing import Any

import click

from app.errors import EXIT_OK
from app.renderers.text import Look, explain_finding
from app.settings import Settings
from app.shell.checking import look, options, write
from app.shell.progress import Progress
from drift.findings import Finding
from drift.kinds import KINDS, kind_page
from specs.errors import UserError
from sync.checking.local import run_check_with_code, spec_passage

SHORTEST = 4


@click.command()
@click.argument("what", metavar="KIND|FINGERPRINT", default="")
@click.option("--path", default=".", type=click.Path(exists=True, file_okay=False, path_type=Path), help="The project.")
@click.option("--rev", default="", metavar="REV", help="Explain a finding of this commit.")
@click.option("--base", default="", metavar="REV", help="Explain a finding of a check with this base: a weakening.")
@click.option("--specs", type=click.Path(path_type=Path), metavar="DIR", help="Read the specs of this folder.")
@click.pass_obj
def explain(settings: Settings, /, what: str, path: Path, **asked: Any) -> None:
    """Explain a kind of invariant, or a finding by the first digits of its fingerprint.

    Without a word, lists the kinds.
    """
    if not what:
        write(overview(look(settings)))
    elif page := kind_page(what):
        show_page(what, page, look(settings))
    else:
        with Progress(quiet=settings.no_color) as progress:
            asked_for = options(settings, progress, **asked)
            report, excerpts = run_check_with_code(path, asked_for)
        found = find(what, report.findings)
        passage = spec_passage(path, asked_for, found.spec)
        write(explain_finding(found, passage, look(settings), excerpts))
    raise click.exceptions.Exit(EXIT_OK)


def find(fingerprint: str, findings: tuple[Finding, ...]) -> Finding:
    """Find the one finding whose fingerprint begins so. Raises `UserError`."""
    fits = [item for item in findings if item.fingerprint.startswith(fingerprint.lower())]
    if len(fingerprint) < SHORTEST or not all(char in "0123456789abcdef" for char in fingerprint.lower()):
        kinds = ", ".join(kind.name for kind in KINDS)
        raise UserError(f"{fingerprint!r} is neither a kind nor a fingerprint", f"kinds are: {kinds}")
    if not fits:
        raise UserError(
            f"no finding here begins with {fingerprint}", "`holdfast check --all` lists them; it may have been mended"
        )
    if len({item.fingerprint for item in fits}) > 1:
        raise UserError(f"{len(fits)} findings begin with {fingerprint}", "give more of its digits")
    return fits[0]


def overview(how: Look) -> str:
    """List the kinds, each with the first sentence of its page."""
    width = max(len(kind.name) for kind in KINDS)
    rows = [
        f"  {how.paint(f'{kind.name:<{width}}', 'kelp')}  {kind_page(kind.name).partition(chr(10))[0]}"
        for kind in KINDS
    ]
    return "\n".join([*rows, "", "`holdfast explain KIND` shows the page of a kind."]) + "\n"


def show_page(name: str, page: str, how: Look) -> None:
    """Write the page of a kind: typeset on a terminal, as it is into a pipe."""
    if not sys.stdout.isatty():
        write(f"{name}: {page.rstrip()}\n")
        return
    from rich.console import Console
    from rich.markdown import Markdown

    console = Console(width=min(how.width, 100), no_color=not how.colour)
    console.print(Markdown(as_markdown(name, page)))


def as_markdown(name: str, page: str) -> str:
    """Turn a docstring of headings and indented text into Markdown."""
    first, _, rest = page.partition("\n")
    parts = [f"# {name}", first]
    body: list[str] = []
    for line in [*rest.splitlines(), "end"]:
        if line and not line[0].isspace():
            parts.append(textwrap.dedent("\n".join(body)).strip("\n"))
            parts.append(f"## {line}")
            body = []
        else:
            body.append(line)
    return "\n\n".join(part for part in parts[:-1] if part)
