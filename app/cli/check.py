"""`holdfast check`: holds the code against its specs, here and now, with no server."""

import gc
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.cli._outputs import Output, outputs, save
from app.cli._progress import Progress
from app.errors import EXIT_DRIFT, EXIT_OK
from app.renderers import RENDERERS, renderer
from app.settings import Settings

if TYPE_CHECKING:
    from app.renderers.text import Look
    from drift.excerpts import Excerpts
    from drift.report import CheckReport
    from specs.document import Yaml
    from sync.checking.options import CheckOptions

SERVED = ("server", "project", "repository", "tag", "branch", "pull", "decision")
PLAIN = str.maketrans(
    {"●": "+", "◆": "x", "▲": "!", "○": "o", "◐": "~", "·": "-", "└": "`", "─": "-", "│": "|", "…": "."}
)


def kinds(_context: click.Context, _option: click.Parameter, value: str | None) -> frozenset[str] | None:
    """Read `--only`. Raises a usage error for a kind that does not exist."""
    if value is None:
        return None
    from drift.kinds import KINDS

    names = [name.strip() for name in value.split(",") if name.strip()]
    known = sorted(kind.name for kind in KINDS)
    for name in names:
        if name not in known:
            raise click.BadParameter(f"there is no kind {name!r}\nhint: known are {', '.join(known)}")
    return frozenset(names)


@click.command()
@click.argument("path", default=".", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--specs", type=click.Path(path_type=Path), metavar="DIR", help="Read the specs of this folder.")
@click.option(
    "--contracts",
    multiple=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Check the contracts of another tool, as they stand; may be repeated.",
)
@click.option("--rev", default="", metavar="REV", help="Check a commit, its code and its specs, not the files here.")
@click.option(
    "--base", default="", metavar="REV", help="Report what is new since leaving this branch or commit (origin/main)."
)
@click.option("--staged", is_flag=True, help="Check what is staged: what the next commit would be.")
@click.option("--only", callback=kinds, metavar="KIND,...", help="Check these kinds of invariant alone.")
@click.option(
    "--format", "format_", default="text", type=click.Choice([item.name for item in RENDERERS]), help="How to write."
)
@click.option(
    "--output",
    "-o",
    "wanted",
    multiple=True,
    callback=outputs,
    metavar="[FORMAT=]FILE",
    help="Write to a file as well; may be given many times.",
)
@click.option("--server", default="", metavar="URL", help="Check against this server's specs, and have it decide.")
@click.option("--project", default="", metavar="NAME", help="The project on it [HOLDFAST_PROJECT].")
@click.option("--repository", default="", metavar="NAME", help="What the server calls this repository [its origin].")
@click.option("--tag", default="", metavar="TAG", help="The server's specs as this tag holds them.")
@click.option("--branch", default="", metavar="NAME", help="The branch that is checked, for the server.")
@click.option("--pull", default=None, type=click.IntRange(1), metavar="N", help="The pull request, for the server.")
@click.option("--decision", default=None, type=click.Path(dir_okay=False, path_type=Path), help="A file for it.")
@click.option("--all", "everything", is_flag=True, help="Show what is kept, what was there before, what was left out.")
@click.option("--no-cache", is_flag=True, help="Read every file again, keep nothing.")
@click.pass_obj
def check(settings: Settings, /, path: Path, format_: str, wanted: tuple[Output, ...], **asked: Any) -> None:
    """Hold the code at PATH against its specs.

    New is what holdfast.lock does not hold, or with --base what was not there; --base also shows where a change makes
    the specs ask less. Leaves with 1 when there is a new error. With -o sarif=FILE a format goes to a file; a FILE
    without one takes what --format names, and the text is printed. With --server the commit at --rev (HEAD) is checked
    against the server's specs; what was found is told there, never the code, and its decision counts.
    """
    everything, about = asked.pop("everything"), {name: asked.pop(name) for name in SERVED}
    gc.disable()  # a short process that makes a million small values and drops none: collecting costs a quarter of it
    with Progress(quiet=settings.no_color) as progress:
        wish = options(settings, progress, cached=not asked.pop("no_cache"), **asked)
        if about["server"]:
            report, excerpts, code = decided(settings, path, wish, about)
        else:
            report, excerpts = run(path, wish)
            code = EXIT_DRIFT if report.verdict == "broken" else EXIT_OK
    save(wanted, format_, report, excerpts)
    if format_ == "text" or any(not one.format for one in wanted):
        from app.renderers.text import render as render_text

        write(render_text(report, excerpts, look(settings, everything=everything)))
    else:
        write(renderer(format_).render(report, excerpts))
    raise click.exceptions.Exit(code)


def decided(
    settings: Settings, path: Path, wish: "CheckOptions", about: Mapping[str, Any]
) -> "tuple[CheckReport, Excerpts, int]":
    """Check against the specs of a server, and give what it decided as an exit code."""
    from app.cli._gate import About, check_served, tell
    from app.cli._remote import remote

    if wish.staged or wish.contracts or wish.specs is not None or wish.only is not None:
        raise click.UsageError("--server excludes --specs, --contracts, --staged and --only")
    at = remote(settings, about["server"], about["project"])
    told = About(*(about[name] for name in ("repository", "tag", "branch", "pull", "decision")))
    done = check_served(at, path, wish, told, run)
    tell(done, at.server)
    return done.report, done.excerpts, done.exit_code


def run(path: Path, wish: "CheckOptions") -> "tuple[CheckReport, Excerpts]":
    """Check; what that takes is loaded while git lists the files."""
    from sync.checking.starting import start

    started = start(path, wish.rev, staged=wish.staged, contracts=wish.contracts)
    from sync.checking.local import run_check_with_code

    return run_check_with_code(path, wish, started)


def options(settings: Settings, progress: Progress, *, cached: bool = True, **asked: Any) -> "CheckOptions":
    """Join what the command line asks with what the environment says."""
    from sync.checking.options import CheckOptions

    if asked.get("rev") and asked.get("staged"):
        raise click.UsageError("--rev and --staged exclude each other")
    if asked.get("contracts") and asked.get("specs"):
        raise click.UsageError("--contracts and --specs exclude each other")
    return CheckOptions(
        today=datetime.now(tz=UTC).date(),
        evaluated=exported_by(asked),
        cache_dir=settings.cache_dir,
        cached=cached,
        progress=progress,
        **asked,
    )


def exported_by(asked: Mapping[str, Any]) -> "Callable[[Path], Yaml] | None":
    """Give what runs contracts that are programs, where there are contracts at all."""
    if not asked.get("contracts"):
        return None

    def evaluated(program: Path) -> "Yaml":
        from app.programs.javascript import exported

        return exported(program)

    return evaluated


def look(settings: Settings, *, everything: bool = False) -> "Look":
    """Decide how to write text: colour and width for a terminal, neither for a pipe."""
    from app.renderers.text import Look

    if not sys.stdout.isatty():
        return Look(everything=everything)
    from shutil import get_terminal_size

    return Look(get_terminal_size().columns, colour=not settings.no_color, everything=everything)


def write(text: str) -> None:
    """Write to stdout, in plain characters where it cannot show others."""
    encoding = (sys.stdout.encoding or "utf-8").lower()
    if not encoding.startswith("utf"):
        text = text.translate(PLAIN).encode(encoding, "backslashreplace").decode(encoding)
    click.echo(text, nl=False, color=True)
