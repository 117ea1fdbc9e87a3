"""`holdfast key`: registers the keys by which one signs commits, of SSH and OpenPGP, over the API."""

from typing import TYPE_CHECKING
from uuid import UUID

import click

from app.client import ask
from app.settings import Settings
from app.wording import clean
from specs.errors import UserError

if TYPE_CHECKING:
    from typing import Any, BinaryIO

LONGEST = 100_001

SERVER = click.option("--server", default="", metavar="URL", help="The server to ask [HOLDFAST_SERVER].")


@click.group()
def key() -> None:
    """Register the keys by which you sign commits, of SSH or GPG: what those say of specs is your word."""


@key.command()
@SERVER
@click.pass_obj
def claim(settings: Settings, server: str) -> None:
    """Print the line whose signature, by a key of yours, proves that it is yours."""
    claim = ask("GET", _server(settings, server), "/api/v1/me/keys/claim", token=settings.token).json()["claim"]
    click.echo(clean(claim))


@key.command()
@click.argument("file", type=click.File("rb"), metavar="FILE")
@click.option("--name", default="", help="What it is called; none: as its comment says.")
@click.option("--proof", type=click.File("rb"), help="What the key signed: the line of `holdfast key claim`.")
@SERVER
@click.pass_obj
def add(settings: Settings, file: "BinaryIO", name: str, proof: "BinaryIO | None", server: str) -> None:
    """Register a public key: ~/.ssh/id_ed25519.pub, or what `gpg --armor --export ID` gives (`-`: standard input).

    The proof that it is yours is the line of `holdfast key claim`, signed with it by `ssh-keygen -Y sign -n holdfast`
    or `gpg --armor --detach-sign` (`-`: standard input).
    A key of GPG that you have is brought up to date: it may end later now, or be revoked.
    """
    given = file.read(LONGEST)
    if b"PRIVATE KEY" in given:
        raise UserError("This is a private key.", "Name the public one; the other one never leaves you.")
    text = given.decode("utf-8", "replace").strip()
    is_pgp = text.startswith("-----BEGIN PGP")
    if not text or (len(text.splitlines()) != 1 and not is_pgp) or "\0" in text or len(given) == LONGEST:
        raise UserError(
            "This is no public key.",
            "Name the file that ends in .pub: it holds one line. Of GPG, one that `gpg --armor --export` wrote.",
        )
    signed = proof.read(LONGEST).decode("utf-8", "replace").strip() if proof is not None else ""
    if len(signed) >= LONGEST or "\0" in signed:
        raise UserError("This is no proof.", "Name what `ssh-keygen -Y sign` or `gpg --armor --detach-sign` wrote.")
    body = {"public": text, "name": name, "proof": signed}
    made = ask("POST", _server(settings, server), "/api/v1/me/keys", body, token=settings.token).json()
    click.echo(f"{made['fingerprint']}  {clean(made['name'])}{_ends(made)}")
    if not made.get("revoked"):
        form = "" if made["kind"] == "openpgp" else " gpg.format ssh,"
        click.echo(f"Commits that it signs count as your word: git config{form} commit.gpgsign true.")


@key.command(name="list")
@SERVER
@click.pass_obj
def list_(settings: Settings, server: str) -> None:
    """List your keys."""
    items = ask("GET", _server(settings, server), "/api/v1/me/keys", token=settings.token).json()["items"]
    for item in items:
        click.echo(f"{item['id']}  {item['fingerprint']}  {clean(item['name'])}{_ends(item)}")
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


def _ends(item: "dict[str, Any]") -> str:
    """Say how a key ended, or when it will; nothing of one that does not."""
    if item.get("revoked"):
        return "  revoked: it counts no more"
    return f"  until {item['expires_at'][:10]}" if item.get("expires_at") else ""


def _server(settings: Settings, given: str) -> str:
    """Choose the server. Raises `UserError` where none is named."""
    server = given or settings.server
    if not server:
        raise UserError("Which server?", "Name it with --server or HOLDFAST_SERVER.")
    return server
