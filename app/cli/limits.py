"""`holdfast limits`: shows what a project may use and how long its things are kept, and sets it."""

from collections.abc import Iterable, Mapping
from typing import Any

import click

from app.cli._remote import remote, server_options
from app.settings import Settings
from app.wording import clean
from specs.errors import UserError


@click.command()
@click.argument("settings", nargs=-1, metavar="[NAME=VALUE]...")
@server_options
@click.pass_obj
def limits(given: Settings, /, settings: tuple[str, ...], server: str, project: str) -> None:
    """Show what the project may use and does use, and for how many days its things are kept.

    NAME=VALUE sets one first, NAME=default takes back what was set. How long things are kept (0: for good) is for
    admins of the project to say, quotas for administrators of the server.
    """
    asked = remote(given, server, project)
    items = asked.get("/limits").json()["items"]
    if settings:
        items = asked.ask("PUT", "/limits", read_settings(settings, {one["name"]: one["kind"] for one in items}))
        items = items.json()["items"]
    show(items)


def read_settings(words: Iterable[str], kinds: Mapping[str, str]) -> dict[str, dict[str, int | None]]:
    """Read NAME=VALUE, sorted by what each name limits. Raises `UserError`."""
    found: dict[str, dict[str, int | None]] = {"quotas": {}, "retention": {}}
    for word in words:
        name, _, value = word.partition("=")
        if name not in kinds:
            raise UserError(f"There is no limit {clean(name)!r}.", f"Use one of {', '.join(kinds)}.")
        if value != "default" and not (value.isascii() and value.isdigit() and len(value) <= 13):  # noqa: PLR2004 (as many digits as the largest)
            raise UserError(f"{clean(word)!r} says no number.", f"Write {name}=100, or {name}=default.")
        kind = "quotas" if kinds[name] == "quota" else "retention"
        found[kind][name] = None if value == "default" else int(value)
    return found


def show(items: Iterable[Mapping[str, Any]]) -> None:
    """Print what holds."""
    for one in items:
        used = f"{one['used']:,} of " if one.get("used") is not None else ""
        value = f"{used}{one['value']:,}" if one["kind"] == "quota" else f"{one['value']} days"
        value = "for good" if one["kind"] == "retention" and not one["value"] else value
        click.echo(f"{one['name']:18}{value:24}{clean(one['means'])} [{one['said_by']}]")
