"""`holdfast search`: finds words in the specs of a project on a server, as they are and as they were."""

import json
from typing import Any

import click

from app.cli._remote import remote, server_options
from app.settings import Settings
from app.wording import clean


@click.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--past", is_flag=True, help="Also what specs once said and no longer say.")
@click.option("--retired", is_flag=True, help="Also specs that no longer count.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 50), help="How many specs at most.")
@click.option("--format", "format_", default="text", type=click.Choice(["text", "json"]), help="How to write.")
@server_options
@click.pass_obj
def search(
    settings: Settings,
    /,
    words: tuple[str, ...],
    *,
    server: str,
    project: str,
    format_: str,
    **wanted: Any,
) -> None:
    """Print the lines of specs that hold all WORDS, or words that begin so; quote "a phrase" to find it as it stands.

    The token is taken from HOLDFAST_TOKEN. Exit code 0 also where nothing is found.
    """
    text = " ".join(f'"{word}"' if " " in word and '"' not in word else word for word in words)
    answer = remote(settings, server, project).get("/search", {"q": text, **wanted}).json()
    if format_ == "json":
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    for hit in answer["items"]:
        _show(hit)
    if not answer["items"]:
        click.echo("Nothing is found." + ("" if wanted["past"] else " With --past, earlier texts are searched too."))
    elif answer.get("more"):
        click.echo("There are more: add a word, or raise --limit.")


def _show(hit: dict[str, Any]) -> None:
    path = hit["spec"]["path"]
    if hit.get("past"):
        last, gone = hit["revision"], hit.get("gone")
        until = f", until {gone['at'][:10]} by {gone['actor']['name']}" if gone else ""
        click.echo(click.style(f"{path} (once: revision {last['digest'][:12]}{until})", dim=True))
    else:
        click.echo(click.style(path, bold=True))
    for place in hit["places"]:
        click.echo(f"  {place['line']:>5}  {_marked(place)}")


def _marked(place: dict[str, Any]) -> str:
    """Write a snippet with what matches in colour; without colour it stands plain."""
    text, at, parts = place["snippet"], 0, []
    for start, end in place["marks"]:
        parts += [clean(text[at:start]), click.style(clean(text[start:end]), fg="green", bold=True)]
        at = end
    return "".join([*parts, clean(text[at:])])
