"""`holdfast freeze`: stops an agent for a time."""

import click

from app.cli._remote import Remote, remote, server_options
from app.settings import Settings
from app.wording import clean
from specs.errors import MissingError, UserError


@click.command()
@click.argument("agent")
@click.option("--for", "span", required=True, metavar="TIME", help="How long: 30m, 2h or 7d.")
@click.option("--because", required=True, metavar="TEXT", help="Why; it is shown to whoever is stopped.")
@server_options
@click.pass_obj
def freeze(settings: Settings, /, agent: str, server: str, project: str, **why: str) -> None:
    """Freeze an AGENT, by name or id: until then its writes are refused. Needs the token of a person who reviews."""
    asked = remote(settings, server, project)
    body = {"actor": actor_id(asked, agent), "span": why["span"], "reason": why["because"]}
    made = asked.ask("POST", "/frozen", body).json()
    until = made["until"][:16].replace("T", " ")
    click.echo(f"{clean(made['actor']['name'])} is frozen until {until} UTC.")


def actor_id(asked: Remote, name: str) -> str:
    """Give the id of a member that is no person, by its name or its id. Raises `MissingError`, `UserError`."""
    members = [one["actor"] for one in asked.get("/members").json()["items"]]
    found = [one for one in members if name in {one["id"], one["name"]} and one["kind"] != "human"]
    if not found:
        raise MissingError(f"There is no agent {name} in this project.", "The page Members lists them.")
    if len(found) > 1:
        raise UserError(f"Several agents are called {name}.", "Give its id: " + ", ".join(one["id"] for one in found))
    return str(found[0]["id"])
