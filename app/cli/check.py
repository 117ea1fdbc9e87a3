"""`holdfast check`: holds the code against its specs, here and now, with no server."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.cli._outputs import outputs
from app.renderers import RENDERERS
from app.settings import Settings
from app.shell.checking import answer, run
from app.shell.outputs import Output

if TYPE_CHECKING:
    from drift.excerpts import Excerpts
    from drift.report import CheckReport
    from sync.checking.options import CheckOptions

SERVED = ("server", "project", "repository", "tag", "branch", "pull", "decision")


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

    def judge(wish: "CheckOptions") -> "tuple[CheckReport, Excerpts, int]":
        return decided(settings, path, wish, about)

    asks = judge if about["server"] else None
    raise click.exceptions.Exit(answer(settings, path, format_, wanted, asked, asks, everything=everything))


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
