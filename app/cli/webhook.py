"""`holdfast webhook`: addresses that a server tells what happens, and what became of what was sent."""

import json
from collections.abc import Mapping
from typing import Any

import click

from app.cli._remote import Remote, remote, server_options
from app.settings import Settings
from app.wording import clean
from specs.errors import MissingError

FORMATS = click.option("--format", "format_", default="text", type=click.Choice(["text", "json"]), help="How to write.")
KINDS = click.option("--kinds", default=None, metavar="TYPE,...", help="Types of events, such as spec.*; none: all.")


@click.group()
def webhook() -> None:
    """Have a server tell an address of yours what happens in a project. Needs an admin's token."""


@webhook.command("list")
@FORMATS
@server_options
@click.pass_obj
def list_(settings: Settings, /, *, format_: str, server: str, project: str) -> None:
    """List the webhooks, and how each stands."""
    found = remote(settings, server, project).every("/webhooks")
    if format_ == "json":
        click.echo(json.dumps(found, indent=2))
        return
    for one in found:
        click.echo(clean(f"{one['name']:<20} {one['state']:<9} {one['url']}  {', '.join(one.get('kinds', ['*']))}"))
        if one.get("reason") or one.get("failures"):
            tries = f"{one.get('failures', 0)} tries failed, next at {one.get('next_at', '-')[:16]}"
            click.echo(clean(f"{'':<20} {one.get('reason') or tries}"))
    if not found:
        click.echo("No webhook. holdfast webhook add NAME URL registers one.")


@webhook.command()
@click.argument("name")
@click.argument("url")
@KINDS
@server_options
@click.pass_obj
def add(settings: Settings, /, name: str, url: str, *, kinds: str | None, server: str, project: str) -> None:
    """Register URL under NAME. Prints the secret that deliveries are signed with, once."""
    body = {"name": name, "url": url, "kinds": _kinds(kinds)}
    _told(remote(settings, server, project).ask("POST", "/webhooks", body).json())


@webhook.command()
@click.argument("name")
@click.option("--url", default=None, help="Another address.")
@KINDS
@click.option("--enable/--disable", "enabled", default=None, help="Go on where it stopped, or stop.")
@server_options
@click.pass_obj
def change(
    settings: Settings,
    /,
    name: str,
    *,
    url: str | None,
    kinds: str | None,
    enabled: bool | None,
    server: str,
    project: str,
) -> None:
    """Change address or types, switch it off, or on again."""
    at = remote(settings, server, project)
    asked = {"url": url, "kinds": None if kinds is None else _kinds(kinds), "enabled": enabled}
    body = {key: value for key, value in asked.items() if value is not None}
    told = at.ask("PATCH", _place(at, name), body).json()
    click.echo(clean(f"{told['name']} is {told['state']}: {told['url']}"))


@webhook.command()
@click.argument("name")
@click.option("--at-once", is_flag=True, help="The old secret signs no more.")
@server_options
@click.pass_obj
def rotate(settings: Settings, /, name: str, *, at_once: bool, server: str, project: str) -> None:
    """Make another secret and print it, once. Deliveries are signed with both for a day."""
    at = remote(settings, server, project)
    _told(at.ask("POST", f"{_place(at, name)}/secret", {"at_once": at_once}).json())


@webhook.command()
@click.argument("name")
@server_options
@click.pass_obj
def remove(settings: Settings, /, name: str, *, server: str, project: str) -> None:
    """Forget a webhook."""
    at = remote(settings, server, project)
    at.ask("DELETE", _place(at, name))
    click.echo(clean(f"{name} is forgotten."))


@webhook.command()
@click.argument("name")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 200), help="How many at most.")
@FORMATS
@server_options
@click.pass_obj
def deliveries(settings: Settings, /, name: str, *, limit: int, format_: str, server: str, project: str) -> None:
    """List what became of what was sent, the latest first."""
    at = remote(settings, server, project)
    found = at.get(f"{_place(at, name)}/deliveries", {"limit": limit}).json()["items"]
    if format_ == "json":
        click.echo(json.dumps(found, indent=2))
        return
    for one in found:
        how = str(one.get("status") or one["problem"])
        again = ", sent once more" if one.get("replay") else f", try {one['attempt']}" if one["attempt"] > 1 else ""
        line = f"{one['number']:>8}  {one['at'][:19]}  {one['type']:<20} {how} in {one['milliseconds']} ms{again}"
        click.echo(clean(line))
    if not found:
        click.echo("Nothing was sent yet.")


@webhook.command()
@click.argument("name")
@click.option("--delivery", default=None, type=int, metavar="NUMBER", help="Send this one once more.")
@click.option("--after", default="", metavar="CURSOR", help="Send all that came after a cursor of `holdfast events`.")
@server_options
@click.pass_obj
def replay(settings: Settings, /, name: str, *, delivery: int | None, after: str, server: str, project: str) -> None:
    """Send one event once more, or all that came after a cursor. Receivers know what they had by its id."""
    at = remote(settings, server, project)
    body: Mapping[str, object] = {"after": after} if delivery is None else {"delivery": delivery, "after": after}
    at.ask("POST", f"{_place(at, name)}/replays", body)
    click.echo("It is sent as soon as a worker is free.")


def _kinds(kinds: str | None) -> list[str]:
    return [kind.strip() for kind in (kinds or "").split(",") if kind.strip()]


def _told(made: dict[str, Any]) -> None:
    click.echo(clean(f"{made['name']}: {made['url']}"))
    click.echo(f"Secret, not shown again: {made['secret']}")


def _place(at: Remote, name: str) -> str:
    found = [one for one in at.every("/webhooks") if name in {one["name"], one["id"]}]
    if not found:
        raise MissingError(f"There is no webhook {name}.", "holdfast webhook list names those there are.")
    return f"/webhooks/{found[0]['id']}"
