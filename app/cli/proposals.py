"""`holdfast proposals`: lists, shows and decides on changes of specs that are not yet the truth."""

import json
from collections.abc import Callable
from typing import Any

import click

from app.cli._options import one_of
from app.cli._proposals import digest_of, line, page, read_text, spec_id, standing
from app.cli._remote import remote, server_options
from app.settings import Settings
from app.wording import clean
from specs.errors import UserError

DIFF = "text/x-diff"
STATES = ("open", "conflicted", "accepted", "declined", "withdrawn", "superseded", "pending")


@click.group()
def proposals() -> None:
    """List and read proposals, review them, and decide."""


@proposals.command("list")
@click.option("--state", **one_of(STATES), help="Those in a state; pending is undecided.")
@click.option("--author", default="", metavar="ID", help="Those of an actor.")
@click.option("--spec", default="", metavar="SPEC", help="Those that would change a spec.")
@click.option("--mine", is_flag=True, help="Those where it is your turn.")
@click.option("--format", "format_", default="text", type=click.Choice(["text", "json"]), help="How to write.")
@server_options
@click.pass_obj
def list_(settings: Settings, /, *, server: str, project: str, format_: str, **asked: Any) -> None:
    """List proposals, the newest first, and say where it is your turn, why and since when."""
    at = remote(settings, server, project)
    query = {
        "state": asked["state"],
        "author": asked["author"],
        "spec": spec_id(at, asked["spec"]) if asked["spec"] else None,
        "needs": "me" if asked["mine"] else None,
    }
    items: list[dict[str, Any]] = at.every("/proposals", query)
    if format_ == "json":
        click.echo(json.dumps(items, ensure_ascii=False, indent=2))
        return
    for item in items:
        click.echo(line(item))
    if not items:
        click.echo("It is nobody's turn but others'." if asked["mine"] else "There are no such proposals.")


@proposals.command()
@click.argument("proposal")
@click.option("--format", "format_", default="text", type=click.Choice(["text", "json"]), help="How to write.")
@server_options
@click.pass_obj
def show(settings: Settings, /, proposal: str, *, server: str, project: str, format_: str) -> None:
    """Show a proposal: what it changes, hunk by hunk, what it overlaps, who said what."""
    at = remote(settings, server, project)
    place = f"/proposals/{at.quoted(proposal)}"
    found = at.get(place).json()
    if format_ == "json":
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for text in page(found, at.get(f"{place}/diff", accept=DIFF).text):
        click.echo(text)


@proposals.command()
@click.argument("proposal")
@server_options
@click.pass_obj
def diff(settings: Settings, /, proposal: str, *, server: str, project: str) -> None:
    """Print what a proposal changes as a unified diff."""
    at = remote(settings, server, project)
    text = at.get(f"/proposals/{at.quoted(proposal)}/diff", accept=DIFF).text
    click.echo("\n".join(clean(row) for row in text.split("\n")), nl=False)


@proposals.command()
@click.argument("proposal")
@click.option("--digest", default="", metavar="DIGEST", help="What you read, as `show` prints it.")
@click.option("--hunk", "hunks", multiple=True, metavar="ID", help="Approve this hunk alone; repeatable.")
@click.option("--rest", default="open", type=click.Choice(["open", "decline"]), help="What becomes of the others.")
@click.option("--body", "-m", default="", metavar="TEXT", help="A word on the whole.")
@server_options
@click.pass_obj
def approve(settings: Settings, /, proposal: str, *, server: str, project: str, **asked: Any) -> None:
    """Approve exactly what you read. The last approval that is needed makes it the truth."""
    at = remote(settings, server, project)
    body: dict[str, Any] = {"verdict": "approve", "body": asked["body"], "rest": asked["rest"]}
    body["digest"] = digest_of(at, proposal, asked["digest"])
    if asked["hunks"]:
        body["hunks"] = list(asked["hunks"])
    click.echo(standing(at.ask("POST", f"/proposals/{at.quoted(proposal)}/reviews", body).json()))


@proposals.command()
@click.argument("proposal")
@click.option("--digest", default="", metavar="DIGEST", help="What you read, as `show` prints it.")
@click.option("--because", default="", metavar="TEXT", help="Why; its author reads it.")
@server_options
@click.pass_obj
def decline(settings: Settings, /, proposal: str, *, digest: str, because: str, server: str, project: str) -> None:
    """End a proposal without effect, for a reason."""
    at = remote(settings, server, project)
    if not because.strip():
        raise UserError("A proposal is declined for a reason.", "Say it with --because.")
    body = {"verdict": "decline", "digest": digest_of(at, proposal, digest), "body": because}
    click.echo(standing(at.ask("POST", f"/proposals/{at.quoted(proposal)}/reviews", body).json()))


@proposals.command()
@click.argument("proposal")
@click.option("--body", "-m", default="", metavar="TEXT", help="What to say.")
@click.option("--spec", default="", metavar="SPEC", help="The spec it is on.")
@click.option("--line", "line_", default=0, metavar="N", help="The line of its text.")
@click.option("--section", default="", metavar="ANCHOR", help="Or the section.")
@click.option("--side", default="after", type=click.Choice(["before", "after"]), help="Which text.")
@click.option("--reply-to", default="", metavar="COMMENT", help="The comment it answers.")
@click.option("--comments", default="", metavar="FILE", help="Many at once, as the API takes them, in JSON.")
@server_options
@click.pass_obj
def comment(settings: Settings, /, proposal: str, *, server: str, project: str, **asked: Any) -> None:
    """Comment on a line, a section or the whole; many comments go as one."""
    at = remote(settings, server, project)
    body: dict[str, Any] = {"verdict": "comment"}
    if asked["comments"]:
        try:
            body |= {"comments": json.loads(read_text(asked["comments"])), "body": asked["body"]}
        except ValueError as error:
            hint = "Write the list that the API takes as `comments`."
            raise UserError(f"{asked['comments']} is not JSON: {error}.", hint) from error
    elif asked["spec"] or asked["reply_to"]:
        one: dict[str, Any] = {"body": asked["body"]}
        if asked["spec"]:
            one |= {"spec": spec_id(at, asked["spec"]), "side": asked["side"], "anchor": asked["section"]}
        if asked["line_"]:
            one["line"] = asked["line_"]
        if asked["reply_to"]:
            one["reply_to"] = asked["reply_to"]
        body["comments"] = [one]
    else:
        body["body"] = asked["body"]
    at.ask("POST", f"/proposals/{at.quoted(proposal)}/reviews", body)
    click.echo("Said.")


def _step(name: str, doing: str) -> Callable[..., None]:
    """Make the command of a step that takes a proposal and perhaps a reason."""

    @click.argument("proposal")
    @server_options
    @click.pass_obj
    def step(settings: Settings, /, proposal: str, *, server: str, project: str) -> None:
        at = remote(settings, server, project)
        body: dict[str, str] | None = {} if name == "withdraw" else None
        made = at.ask("POST", f"/proposals/{at.quoted(proposal)}/{name}", body).json()
        click.echo(standing(made if "proposal" in made else {"proposal": made}))

    step.__doc__ = doing
    return step


for _name, _doing in (
    ("withdraw", "Take your own proposal back."),
    ("reopen", "Take up again what ended without effect."),
    ("take-back", "Take back your own approval or decline, as long as nothing came of it."),
    ("rebase", "Bring a proposal onto the specs as they are now."),
    ("accept", "Make a proposal the truth that has its approvals already."),
):
    proposals.command(_name)(_step(_name, _doing))


@proposals.command()
@click.argument("proposal")
@click.option("--by", required=True, metavar="PROPOSAL", help="The one that takes its place.")
@server_options
@click.pass_obj
def supersede(settings: Settings, /, proposal: str, *, by: str, server: str, project: str) -> None:
    """Put another proposal in the place of this one."""
    at = remote(settings, server, project)
    made = at.ask("POST", f"/proposals/{at.quoted(proposal)}/supersede", {"by": by}).json()
    click.echo(standing({"proposal": made}))


@proposals.command()
@click.argument("proposal")
@click.argument("comment")
@click.option("--undo", is_flag=True, help="Say that it is not settled after all.")
@server_options
@click.pass_obj
def settle(settings: Settings, /, proposal: str, comment: str, *, undo: bool, server: str, project: str) -> None:
    """Say that a comment is settled."""
    at = remote(settings, server, project)
    place = f"/proposals/{at.quoted(proposal)}/comments/{at.quoted(comment)}"
    at.ask("PUT", place, {"resolved": not undo})
    click.echo("Open again." if undo else "Settled.")
