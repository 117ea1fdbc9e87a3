"""`holdfast related`: which code a section speaks about, which sections speak about code; and says yes or no to it."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from app.cli._remote import remote, server_options
from app.settings import Settings
from app.wording import clean
from specs.errors import UserError
from sync.checking.options import CheckOptions
from sync.contexts.relations import asked_about

LONGEST_SAID = 100
DEGRADED = {
    "embeddings": "Meaning was not searched, only words.",
    "embeddings-pending": "Some definitions are found by their words only, as yet.",
}


@click.command()
@click.argument("about", metavar="SECTION|PATH|SYMBOL", default="")
@click.option("--limit", default=10, show_default=True, type=click.IntRange(1, 50), help="How many at most.")
@click.option("--confirm", "confirmed", metavar="CODE", help="Say that the section speaks about this code.")
@click.option("--reject", "rejected", metavar="CODE", help="Say that it does not; it is not proposed again.")
@click.option("--withdraw", "withdrawn", metavar="CODE", help="Take back what was said of this code.")
@click.option("--repository", default="", metavar="NAME", help="Where the code is, if several have such a file.")
@click.option("--because", default="", metavar="TEXT", help="Why; it is kept in the audit log.")
@click.option("--decided", is_flag=True, help="List what people confirmed and rejected.")
@click.option("--format", "format_", default="text", type=click.Choice(["text", "json"]), help="How to write.")
@server_options
@click.pass_obj
def related(
    settings: Settings,
    /,
    about: str,
    *,
    limit: int,
    decided: bool,
    format_: str,
    server: str,
    project: str,
    repository: str,
    because: str,
    **said: str | None,
) -> None:
    """Print the code that a SECTION (path.md#anchor) may speak about, or the sections that may speak about code.

    Code is a PATH of a file or a SYMBOL: path/file.py#Name, module:Name or Name. What a person confirmed comes first,
    then proposals by score, each with the reasons. Without a server they come from the repository around the current
    folder, by words alone. The token is taken from HOLDFAST_TOKEN; to confirm or reject it must
    be that of a person who reviews.
    """
    asked = {word: code for word, code in _decisions(said).items() if code}
    if not (server or settings.server or asked or decided) and about:
        _tell(_local(settings, about, limit), format_)
        return
    place = remote(settings, server, project)
    if decided:
        answer = {"items": place.every("/links", None)}
    elif not about:
        raise UserError("Related to what?", "Name a section (path.md#anchor), a file of code, or a symbol.")
    elif asked:
        if len(asked) > 1:
            raise UserError("One decision at a time.", "Say --confirm, --reject or --withdraw.")
        [(word, code)] = asked.items()
        body = {"section": about, "code": code, "decision": word, "repository": repository, "because": because}
        answer = {"items": [place.ask("POST", "/links", body).json()]}
        if word == "withdraw":
            click.echo(f"{clean(about)} and {clean(code)}: nothing is decided.")
            return
    else:
        answer = place.get("/related", {**asked_about(about), "limit": limit}).json()
    _tell(answer, format_)


def _tell(answer: Mapping[str, Any], format_: str) -> None:
    """Write what is related, or what people decided."""
    if format_ == "json":
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    elif "items" in answer:
        for one in answer["items"]:
            click.echo(_decision(one))
        if not answer["items"]:
            click.echo("Nothing is decided.")
    else:
        _show(answer)


def _local(settings: Settings, about: str, limit: int) -> Mapping[str, Any]:
    """Answer from the specs and the code here."""
    from sync.contexts.localcontext import read_ground
    from sync.contexts.localrelated import answer_of, local_related

    options = CheckOptions(today=datetime.now(tz=UTC).date(), cache_dir=settings.cache_dir)
    return answer_of(local_related(read_ground(Path(), options), about, limit))


def _decisions(said: dict[str, str | None]) -> dict[str, str | None]:
    return {"confirm": said["confirmed"], "reject": said["rejected"], "withdraw": said["withdrawn"]}


def _show(answer: Mapping[str, Any]) -> None:
    for one in answer.get("code", ()):
        mark = _standing(one["link"]) if one.get("link") else f"{one['score']:5.2f}"
        click.echo(f"{mark:>9}  {clean(one['path'])}:{one['line']}  {click.style(clean(one['symbol']), bold=True)}")
        said = clean(one.get("said") or one.get("signature") or "")
        if said:
            click.echo(f"           {said[:LONGEST_SAID]}{'…' if len(said) > LONGEST_SAID else ''}")
        click.echo(click.style(f"           {'; '.join(map(clean, one['why']))}", dim=True))
    for one in answer.get("sections", ()):
        mark = "confirmed" if one.get("link") else f"{one['score']:5.2f}"
        click.echo(f"{mark:>9}  {clean(one['section'])}  {click.style(clean(one['heading']), bold=True)}")
        click.echo(click.style(f"           {'; '.join(map(clean, one['why']))}", dim=True))
    if not answer.get("code") and not answer.get("sections"):
        click.echo("Nothing is related, as far as words and meaning tell.")
    for one in answer.get("degraded", ()):
        click.echo(DEGRADED.get(one, clean(one)), err=True)


def _standing(link: dict[str, Any]) -> str:
    standing = link.get("standing") or "kept"
    return "confirmed" if standing == "kept" else str(standing)


def _decision(link: dict[str, Any]) -> str:
    standing = f", {link['standing']} since" if link.get("standing") in {"changed", "gone"} else ""
    because = f": {clean(link['because'])}" if link.get("because") else ""
    words = {"confirmed": "speaks about", "rejected": "does not speak about"}[link["state"]]
    return f"{clean(link['section'])} {words} {clean(link['code'])} (by {clean(link['by']['name'])}{standing}){because}"
