"""`holdfast propose`: asks for a change of specs on a server; policy and people decide."""

import json
from typing import Any

import click

from app.cli._proposals import read_text, spec_id, standing
from app.cli._remote import Remote, remote, server_options
from app.settings import Settings
from specs.errors import UserError

SECTION_WORDS = ("replace", "body", "insert-before", "insert-after", "delete", "rename")


@click.command()
@click.argument("spec", default="")
@click.option("--file", "file", default="", metavar="FILE", help="The new text; - reads the input.")
@click.option("--section", default="", metavar="ANCHOR", help="Change this section alone.")
@click.option("--do", "do", default="replace", type=click.Choice(SECTION_WORDS), help="What to do with the section.")
@click.option("--heading", default="", metavar="TEXT", help="The section's new title, with --do rename.")
@click.option("--create", is_flag=True, help="Propose a new spec at the path SPEC.")
@click.option("--move", default="", metavar="PATH", help="Propose another path for the spec.")
@click.option("--retire", is_flag=True, help="Propose to retire the spec.")
@click.option("--restore", is_flag=True, help="Propose to restore the spec.")
@click.option("--base", default="", metavar="DIGEST", help="The revision the text was made from; the head by default.")
@click.option("--changes", default="", metavar="FILE", help="Changes of many specs as the API takes them, in JSON.")
@click.option("--title", "-t", default="", metavar="TEXT", help="What it is for, in a few words.")
@click.option("--why", default="", metavar="TEXT", help="Why.")
@click.option("--wait", is_flag=True, help="Wait for a person even where policy would let it through.")
@click.option("--revise", default="", metavar="PROPOSAL", help="Give this proposal of yours the new delta instead.")
@click.option("--format", "format_", default="text", type=click.Choice(["text", "json"]), help="How to write.")
@server_options
@click.pass_obj
def propose(settings: Settings, /, server: str, project: str, format_: str, **asked: Any) -> None:
    """Propose a change of SPEC (its path or id). Where policy lets it through it is the truth at once."""
    at = remote(settings, server, project)
    changes = _many(asked["changes"]) if asked["changes"] else [_change(at, **asked)]
    title = asked["title"] or f"Change {asked['spec'] or 'specs'}"
    body = {"title": title, "rationale": asked["why"], "changes": changes, "wait": asked["wait"]}
    if asked["revise"]:
        place = f"/proposals/{at.quoted(asked['revise'])}"
        seen = at.get(place).json()["digest"]
        made = {"proposal": at.ask("PUT", place, body, headers={"if-match": f'"{seen}"'}).json()}
    else:
        made = at.ask("POST", "/proposals", body).json()
    click.echo(json.dumps(made, ensure_ascii=False, indent=2) if format_ == "json" else standing(made))


def _many(name: str) -> list[Any]:
    try:
        found = json.loads(read_text(name))
    except ValueError as error:
        raise UserError(f"{name} is not JSON: {error}.", "Write the list that the API takes as `changes`.") from error
    if not isinstance(found, list):
        raise UserError(f"{name} holds no list.", "Write the list that the API takes as `changes`.")
    return found


def _change(at: Remote, **asked: Any) -> dict[str, Any]:
    """Make one change of the words given."""
    if not asked["spec"]:
        raise UserError("Which spec?", "Name its path, or many in a file with --changes.")
    if asked["create"]:
        return {"operation": "create", "path": asked["spec"], "text": _text(asked["file"])}
    change: dict[str, Any] = {"spec": spec_id(at, asked["spec"])}
    if asked["retire"] or asked["restore"]:
        return change | {"operation": "retire" if asked["retire"] else "restore"}
    if asked["base"]:
        change["base"] = asked["base"]
    if asked["move"]:
        change["path"] = asked["move"]
    if asked["section"]:
        text = asked["heading"] if asked["do"] == "rename" else "" if asked["do"] == "delete" else _text(asked["file"])
        change["sections"] = [{"anchor": asked["section"], "operation": asked["do"], "text": text}]
    elif asked["file"] or not asked["move"]:
        change["text"] = _text(asked["file"])
    return change


def _text(name: str) -> str:
    if not name:
        raise UserError("There is no text.", "Name a file with --file, or - for the input.")
    return read_text(name)
