"""`holdfast task`: makes tasks, claims them for a time, finishes them; and what people do to those of others."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from app.cli._options import one_of
from app.cli._remote import remote, server_options
from app.cli._tasks import board_lines, place_of, row, show
from app.settings import Settings

Command = TypeVar("Command", bound=Callable[..., Any])
STATES = ("open", "claimed", "done", "failed", "expired", "frozen")
SIZES = ("xs", "s", "m", "l", "xl")
PHASES = ("research", "plan", "implement", "free")
FORMAT = click.option("--format", "form", default="text", type=click.Choice(["text", "json"]), help="How to write.")
LEASE = click.option("--lease", default=900, metavar="SECONDS", help="How long it is yours, unless renewed.")
FENCING = click.option("--fencing", required=True, type=int, metavar="TOKEN", help="The token that the claim printed.")
NOTE = click.option("--note", default="", metavar="TEXT", help="What came of it.")


@click.group()
def task() -> None:
    """Make, claim and finish tasks; see who holds what, for how long, and what it costs.

    A task is named by its number or its id. Whoever claims one gets a fencing token; once the lease is over the token
    changes nothing any more.
    """


@task.command()
@click.argument("intent")
@click.option("--path", "paths", multiple=True, metavar="PATH", help="A file or folder that it will touch.")
@click.option("--symbol", "symbols", multiple=True, metavar="SYMBOL", help="Such as payments.charge:Card.pay.")
@click.option("--section", "sections", multiple=True, metavar="SECTION", help="Such as payments.md#refunds.")
@click.option("--size", **one_of(SIZES), help="How large it is thought to be.")
@click.option("--phase", default="free", type=click.Choice(PHASES), help="Where it begins.")
@click.option("--last-phase", default=None, type=click.Choice(PHASES), help="Where it ends.")
@click.option("--claim", is_flag=True, help="Claim it at once: you do it yourself.")
@LEASE
@FORMAT
@server_options
@click.pass_obj
def new(settings: Settings, /, server: str, project: str, form: str, **wanted: Any) -> None:
    """Make a task. Of people, unless it is claimed at once."""
    body = {name: list(value) if isinstance(value, tuple) else value for name, value in wanted.items()}
    show(remote(settings, server, project).ask("POST", "/tasks", body).json(), form)


@task.command("list")
@click.option("--state", **one_of(STATES), help="Only those that stand so.")
@FORMAT
@server_options
@click.pass_obj
def list_(settings: Settings, /, server: str, project: str, *, state: str, form: str) -> None:
    """List tasks, the newest first, as they stand now."""
    items = remote(settings, server, project).every("/tasks", {"state": state})
    if form == "json":
        show({"items": items}, form)
        return
    for item in items:
        click.echo(row(item))
    if not items:
        click.echo("There is no such task.")


@task.command()
@click.option("--state", **one_of(STATES), help="Only those that stand so.")
@click.option("--waits", is_flag=True, help="Only those that wait for an answer.")
@click.option(
    "--words", default="", metavar="TEXT", help="Only those with these words in what is to be done, or paths."
)
@FORMAT
@server_options
@click.pass_obj
def board(settings: Settings, /, server: str, project: str, **asked: Any) -> None:
    """Show the tasks by phase: who holds them, what they spent of their budgets, whom they meet, what waits."""
    query = {"state": asked["state"], "waits": asked["waits"], "q": asked["words"]}
    found = remote(settings, server, project).get("/tasks/board", query).json()
    if asked["form"] == "json":
        show(found, "json")
        return
    for line in board_lines(found):
        click.echo(line)


@task.command("show")
@click.argument("name", metavar="TASK")
@FORMAT
@server_options
@click.pass_obj
def show_(settings: Settings, /, name: str, server: str, project: str, form: str) -> None:
    """Show a task: who holds it, who else is at work there, what was served, spent and said."""
    at = remote(settings, server, project)
    show(at.get(place_of(at, name)).json(), form)


@task.command()
@click.argument("name", metavar="[TASK]", default="")
@click.option("--phase", default=None, type=click.Choice(PHASES), help="Only one in this phase.")
@LEASE
@FORMAT
@server_options
@click.pass_obj
def claim(
    settings: Settings, /, name: str, server: str, project: str, lease: int, form: str, phase: str | None
) -> None:
    """Take a task on, or the oldest that is free, and print its fencing token."""
    at = remote(settings, server, project)
    place = place_of(at, name) if name else "/tasks"
    body: dict[str, object] = {"lease": lease} if name else {"lease": lease, "phase": phase}
    show(at.ask("POST", f"{place}/claim", body).json(), form)


@task.command()
@click.argument("name", metavar="TASK")
@FENCING
@LEASE
@FORMAT
@server_options
@click.pass_obj
def renew(settings: Settings, /, **given: Any) -> None:
    """Let a lease last longer, from now, and hear what is new."""
    _post(settings, "renew", ("fencing", "lease"), given)


@task.command()
@click.argument("name", metavar="TASK")
@FENCING
@NOTE
@click.option("--commit", default="", metavar="SHA", help="The commit whose check tells whether it holds.")
@FORMAT
@server_options
@click.pass_obj
def done(settings: Settings, /, **given: Any) -> None:
    """Finish the phase: the task goes on, is done, or waits for people, as the policies say."""
    _post(settings, "finish", ("fencing", "note", "commit"), given)


@task.command()
@click.argument("name", metavar="TASK")
@FENCING
@click.option("--because", "reason", required=True, metavar="TEXT", help="Why.")
@FORMAT
@server_options
@click.pass_obj
def fail(settings: Settings, /, **given: Any) -> None:
    """End a task that cannot be done."""
    _post(settings, "fail", ("fencing", "reason"), given)


@task.command()
@click.argument("name", metavar="TASK")
@FENCING
@NOTE
@FORMAT
@server_options
@click.pass_obj
def back(settings: Settings, /, **given: Any) -> None:
    """Give back a task that is not finished."""
    _post(settings, "release", ("fencing", "note"), given)


@task.command()
@click.argument("name", metavar="TASK")
@click.argument("body", metavar="TEXT")
@click.option("--fencing", default=None, type=int, metavar="TOKEN", help="The token, where you hold the task.")
@FORMAT
@server_options
@click.pass_obj
def note(settings: Settings, /, **given: Any) -> None:
    """Say something of a task."""
    _post(settings, "notes", ("fencing", "body"), given)


@task.command()
@click.argument("name", metavar="TASK")
@FENCING
@click.option("--tokens", default=0, metavar="N", help="Tokens that were spent.")
@click.option("--cost", default=0.0, metavar="N", help="Money that was spent.")
@click.option("--model", default="", metavar="NAME", help="On which model.")
@FORMAT
@server_options
@click.pass_obj
def usage(settings: Settings, /, **given: Any) -> None:
    """Tell what was spent. Where a policy caps it, the task is frozen at once."""
    _post(settings, "usage", ("fencing", "tokens", "cost", "model"), given)


def _overseen(name: str, path: str, help_: str, *, required: bool, answer: bool | None = None) -> None:
    """Add a command of people: its reason is kept with the task."""

    @task.command(name, help=help_)
    @click.argument("name", metavar="TASK")
    @click.option(
        "--because", "reason", required=required, default=None if required else "", metavar="TEXT", help="Why."
    )
    @FORMAT
    @server_options
    @click.pass_obj
    def run(settings: Settings, /, **given: Any) -> None:
        if answer is None:
            _post(settings, path, ("reason",), given)
        else:
            _post(settings, path, ("approve", "body"), {**given, "approve": answer, "body": given["reason"]})


_overseen("freeze", "freeze", "Stop a task, whoever holds it, as a reviewer.", required=True)
_overseen("thaw", "thaw", "Let a frozen task go on, as a reviewer; its budget begins anew.", required=False)
_overseen("cancel", "cancel", "End a task that is wanted no longer.", required=True)
_overseen("approve", "answers", "Let a finished phase pass, as a person.", required=False, answer=True)
_overseen("decline", "answers", "Send a finished phase back, as a person.", required=True, answer=False)


def _post(settings: Settings, path: str, names: tuple[str, ...], given: dict[str, Any]) -> None:
    at = remote(settings, given["server"], given["project"])
    body = {name: given[name] for name in names if given[name] is not None}
    show(at.ask("POST", f"{place_of(at, given['name'])}/{path}", body).json(), given["form"])
