"""`holdfast spec`: specs on a server, one at a time: their text, past, names and problems."""

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

import click

from app.cli._remote import Remote, remote, server_options
from app.cli._revisions import HEAD, before, revision_of
from app.client import Answer
from app.settings import Settings
from app.wording import clean, counted

MARKDOWN, DIFF = "text/markdown", "text/x-diff"
FORMAT = click.option("--format", "format_", default="text", type=click.Choice(["text", "json"]), help="How to write.")


@click.group()
def spec() -> None:
    """Read specs and their past, compare, restore, rename and retire them. The token is taken from HOLDFAST_TOKEN.

    A REVISION is `head`, the first digits of its digest, or the name of a tag.
    """


@spec.command("list")
@click.argument("prefix", default="")
@click.option("--retired", is_flag=True, help="Also those that no longer count.")
@FORMAT
@server_options
@click.pass_obj
def list_(settings: Settings, /, prefix: str, *, retired: bool, format_: str, server: str, project: str) -> None:
    """List the specs whose path begins with PREFIX: revision, last change, path and title."""
    items = remote(settings, server, project).every("/specs", {"prefix": prefix, "retired": retired or None})
    if _json(items, format_):
        return
    for item in items:
        state = "" if item["status"] == "active" else f"  ({item['status']})"
        click.echo(
            f"{item['head'][:8]}  {item['updated_at'][:10]}  {clean(item['path'])}  {clean(item['title'])}{state}"
        )


@spec.command()
@click.argument("path")
@click.argument("revision", default=HEAD)
@FORMAT
@server_options
@click.pass_obj
def show(settings: Settings, /, path: str, revision: str, *, format_: str, server: str, project: str) -> None:
    """Print the text of the spec at PATH, as it is or at REVISION."""
    at = remote(settings, server, project)
    found = _found(at, path)
    place, query = f"/specs/{found['id']}", {"revision": revision_of(at, found, revision)}
    if format_ == "json":
        click.echo(json.dumps(at.get(place, {**query, "include": "text"}).json(), ensure_ascii=False, indent=2))
    else:
        click.echo(at.get(place, query, accept=MARKDOWN).body, nl=False)


@spec.command()
@click.argument("path")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 200), help="How many at most.")
@FORMAT
@server_options
@click.pass_obj
def history(settings: Settings, /, path: str, *, limit: int, format_: str, server: str, project: str) -> None:
    """List the revisions of the spec at PATH, the newest first. `~` marks a text that never was the head."""
    at = remote(settings, server, project)
    items = at.get(f"/specs/{at.spec(path)}/revisions", {"limit": limit}).json()["items"]
    if _json(items, format_):
        return
    for item in items:
        agent = " (agent)" if item["actor"]["kind"] == "agent" else ""
        message = clean((item.get("message") or "").splitlines()[0]) if item.get("message") else ""
        mark = "~" if item.get("side") else " "
        who = clean(item["actor"]["name"])
        click.echo(f"{item['digest'][:8]} {mark} {item['at'][:10]}  {who}{agent}  {message}".rstrip())


@spec.command()
@click.argument("path")
@click.argument("old", default="")
@click.argument("new", default=HEAD)
@FORMAT
@server_options
@click.pass_obj
def diff(settings: Settings, /, path: str, old: str, new: str, *, format_: str, server: str, project: str) -> None:
    """Show what changed in the spec at PATH from revision OLD to NEW: by default, what its last revision changed."""
    at = remote(settings, server, project)
    found = _found(at, path)
    after = revision_of(at, found, new)
    query = {"before": revision_of(at, found, old) if old else before(at, found, after), "after": after}
    if format_ == "json":
        click.echo(json.dumps(at.get(f"/specs/{found['id']}/diff", query).json(), ensure_ascii=False, indent=2))
        return
    text = at.get(f"/specs/{found['id']}/diff", query, accept=DIFF).text
    for line in text.splitlines():
        colour = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1])
        click.echo(click.style(clean(line), fg=colour) if colour else clean(line))
    if not text:
        click.echo("They say the same.")


@spec.command()
@click.argument("path")
@click.argument("revision", default="")
@click.option("--message", "-m", default="", metavar="TEXT", help="Why.")
@server_options
@click.pass_obj
def restore(settings: Settings, /, path: str, revision: str, *, message: str, server: str, project: str) -> None:
    """Make the text of REVISION the head of the spec at PATH again, as a new revision.

    Without REVISION, make a retired spec count again.
    """
    at = remote(settings, server, project)
    found = _found(at, path)
    if not revision:
        _said(at.ask("POST", f"/specs/{found['id']}/restore"), lambda done: f"{clean(done['path'])} counts again.")
        return
    digest = revision_of(at, found, revision)
    place, base = f"/specs/{found['id']}/revisions/{digest}/restore", {"if-match": f'"{found["head"]}"'}
    answer = at.ask("POST", place, {"message": message}, headers=base)
    same = answer.status == HTTPStatus.OK
    _said(
        answer,
        lambda done: (
            f"{clean(done['path'])} says that already."
            if same
            else f"{clean(done['path'])} says what it said in {digest[:8]}, as revision {done['head'][:8]}."
        ),
    )


@spec.command()
@click.argument("path")
@click.argument("new")
@click.option("--fix-links", is_flag=True, help="Have the links of other specs follow, each in a revision of its own.")
@server_options
@click.pass_obj
def rename(settings: Settings, /, path: str, new: str, *, fix_links: bool, server: str, project: str) -> None:
    """Give the spec at PATH the path NEW. Its history stays, and the old path leads to it."""
    at = remote(settings, server, project)
    answer = at.ask("POST", f"/specs/{at.spec(path)}/rename", {"path": new, "fix_links": fix_links})
    _said(answer, _renamed)


@spec.command()
@click.argument("path")
@server_options
@click.pass_obj
def retire(settings: Settings, /, path: str, *, server: str, project: str) -> None:
    """Take the spec at PATH out of what counts. It stays readable."""
    at = remote(settings, server, project)
    _said(at.ask("POST", f"/specs/{at.spec(path)}/retire"), lambda done: f"{clean(done['path'])} no longer counts.")


@spec.command()
@click.argument("path", default="")
@FORMAT
@server_options
@click.pass_obj
def problems(settings: Settings, /, path: str, *, format_: str, server: str, project: str) -> None:
    """List what specs hide from their readers and which links lead nowhere: of the spec at PATH, or of all."""
    at = remote(settings, server, project)
    if path:
        found = _found(at, path)
        items = [{"spec": found["id"], "path": found["path"], "problems": at.every(f"/specs/{found['id']}/problems")}]
    else:
        items = at.every("/problems")
    items = [item for item in items if item["problems"]]
    if _json(items, format_):
        return
    for item in items:
        for one in item["problems"]:
            click.echo(f"{clean(item['path'])}:{one['line']}: {one['severity']}: {clean(one['message'])}")
            click.echo(f"    {clean(one['hint'])}")
    if not items:
        click.echo("Nothing is hidden, and every link leads somewhere.")


def _found(at: Remote, path: str) -> dict[str, Any]:
    found: dict[str, Any] = at.get(f"/specs/{at.spec(path)}").json()
    return found


def _json(value: object, format_: str) -> bool:
    """Write a value as JSON where that is wanted, and say whether it was."""
    if format_ == "json":
        click.echo(json.dumps(value, ensure_ascii=False, indent=2))
    return format_ == "json"


def _said(answer: Answer, done: Callable[[Mapping[str, Any]], str]) -> None:
    """Say what a write came to: it is done, or waits for people."""
    told = answer.json()
    if answer.status == HTTPStatus.ACCEPTED:
        click.echo(f"Proposal {told['proposal']}: {clean(told['detail'])}")
    else:
        click.echo(done(told))


def _renamed(done: Mapping[str, Any]) -> str:
    links = done.get("links", ())
    lines = [f"It is {clean(done['path'])} now."]
    lines += [
        f"  {clean(one['path'])}: its links {'follow' if one['state'] == 'followed' else 'do not follow'}"
        f"{': ' + clean(one['detail']) if one.get('detail') else ''}"
        for one in links
    ]
    stale = sum(one["state"] == "stale" for one in links)
    if stale:
        lines.append(f"{counted(stale, 'spec')} link to where it was: with --fix-links they follow.")
    return "\n".join(lines)
