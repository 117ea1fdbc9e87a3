"""`holdfast claims`: lists waivers and confirmations that came by git, and approves or refuses them."""

from typing import Any

import click

from app.cli._remote import Remote, remote, server_options
from app.settings import Settings
from app.wording import clean
from specs.errors import MissingError, UserError

SHOWN = 12


@click.group()
def claims() -> None:
    """List, approve and refuse what holdfast.lock says in a person's name.

    On a server a waiver or a confirmation of the lock counts once a reviewer, a person, approves it, or where it came
    with a person's commit on a trusted branch.
    """


@claims.command("list")
@click.option("--state", type=click.Choice(["pending", "approved", "refused"]), help="Only those of this state.")
@server_options
@click.pass_obj
def list_(settings: Settings, /, server: str, project: str, *, state: str | None) -> None:
    """List the claims that stand in locks now, the newest first."""
    items = remote(settings, server, project).every("/claims", {"state": state})
    for item in items:
        click.echo(row(item))
    if not items:
        click.echo("No lock claims anything here." if state is None else f"No claim is {state}.")


@claims.command()
@click.argument("names", nargs=-1, metavar="CLAIM...")
@click.option("--all", "everything", is_flag=True, help="All that wait.")
@click.option("--because", default="", metavar="TEXT", help="Why; it is kept in the audit log.")
@server_options
@click.pass_obj
def approve(settings: Settings, /, names: tuple[str, ...], server: str, project: str, **asked: Any) -> None:
    """Have claims count, named by the first digits of their ids. Needs the token of a person who reviews."""
    decide(remote(settings, server, project), "approve", names, **asked)


@claims.command()
@click.argument("names", nargs=-1, metavar="CLAIM...")
@click.option("--all", "everything", is_flag=True, help="All that wait.")
@click.option("--because", default="", metavar="TEXT", help="Why; it is kept in the audit log.")
@server_options
@click.pass_obj
def refuse(settings: Settings, /, names: tuple[str, ...], server: str, project: str, **asked: Any) -> None:
    """Have claims count no more, or never. Needs the token of a person who reviews."""
    decide(remote(settings, server, project), "refuse", names, **asked)


def decide(place: Remote, decision: str, names: tuple[str, ...], *, everything: bool, because: str) -> None:
    """Send a decision and say what was decided. Raises `UserError` or `MissingError` for names that fit nothing."""
    if everything == bool(names):
        raise UserError(
            "Which claims?", "Name them, or say --all for all that wait; `holdfast claims list` shows them."
        )
    known = [one["id"] for one in place.every("/claims", {"state": "pending"} if everything else None)]
    ids = known if everything else [full(name, known) for name in names]
    if not ids:
        click.echo("No claim waits.")
        return
    body = {"claims": ids, "decision": decision, "because": because}
    for item in place.ask("POST", "/claims/decisions", body).json()["items"]:
        click.echo(row(item))


def full(name: str, known: list[str]) -> str:
    """Give the one id that begins so."""
    fits = sorted({one for one in known if one.startswith(name.lower())})
    if not fits:
        raise MissingError(f"There is no claim {name}.", "`holdfast claims list` shows them.")
    if fits[1:]:
        raise UserError(f"{len(fits)} claims begin with {name}.", "Give more digits.")
    return fits[0]


def row(item: dict[str, Any]) -> str:
    """Write a claim in two lines."""
    until = f" until {item['until']}" if item.get("until") else ""
    because = f": {clean(item['because'])}" if item.get("because") else ""
    decided = f" by {clean(item['decided_by']['name'])}" if "decided_by" in item else ""
    state = f"{item['state']}{decided}"
    lines = [
        f"{item['id'][:SHOWN]}  {state}  {item['kind']}{until}: {clean(item['what'])}  ({clean(item['invariant'])})",
        f"  by {clean(item['by'])}{because}",
        f"  in {item['commit'][:SHOWN]} of {clean(item['author'])}",
    ]
    return "\n".join(lines)
