"""`holdfast key`: registers the SSH keys by which one signs commits, over the API."""

from typing import TYPE_CHECKING
from uuid import UUID

import click

from app.client import ask
from app.settings import Settings
from app.wording import clean
from specs.errors import UserError

if TYPE_CHECKING:
    from typing import BinaryIO

SERVER = click.option("--server", default="", metavar="URL", help="The server to ask [HOLDFAST_SERVER].")


@click.group()
def key() -> None:
    """Register the SSH keys by which you sign commits: what those say of specs is your word."""


@key.command()
@click.argument("file", type=click.File("rb"), metavar="FILE")
@click.option("--name", default="", help="What it is called; none: as its comment says.")
@SERVER
@click.pass_obj
def add(settings: Settings, file: "BinaryIO", name: str, server: str) -> None:
    """Register a public key, such as ~/.ssh/id_ed25519.pub (`-` reads it from standard input)."""
    given = file.read(20_000)
    if b"PRIVATE KEY" in given:
        raise UserError("This is a private key.", "Name the file that ends in .pub; the other one never leaves you.")
    line = given.decode("utf-8", "replace").strip()
    if len(line.splitlines()) != 1 or "\0" in line:
        raise UserError("This is no public key.", "Name the file that ends in .pub: it holds one line.")
    body = {"public": line, "name": name}
    made = ask("POST", _server(settings, server), "/api/v1/me/keys", body, token=settings.token).json()
    click.echo(f"{made['fingerprint']}  {clean(made['name'])}")
    click.echo("Commits that it signs count as your word: git config gpg.format ssh, commit.gpgsign true.")


@key.command(name="list")
@SERVER
@click.pass_obj
def list_(settings: Settings, server: str) -> None:
    """List your keys."""
    items = ask("GET", _server(settings, server), "/api/v1/me/keys", token=settings.token).json()["items"]
    for item in items:
        click.echo(f"{item['id']}  {item['fingerprint']}  {clean(item['name'])}")
    if not items:
        click.echo("You have no keys.", err=True)


@key.command()
@click.argument("id")
@SERVER
@click.pass_obj
def remove(settings: Settings, id: str, server: str) -> None:  # noqa: A002 (as it is called outside)
    """Let a key count no more, by its id."""
    try:
        key = UUID(id)
    except ValueError:
        raise UserError("This is no id of a key.", "List your keys for their ids.") from None
    ask("DELETE", _server(settings, server), f"/api/v1/me/keys/{key}", token=settings.token)
    click.echo("It counts no more.")


def _server(settings: Settings, given: str) -> str:
    """Choose the server. Raises `UserError` where none is named."""
    server = given or settings.server
    if not server:
        raise UserError("Which server?", "Name it with --server or HOLDFAST_SERVER.")
    return server
