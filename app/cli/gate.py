"""`holdfast gate`: what was decided on commits, who may still decide, and the proof of it for a later step."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from app.cli._remote import remote, server_options
from app.client import get
from app.errors import EXIT_DRIFT
from app.settings import Settings
from app.wording import clean
from specs.errors import UserError
from specs.signing import Verifier, read_verifier

FORMATS = click.option("--format", "format_", default="text", type=click.Choice(["text", "json"]), help="How to write.")
MOST_BYTES = 1_000_000


@click.group()
def gate() -> None:
    """Look at what was decided on commits, decide where you are asked, and verify decisions later."""


@gate.command()
@click.argument("token")
@click.option("--repository", required=True, metavar="NAME", help="The repository it must be for.")
@click.option("--commit", required=True, metavar="SHA", help="The whole name of the commit it must be for.")
@click.option("--project", default="", metavar="NAME", help="The project it must be of.")
@click.option("--specs", default="", metavar="DIGEST", help="The spec revisions it must be against.")
@click.option(
    "--key", default=None, type=click.Path(path_type=Path), metavar="FILE", help="The keys that are believed."
)
@click.option("--server", default="", metavar="URL", help="Or ask this server for its keys [HOLDFAST_SERVER].")
@FORMATS
@click.pass_obj
def verify(settings: Settings, /, token: str, *, key: Path | None, server: str, format_: str, **wanted: str) -> None:
    """Open only for a commit that passed. TOKEN is the token itself, @FILE, or - for the standard input.

    FILE may be what `check --decision` wrote. With --key no server is asked. Leaves with 1, and says why, for a token
    that is forged, altered, expired, or for another commit, and for a decision that is not `passed`.
    """
    from sync.gates.decisiontokens import Refused, Wanted, verify

    text, keys = _token(token), _keys(key, server or settings.server)
    found = verify(text, keys, Wanted(**wanted), datetime.now(tz=UTC))
    if isinstance(found, Refused):
        if format_ == "json":
            click.echo(json.dumps({"valid": False, "code": found.code, "reason": found.reason}))
        else:
            click.echo(f"Refused: {clean(found.reason)}", err=True)
        raise click.exceptions.Exit(EXIT_DRIFT)
    if format_ == "json":
        names = ("id", "project", "repository", "commit", "specs", "policies", "findings", "decision", "expires")
        click.echo(json.dumps({"valid": True, **{name: getattr(found, name) for name in names}}))
        return
    until = f"{found.until:%Y-%m-%d %H:%M} UTC"
    click.echo(f"{clean(found.repository)} {found.commit[:12]} passed; the token is valid until {until}.")


@gate.command("list")
@click.option("--state", default="", metavar="STATE", help="passed, needs-approval, frozen or failed.")
@click.option("--repository", default="", metavar="NAME", help="Those of a repository.")
@click.option("--commit", default="", metavar="SHA", help="Those of a commit.")
@FORMATS
@server_options
@click.pass_obj
def list_(settings: Settings, /, *, server: str, project: str, format_: str, **asked: str) -> None:
    """List what was decided on commits, the newest first."""
    at = remote(settings, server, project)
    items: list[dict[str, Any]] = at.every("/gates", asked)
    if format_ == "json":
        click.echo(json.dumps(items, ensure_ascii=False, indent=2))
        return
    for item in items:
        pull = f"  #{item['pull']}" if item.get("pull") else ""
        name = f"{clean(item['repository'])} {item['commit'][:12]}"
        click.echo(f"{item['id']}  {item['created_at'][:16]}  {item['state']:<14}  {name}{pull}")
    if not items:
        click.echo("Nothing was decided yet.")


@gate.command()
@click.argument("gate")
@FORMATS
@server_options
@click.pass_obj
def show(settings: Settings, /, gate: str, *, server: str, project: str, format_: str) -> None:
    """Show a gate: how it stands and why, its findings, what people said."""
    from app.cli._gates import page

    at = remote(settings, server, project)
    found = at.get(f"/gates/{at.quoted(gate)}").json()
    click.echo(json.dumps(found, ensure_ascii=False, indent=2) if format_ == "json" else "\n".join(page(found)))


@gate.command()
@click.argument("gate")
@server_options
@click.pass_obj
def token(settings: Settings, /, gate: str, *, server: str, project: str) -> None:
    """Print a fresh token of a gate that passed, for a later step."""
    at = remote(settings, server, project)
    found = at.get(f"/gates/{at.quoted(gate)}").json()
    if not found.get("token"):
        raise UserError(f"This gate is {found['state']}: there is no token.", "`holdfast gate show` says why.")
    click.echo(found["token"])


@gate.command()
@click.argument("gate")
@click.option("--digest", default="", metavar="DIGEST", help="What you read, as `show` prints it.")
@click.option("--body", "-m", default="", metavar="TEXT", help="A word on it.")
@server_options
@click.pass_obj
def approve(settings: Settings, /, gate: str, *, digest: str, body: str, server: str, project: str) -> None:
    """Let exactly what you read pass. Of people alone."""
    from app.cli._gates import decide

    click.echo(decide(remote(settings, server, project), gate, "approve", digest, body))


@gate.command()
@click.argument("gate")
@click.option("--digest", default="", metavar="DIGEST", help="What you read, as `show` prints it.")
@click.option("--because", default="", metavar="TEXT", help="Why.")
@server_options
@click.pass_obj
def refuse(settings: Settings, /, gate: str, *, digest: str, because: str, server: str, project: str) -> None:
    """Let it not pass, for a reason, though it may have passed before."""
    from app.cli._gates import decide

    if not because.strip():
        raise UserError("A gate is refused for a reason.", "Say it with --because.")
    click.echo(decide(remote(settings, server, project), gate, "refuse", digest, because))


@gate.command()
@click.option("--server", default="", metavar="URL", help="The server to ask [HOLDFAST_SERVER].")
@click.pass_obj
def keys(settings: Settings, /, *, server: str) -> None:
    """Print the public keys of a server, for `gate verify --key`. They are no secret."""
    for verifier in _served_keys(server or settings.server):
        click.echo(str(verifier))


def _token(given: str) -> str:
    """Give the token that is meant. Raises `UserError` for a file that holds none."""
    if given != "-" and not given.startswith("@"):
        return given
    name = given.removeprefix("@")
    try:
        with click.open_file(name, encoding="utf-8", errors="replace") as file:
            text = str(file.read(MOST_BYTES)).strip()
    except OSError as error:
        raise UserError(f"{name} cannot be read: {error.strerror}.", "Name the file that holds the token.") from error
    if not text.startswith("{"):
        return text
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UserError(f"{name} holds no token.", "Name what `holdfast check --decision` wrote.") from error
    return str(value.get("token") or f"no token: {value.get('state', 'undecided')}")


def _keys(file: Path | None, server: str) -> tuple[Verifier, ...]:
    """Read the keys that are believed: of the file where one is named, and then of no server."""
    if file is None:
        return _served_keys(server)
    try:
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError as error:
        raise UserError(f"{file} cannot be read: {error.strerror}.", "`holdfast gate keys` prints the keys.") from error
    found = [read_verifier(line) for line in lines if line.strip() and not line.startswith("#")]
    if not found or None in found:
        raise UserError(
            f"{file} holds a line that is no key.", "It has one key a line, as `holdfast gate keys` prints."
        )
    return tuple(key for key in found if key is not None)


def _served_keys(server: str) -> tuple[Verifier, ...]:
    if not server:
        raise UserError("Whose keys are believed?", "Name a file with --key, or a server with --server.")
    items = get(server, "/api/v1/keys", token="").json()["items"]
    return tuple(key for item in items if (key := read_verifier(str(item["key"]))) is not None)
