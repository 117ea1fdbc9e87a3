"""`holdfast context`: the intent that bears on a task, ready to paste; from a server, or from this repository alone."""

import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.settings import Settings
from app.wording import clean
from specs.errors import UserError
from sync.contexts.wanted import Wanted

if TYPE_CHECKING:
    from sync.contexts.bundle import Bundle

MARK_BYTES = 8
PART_WORDS = {
    "words": "words of the task",
    "heading": "words in headings and titles",
    "meaning": "the same meaning",
    "binding": "says what must or must not be",
    "size": "its spec says much",
    "structure": "tied to the code of the task",
}


@click.command()
@click.argument("task", default="")
@click.option(
    "--path", "paths", multiple=True, metavar="PATH", help="A file or folder the task will touch; repeatable."
)
@click.option(
    "--symbol",
    "symbols",
    multiple=True,
    metavar="SYMBOL",
    help="Code it will touch, such as `payments.charge:Card.pay`; repeatable.",
)
@click.option("--since", default="", metavar="BUNDLE", help="What you were told in this bundle is not told again.")
@click.option("--budget", default=2000, show_default=True, metavar="TOKENS", help="The most that may be served.")
@click.option(
    "--server", default="", metavar="URL", help="Ask this server [HOLDFAST_SERVER] rather than the repository."
)
@click.option("--project", default="", metavar="NAME", help="The project on the server [HOLDFAST_PROJECT].")
@click.option("--explain", is_flag=True, help="Say of each piece why it ranked so, and what was left out.")
@click.option("--format", "format_", default="markdown", type=click.Choice(["markdown", "json"]), help="How to write.")
@click.pass_obj
def context(
    settings: Settings, /, server: str, project: str, format_: str, since: str, *, explain: bool, **asked: Any
) -> None:
    """Print what the specs say about TASK and the given paths, within a token budget.

    Without a server it reads the specs and the code of the repository around the current folder. A server that does not
    answer is stood in for by what it last said, marked stale. Its token is taken from HOLDFAST_TOKEN, never from the
    command line, where others could read it.
    """
    wanted = Wanted(**asked)
    if not wanted.task.strip() and not wanted.paths and not wanted.symbols:
        raise UserError("There is neither a task nor a path.", 'Say what you are about to do: holdfast context "..."')
    server, project = server or settings.server, project or settings.project
    if since and not server:
        raise UserError("Only a server remembers bundles.", "Name it with --server, or leave --since out.")
    if server:
        click.echo(_remote(settings, server, project, wanted, format_="explain" if explain else format_, since=since))
    else:
        form = "explain" if explain else format_
        click.echo(_local(settings, wanted, form), nl=form == "json")


def _remote(settings: Settings, server: str, project: str, wanted: Wanted, *, format_: str, since: str) -> str:
    from app.cli._bundles import Library
    from specs.errors import UnavailableError

    if not project:
        raise UserError("Which project?", "Name it with --project or HOLDFAST_PROJECT.")
    library = Library.of(settings, server, project, Path())
    try:
        answer = library.asked(wanted, since=since, explain=format_ == "explain")
    except UnavailableError:
        found = library.recalled(wanted)
        if found is None:
            raise
        from sync.contexts.recalled import packed

        return _told(packed(found, wanted.budget, secrets.token_hex(MARK_BYTES)), format_)
    if format_ == "explain":
        return explanation(answer)
    return str(answer["markdown"]) if format_ == "markdown" else json.dumps(answer, ensure_ascii=False, indent=2)


def _local(settings: Settings, wanted: Wanted, format_: str) -> str:
    from app.shell.progress import Progress
    from sync.checking.options import CheckOptions
    from sync.contexts.bundle import check_budget
    from sync.contexts.localcontext import local_context

    if problem := check_budget(wanted.budget):
        raise UserError(problem.message, problem.hint)
    with Progress(quiet=settings.no_color) as progress:
        options = CheckOptions(today=datetime.now(tz=UTC).date(), cache_dir=settings.cache_dir, progress=progress)
        bundle = local_context(Path(), options, wanted, secrets.token_hex(MARK_BYTES))
    return _told(bundle, format_)


def _told(bundle: "Bundle", format_: str) -> str:
    """Write a bundle that was packed here."""
    if format_ == "markdown":
        return bundle.text
    from sync.contexts.receipts import explained, item

    if format_ == "explain":
        served, omitted = (list(map(explained, rows)) for rows in (bundle.served, bundle.omitted))
        return explanation({"tokens": bundle.tokens, "budget": bundle.budget, "passages": served, "omitted": omitted})
    answer = {
        "budget": bundle.budget,
        "tokens": bundle.tokens,
        "degraded": list(bundle.degraded),
        "hidden_characters": bundle.hidden,
        "passages": [
            {**item(served), "text": served.passage.text, "cautions": list(served.lures)} for served in bundle.served
        ],
        "omitted": [item(served) for served in bundle.omitted],
        "markdown": bundle.text,
    }
    return json.dumps(answer, ensure_ascii=False, indent=2)


def explanation(answer: Mapping[str, Any]) -> str:
    """Say of each piece of an answer why it ranked so, and what did not fit."""
    lines = [f"{answer['tokens']:,} of {answer['budget']:,} tokens"]
    for title, rows in (("", answer["passages"]), ("Left out, for the budget:", answer.get("omitted", ()))):
        if rows and title:
            lines += ["", title]
        for row in rows:
            parts = {name: score for name, score in (row.get("parts") or {}).items() if score > 0}
            whole = sum(parts.values()) or 1
            told = ", ".join(
                f"{100 * score / whole:.0f}% {PART_WORDS.get(name, name)}" for name, score in parts.items()
            )
            where = f"{row['spec']}#{row['anchor']}" if row["anchor"] else row["spec"]
            lines.append(f"{row['tokens']:>6,}  {row['kind']:<10} {clean(where)}  {clean(row['heading'])}")
            lines.append(f"        {clean(row['why'])}{': ' + told if told else ''}")
    return "\n".join(lines) + "\n"
