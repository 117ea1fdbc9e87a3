"""`holdfast signals`: tells a server how tests ended, what was deployed, and what is wrong."""

from pathlib import Path
from typing import Any

import click

from app.cli._remote import Remote, remote, server_options
from app.settings import Settings
from app.wording import clean, counted
from specs.errors import UserError
from sync.gitrepo import Repository
from sync.traces.junit import MAX_BYTES, read_junit

REPOSITORY = click.option("--repository", default="", metavar="NAME", help="Of which repository of the project.")


@click.group()
def signals() -> None:
    """Tell a server of tests, deployments and incidents; each is shown beside the requirements it is about."""


@signals.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@REPOSITORY
@click.option("--commit", default="", metavar="SHA", help="The commit that was tested; else that of the clone here.")
@server_options
@click.pass_obj
def junit(
    settings: Settings, /, files: tuple[Path, ...], *, repository: str, commit: str, server: str, project: str
) -> None:
    """Upload test results in the JUnit form."""
    at = remote(settings, server, project)
    texts = [text_of(file) for file in files]
    for file, text in zip(files, texts, strict=True):
        body = {"reports": [text], "repository": repository, "commit": commit or head()}
        told = at.ask("POST", "/signals/tests", body).json()
        counts = " · ".join(f"{told[word]} {word}" for word in ("passed", "failed", "skipped") if told[word])
        click.echo(f"{clean(str(file))}: {counts or 'no tests'}")
        unknown(told)


@signals.command()
@click.option("--environment", required=True, metavar="NAME", help="Where: production, staging.")
@click.option("--commit", default="", metavar="SHA", help="What; else the commit of the clone here.")
@REPOSITORY
@server_options
@click.pass_obj
def deployment(
    settings: Settings, /, *, environment: str, commit: str, repository: str, server: str, project: str
) -> None:
    """Tell that a commit was deployed."""
    what = commit or head()
    if not what:
        raise UserError("Which commit was deployed?", "Name it with --commit, or stand in its clone.")
    body = {"environment": environment, "commit": what, "repository": repository}
    remote(settings, server, project).ask("POST", "/signals/deployments", body)
    click.echo(f"{clean(environment)} runs {what[:12]}.")


@signals.group()
def incident() -> None:
    """Open and close incidents."""


@incident.command("open")
@click.argument("name")
@click.option("--requirement", "requirements", multiple=True, metavar="SPEC#KEY", help="What it concerns; any number.")
@click.option("--path", "paths", multiple=True, metavar="PATH", help="A file or folder that it concerns; any number.")
@server_options
@click.pass_obj
def open_(settings: Settings, /, name: str, server: str, project: str, **named: Any) -> None:
    """Open an incident: what it concerns is broken until it is closed."""
    body = {"name": name, **{key: list(value) for key, value in named.items()}}
    told = remote(settings, server, project).ask("POST", "/signals/incidents", body).json()
    click.echo(f"The incident {clean(name)} is open.")
    unknown(told)


@incident.command()
@click.argument("name")
@server_options
@click.pass_obj
def close(settings: Settings, /, name: str, server: str, project: str) -> None:
    """Close an incident."""
    at: Remote = remote(settings, server, project)
    at.ask("POST", "/signals/incidents/close", {"name": name})
    click.echo(f"The incident {clean(name)} is closed.")


def unknown(told: dict[str, Any]) -> None:
    """Say which names mean no requirement."""
    rows = told.get("unknown", ())
    if rows:
        click.echo(f"warning: {counted(len(rows), 'name')} of no requirement:", err=True)
    for one in rows:
        click.echo(f"  {clean(one['target'])}: {clean(one['why'])}", err=True)


def text_of(file: Path) -> str:
    """Read a report, and see here that it is one. Raises `UserError`."""
    try:
        with file.open("rb") as opened:
            data = opened.read(MAX_BYTES + 1)
    except OSError as error:
        raise UserError(f"{file} cannot be read: {error.strerror}", "Name a file that a test run wrote.") from error
    read_junit(data, str(file))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserError(f"{file} is not UTF-8", "Have the test runner write UTF-8.") from error


def head() -> str:
    """Give the commit of the clone here; "" where there is none."""
    repository = Repository.discover(Path())
    return (repository.head or "") if repository is not None else ""
