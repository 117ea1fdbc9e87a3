"""Asks for a branch of ours to be taken in: the pull request on the code host that the repository lives on.

What goes wrong with it is told, and stops nothing: the branch is pushed already.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from drift.lives.evaluated import storable
from drift.lives.records import Repository
from specs.errors import HoldfastError
from sync.binding.commits import Step
from sync.hosts import KnownHost, host_at, place_of
from sync.hosts.credentials import token_for
from sync.hosts.values import PullDraft, Send
from sync.service.repositories.fetching import LetIn, nothing

MOST_LISTED = 50
TITLE = "Bring the specs up to date"
NO_HOST = (
    "The repository is on no code host that is known here.",
    "Open the pull request by hand; the branch is there.",
)
NO_TOKEN = (
    "There is no token for the code host.",
    "Set one for the repository, with the right to open pull requests, or put it into the server's credentials file.",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of asking: where the pull request is, or why there is none."""

    url: str = ""
    problem: str = ""
    hint: str = ""


class Pulls(Protocol):
    """Opens pull requests, or brings them up to date."""

    async def ask(self, repository: Repository, branch: str, steps: Sequence[Step]) -> Asked:
        """Ask for a branch to be taken in. Raises nothing."""
        ...


class HostPulls:
    """Pull requests on GitHub and GitLab, with the repository's own token, else that of the credentials file."""

    def __init__(self, credentials: Path, send: Send, known: Sequence[KnownHost] = (), let_in: LetIn = nothing) -> None:
        self._credentials = credentials
        self._let_in = let_in
        self._send = send
        self._known = tuple(known)

    async def ask(self, repository: Repository, branch: str, steps: Sequence[Step]) -> Asked:
        """Ask for a branch to be taken in. Raises nothing."""
        try:
            own = (await self._let_in(repository)).token
        except HoldfastError as error:
            return Asked("", storable(error.message)[:1000], storable(error.hint)[:1000])
        return await asyncio.to_thread(self._ask, repository, branch, steps, own)

    def _ask(self, repository: Repository, branch: str, steps: Sequence[Step], own: str) -> Asked:
        place = place_of(repository.url, self._known)
        if place is None:
            return Asked("", *NO_HOST)
        token = own or filed_token(self._credentials, repository.url)
        if not token:
            return Asked("", *NO_TOKEN)
        draft = PullDraft(branch, repository.branch, TITLE, body_of(steps))
        try:
            return Asked(host_at(place, token, self._send).open_or_update_pull(draft).url)
        except HoldfastError as error:
            return Asked("", storable(error.message)[:1000], storable(error.hint)[:1000])


def filed_token(file: Path, url: str) -> str:
    """Give the token that a credentials file has for a repository's address; "" where there is none."""
    try:
        return token_for(file.read_text("utf-8", "replace"), url)
    except OSError:
        return ""


def body_of(steps: Sequence[Step]) -> str:
    """Say in a pull request what it holds."""
    lines = []
    for step in steps:
        who = step.words[-1].author.name if step.words else "Holdfast"
        lines += [
            f"- {_code(old)} becomes {_code(new)}" if new else f"- {_code(old)} goes" for _, old, new in step.moves
        ]
        lines += [f"- {_code(path)}: {who}" for _, path, _ in step.texts]
    more = len(lines) - MOST_LISTED
    told = [*lines[:MOST_LISTED], *([f"- and {more} more"] if more > 0 else [])]
    return "\n".join(["What was written on the server since:", "", *told, ""])


def _code(path: str) -> str:
    return "`" + path.replace("`", "'") + "`"
