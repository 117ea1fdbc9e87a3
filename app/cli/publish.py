"""`holdfast publish`: tells the code host what a check came to, from CI, with a token of CI's own."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from app.cli._options import one_of
from app.settings import Settings
from app.wording import clean
from specs.errors import HoldfastError, UserError

UNDECIDED = "undecided"
MOST_BYTES = 1_000_000
# By decision, else by verdict: the state of the commit, and what is said of it in a line.
OUTCOMES: Mapping[str, tuple[str, str]] = {
    "passed": ("success", "The decision is: passed."),
    "needs-approval": ("pending", "A person has to approve this."),
    "frozen": ("failure", "The author is frozen."),
    "failed": ("failure", "The decision is: failed."),
    "kept": ("success", "The code follows its specs."),
    "broken": ("failure", "The change introduces drift."),
    "error": ("error", "Holdfast could not check this."),
}
QUIET_LINES = 2


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is told: a state of the host, words for it, and where there is more ("": nowhere)."""

    state: str
    words: str
    url: str = ""


@click.command()
@click.option("--host", "kind", required=True, type=click.Choice(["github", "gitlab"]), help="Whose API it is.")
@click.option("--api", required=True, metavar="URL", help="Where the API is: $GITHUB_API_URL, $CI_API_V4_URL.")
@click.option("--repository", "name", required=True, metavar="NAME", help="owner/name, or the project's whole path.")
@click.option("--commit", default="", metavar="SHA", help="Set the status of this commit.")
@click.option("--pull", default=None, type=click.IntRange(1), metavar="N", help="Keep a comment on this pull request.")
@click.option(
    "--comment", default=None, type=click.Path(path_type=Path), metavar="FILE", help="What -o markdown wrote."
)
@click.option("--verdict", **one_of(("kept", "broken", "error")), help="How the check ended.")
@click.option(
    "--decision", default=None, type=click.Path(path_type=Path), metavar="FILE", help="What --decision wrote."
)
@click.option("--context", default="holdfast", metavar="NAME", help="What the status is called.", show_default=True)
@click.option("--url", default="", metavar="URL", help="Where there is more, if nothing was decided.")
@click.pass_obj
def publish(settings: Settings, /, *, kind: str, api: str, name: str, **asked: Any) -> None:
    """Set a commit's status and keep one comment on its pull request up to date.

    The token is HOLDFAST_HOST_TOKEN; it goes to the host and nowhere else. What the host refuses is a warning: a token
    that may not write, as in a pull request from a fork, changes no verdict.
    """
    from sync.hosts import host_at
    from sync.hosts.transport import Transport
    from sync.hosts.values import HostKind, Place, State, Status

    if not settings.host_token:
        raise UserError("There is no token for the code host.", "Set HOLDFAST_HOST_TOKEN to one of CI's own.")
    host = host_at(
        Place(HostKind(kind), api.rstrip("/"), name), settings.host_token, Transport(allow_private=True).send
    )
    decision = _decision(asked["decision"])
    outcome = outcome_of(decision, asked["verdict"], asked["url"])
    body = _body(asked["comment"], decision) if asked["comment"] is not None else ""
    if asked["commit"] and outcome is not None:
        status = Status(State(outcome.state), asked["context"], outcome.words, outcome.url)
        try:
            host.set_status(asked["commit"], status)
        except HoldfastError as error:
            _warn(kind, "the status of the commit cannot be set", error)
    if asked["pull"] is not None and body:
        marker, begin = body.partition("\n")[0], len(body.splitlines()) > QUIET_LINES
        try:
            said = host.comment(asked["pull"], marker, body, begin=begin)
            click.echo(f"comment: {said}")
        except HoldfastError as error:
            _warn(kind, "the comment cannot be written or brought up to date", error)


def outcome_of(decision: Mapping[str, Any], verdict: str, url: str) -> Outcome | None:
    """Say what is told: the decision where there is one, else the verdict; nothing where neither is known."""
    state = str(decision.get("state") or UNDECIDED)
    if state in OUTCOMES and state != UNDECIDED:
        return Outcome(*OUTCOMES[state], str(decision.get("url") or url))
    return Outcome(*OUTCOMES[verdict], url) if verdict else None


def _decision(file: Path | None) -> Mapping[str, Any]:
    """Read what `check --decision` wrote; empty where the check did not come so far."""
    text = _read(file) if file is not None and file.exists() else "{}"
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UserError(f"{file} holds no decision.", "Name what `holdfast check --decision` wrote.") from error
    return value if isinstance(value, dict) else {}


def _body(file: Path, decision: Mapping[str, Any]) -> str:
    """Give the comment, with the decision and where to say more at its end."""
    text = _read(file)
    state, url = str(decision.get("state") or UNDECIDED), str(decision.get("url") or "")
    if not text.strip() or state not in OUTCOMES or not url.startswith(("https://", "http://")):
        return text
    link = f"[{'Approve or refuse' if state == 'needs-approval' else 'Decision'}]({url.replace(')', '%29')})"
    plain = text.rstrip("\n")
    if state == "passed" and len(plain.splitlines()) <= QUIET_LINES:
        return text
    return f"{plain}\n\n**{OUTCOMES[state][1]}** {link}\n"


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")[:MOST_BYTES]
    except OSError as error:
        raise UserError(f"{file} cannot be read: {error.strerror}.", "Name the file that the check wrote.") from error


def _warn(kind: str, what: str, error: HoldfastError) -> None:
    """Warn in the way that the host shows."""
    told = clean(f"{what}: {error.message}")
    click.echo(f"::warning title=holdfast::{told}" if kind == "github" else f"warning: {told}", err=kind != "github")
