"""`holdfast blame`: says who brought each line of a spec on a server, or each word of it."""

import json
from typing import Any

import click

from app.cli._remote import remote, server_options
from app.settings import Settings
from app.wording import clean

NAME = 18


@click.command()
@click.argument("spec", metavar="PATH")
@click.option("--revision", default="", metavar="DIGEST", help="At this revision; else at the head.")
@click.option("--words", is_flag=True, help="Say it of each stretch of words, not only of lines.")
@click.option("--format", "format_", default="text", type=click.Choice(["text", "json"]), help="How to write.")
@server_options
@click.pass_obj
def blame(
    settings: Settings, /, spec: str, *, revision: str, words: bool, format_: str, server: str, project: str
) -> None:
    """Print the spec at PATH with who brought each line: the revision, its actor, the day. `?` marks what is inferred.

    Words keep their first author when they move, pass through merges, or are deleted and come back. The token is taken
    from HOLDFAST_TOKEN.
    """
    place = remote(settings, server, project)
    ident = place.spec(spec)
    answer = place.get(f"/specs/{ident}/authorship", {"revision": revision}).json()
    if format_ == "json":
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    text = place.get(f"/specs/{ident}", {"revision": answer["revision"], "include": "text"}).json()["text"]
    told = {line["line"]: line for line in answer["lines"]}
    revisions = {one["digest"]: one for one in answer["revisions"]}
    for number, line in enumerate(text_lines(text), start=1):
        known = told.get(number)
        if words and known is not None:
            _show_runs(number, line, known, revisions)
        else:
            mark = "?" if known and known.get("inferred") else " "
            click.echo(f"{_who(known and revisions[known['revision']])} {number:>5} {mark} {clean(line)}".rstrip())


def text_lines(text: str) -> list[str]:
    """Cut a text into lines as the server counts them."""
    from specs.lines import split_lines, without_end

    return [without_end(line) for line in split_lines(text)]


def _show_runs(number: int, line: str, known: dict[str, Any], revisions: dict[str, Any]) -> None:
    """Write a line for each stretch of a line."""
    whole = {"start": 0, "end": len(line), "revision": known["revision"], "inferred": known.get("inferred", False)}
    for run in known.get("runs") or [whole]:
        mark = "?" if run.get("inferred") else " "
        words = clean(line[run["start"] : run["end"]].strip())
        click.echo(f"{_who(revisions[run['revision']])} {number:>5}:{run['start'] + 1:<4} {mark} {words}".rstrip())


def _who(revision: dict[str, Any] | None) -> str:
    """Write a revision, its actor and its day in columns; blanks for a line that nobody wrote."""
    if revision is None:
        return " " * (8 + 1 + NAME + 1 + 10)
    actor = revision["actor"]
    name = clean(actor["name"])[: NAME - 6] + (" agent" if actor["kind"] == "agent" else "")
    return f"{revision['digest'][:8]} {name:<{NAME}} {revision['at'][:10]}"
