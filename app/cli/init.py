"""`holdfast init`: looks at the repository it stands in and writes a first spec that holds. Never overwrites."""

from collections import Counter
from pathlib import Path

import click

from app.errors import EXIT_OK
from app.settings import Settings
from app.shell.checking import look, options
from app.shell.progress import Progress
from drift.index import CodeIndex
from sync.drafting.beginning import begin, default_branch, languages
from sync.drafting.starter import workflow

SPEC = Path("docs/specs/architecture.md")
WORKFLOW_FILE = Path(".github/workflows/holdfast.yml")


@click.command()
@click.argument("path", default=".", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--workflow", "with_workflow", is_flag=True, help="Write a GitHub workflow that checks pull requests, too."
)
@click.pass_obj
def init(settings: Settings, /, path: Path, *, with_workflow: bool) -> None:
    """Write a first spec for the project at PATH: what its import graph fulfils today.

    Existing files are left alone.
    """
    with Progress(quiet=settings.no_color) as progress:
        start = begin(path, options(settings, progress))
    how = look(settings)
    click.echo(describe(start.index))
    if start.existing:
        more = f" and {start.others:,} more" if start.others else ""
        click.echo(f"  specs are here already: {start.existing}{more}")
    else:
        put(start.root, SPEC, start.text)
        for title in start.titles:
            click.echo(f"    {how.paint('●', 'kelp')} {title}")
    if with_workflow:
        put(start.root, WORKFLOW_FILE, workflow(default_branch(start.root)))
    first = "" if start.existing else "read the spec, say why each promise matters, then "
    click.echo(f"\nnext: {first}run `holdfast check`")
    raise click.exceptions.Exit(EXIT_OK)


def describe(index: CodeIndex) -> str:
    """Say in a line what was found."""
    sizes: Counter[str] = languages(index)
    if not sizes:
        return f"{len(index.paths):,} files, none in a language that is read"
    listed = ", ".join(f"{size:,} {name}" for name, size in sizes.most_common())
    modules, imports = len(index.modules), len(index.edges)
    return f"{modules:,} module{'s' * (modules != 1)} ({listed}), {imports:,} import{'s' * (imports != 1)}"


def put(root: Path, name: Path, text: str) -> None:
    """Write a file that is not there yet, and say so either way."""
    place = root / name
    if place.exists() or place.is_symlink():
        click.echo(f"  {name} is here already: left alone")
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("x", encoding="utf-8") as file:
        file.write(text)
    click.echo(f"  wrote {name}")
