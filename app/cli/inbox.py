"""`holdfast inbox`: lists what waits for a person, and puts matters off."""

from datetime import UTC, datetime, timedelta
from typing import Any

import click

from app.cli._remote import Remote, remote, server_options
from app.settings import Settings
from app.wording import clean, counted
from specs.errors import MissingError, UserError

SHOWN = 8
DAYS = 90


@click.group(invoke_without_command=True)
@click.option("--kind", default="", metavar="KIND", help="Only matters of this kind, such as proposal or claim.")
@click.option("--snoozed", is_flag=True, help="What was put off, instead of what waits.")
@server_options
@click.pass_context
def inbox(context: click.Context, /, server: str, project: str, *, kind: str, snoozed: bool) -> None:
    """List what waits for you in a project: what, why, since when. What holds others up comes first."""
    if context.invoked_subcommand:
        return
    settings: Settings = context.obj
    items = remote(settings, server, project).get("/inbox", {"kind": kind, "snoozed": snoozed}).json()["items"]
    for item in items:
        click.echo(row(item))
    if not items:
        click.echo("Nothing is put off." if snoozed else "Nothing waits for you.")


@inbox.command()
@click.argument("matter")
@click.option("--days", type=click.IntRange(1, DAYS), default=1, show_default=True, help="For how many days.")
@server_options
@click.pass_obj
def snooze(settings: Settings, /, matter: str, server: str, project: str, *, days: int) -> None:
    """Put a matter off, named by the first digits of its id; it comes back sooner when it moves on."""
    place = remote(settings, server, project)
    until = datetime.now(UTC) + timedelta(days=days)
    ident = full(place, matter, snoozed=False)
    item = place.ask("PUT", f"/inbox/{ident}/snooze", {"until": until.isoformat()}).json()
    click.echo(row(item))


@inbox.command()
@click.argument("matter")
@server_options
@click.pass_obj
def wake(settings: Settings, /, matter: str, server: str, project: str) -> None:
    """Bring back a matter that was put off."""
    place = remote(settings, server, project)
    click.echo(row(place.ask("DELETE", f"/inbox/{full(place, matter, snoozed=True)}/snooze").json()))


@inbox.command()
@server_options
@click.pass_obj
def waiting(settings: Settings, /, server: str, project: str) -> None:
    """List what you wait for and others have to do: what, whom, since when."""
    items = remote(settings, server, project).get("/inbox/waiting").json()["items"]
    for item in items:
        click.echo(f"{item['kind']:11}  {clean(item['what'])}: {clean(item['whom'])}, since {item['since'][:10]}")
    if not items:
        click.echo("You wait for nobody.")


@inbox.command()
@click.argument("matter")
@click.option("--until", required=True, metavar="DATE", help="The last day of the waiver, as 2027-01-31.")
@click.option("--because", required=True, metavar="TEXT", help="Why they are accepted until then.")
@click.option("--only", multiple=True, metavar="FINDING", help="Only these, by the first digits of their fingerprints.")
@server_options
@click.pass_obj
def waive(settings: Settings, /, server: str, project: str, **asked: Any) -> None:
    """Waive the findings of a MATTER until a day, as a reviewer: all of one rule, or some of them."""
    _decide(remote(settings, server, project), "waive", **asked)


@inbox.command()
@click.argument("matter")
@click.option("--because", default="", metavar="TEXT", help="What whoever mends them should know.")
@click.option("--only", multiple=True, metavar="FINDING", help="Only these, by the first digits of their fingerprints.")
@server_options
@click.pass_obj
def mend(settings: Settings, /, server: str, project: str, **asked: Any) -> None:
    """Have the code of the findings of a MATTER mended: makes a task of them, for whoever claims it."""
    _decide(remote(settings, server, project), "mend", **asked)


@inbox.command("take-back")
@click.argument("decisions", nargs=-1, required=True)
@server_options
@click.pass_obj
def take_back(settings: Settings, /, decisions: tuple[str, ...], server: str, project: str) -> None:
    """Take back what was decided on findings, by the ids of the DECISIONS; a task that was made stays."""
    place = remote(settings, server, project)
    made = place.ask("POST", "/findings/decisions/take-back", {"decisions": list(decisions)}).json()["items"]
    click.echo(f"Taken back: {counted(len(made), 'decision')} on {clean(made[0]['invariant'])}.")


def _decide(place: Remote, choice: str, **asked: Any) -> None:
    """Decide on findings of a matter, and print how that is taken back."""
    matter, only, until = asked["matter"], asked["only"], asked.get("until", "")
    ident = full(place, matter, snoozed=False)
    one = next(item for item in place.get("/inbox").json()["items"] if item["id"] == ident)
    names = [item["name"] for item in one.get("items", ())]
    chosen = [name for name in names if not only or name.startswith(only)]
    if one["kind"] not in {"finding", "waiver"} or not chosen:
        raise UserError("There is no finding to decide on there.", "`holdfast inbox --kind finding` lists them.")
    body = {"choice": choice, "findings": chosen, "because": asked["because"], "repository": one.get("repository")}
    body |= {"until": until} if until else {}
    body["renews"] = one["kind"] == "waiver"
    made = place.ask("POST", "/findings/decisions", body).json()["items"]
    what = f"waived until {made[0]['until']}" if until else f"to be mended as task {made[0]['task']}"
    click.echo(f"{counted(len(made), 'finding')} of {clean(made[0]['invariant'])}: {what}")
    click.echo(f"hint: holdfast inbox take-back {' '.join(item['id'] for item in made)}")


def full(place: Remote, name: str, *, snoozed: bool) -> str:
    """Give the one id that begins so. Raises `MissingError` or `UserError`."""
    items = place.get("/inbox", {"snoozed": snoozed}).json()["items"]
    fits = sorted({one["id"] for one in items if one["id"].startswith(name.lower())})
    if not fits:
        hint = "`holdfast inbox --snoozed` lists what was put off." if snoozed else "`holdfast inbox` lists what waits."
        raise MissingError(f"There is no matter {name}.", hint)
    if fits[1:]:
        raise UserError(f"{len(fits)} matters begin with {name}.", "Give more digits.")
    return str(fits[0])


def row(item: dict[str, Any]) -> str:
    """Write a matter in two lines."""
    by = f", by {clean(item['by']['name'])}" if "by" in item else ""
    until = f", put off until {item['snoozed_until'][:10]}" if "snoozed_until" in item else ""
    head = f"{item['id'][:SHOWN]}  {item['kind']:11}  {clean(item['question'])}"
    return f"{head}\n{'':23}{clean(item['why'])}{by}, since {item['since'][:10]}{until}"
