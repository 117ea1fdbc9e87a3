"""What is asked of a code host, as values: where a repository is there, a status, a comment, a pull request. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol, TypeAlias


class HostKind(StrEnum):
    """Whose API a host speaks."""

    GITHUB = "github"
    GITLAB = "gitlab"


@dataclass(frozen=True, slots=True)
class Place:
    """A repository on a host: whose API it is, where that is (without a slash at its end), and the repository's name.

    The name is `owner/repository`, on GitLab the whole path of the project with its groups.
    """

    kind: HostKind
    api: str
    name: str


@dataclass(frozen=True, slots=True)
class Request:
    """One request to a host. `what` says in words what it was for, for whoever reads that it failed.

    What it carries is JSON (`body`), or the fields of a form.
    """

    method: str
    url: str
    what: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: Mapping[str, object] | None = None
    form: Mapping[str, str] | None = field(default=None, repr=False)


Send: TypeAlias = Callable[[Request], Any]
"""Sends a request and gives the JSON that was answered; raises `HoldfastError` for any other answer, or for none."""


class State(StrEnum):
    """How a commit stands. `PENDING` waits for something, a person perhaps."""

    PENDING = "pending"
    SUCCESS = "success"
    FAILURE = "failure"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Status:
    """What is said of a commit under the name `context`: one line, and an address that tells more ("": none)."""

    state: State
    context: str
    description: str
    url: str = ""


class Said(StrEnum):
    """What became of a comment. `QUIET` is one that was not begun."""

    BEGUN = "begun"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class PullDraft:
    """A pull (or merge) request as it is wanted: from the branch `source` into `target`, both of this repository."""

    source: str
    target: str
    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Pull:
    """A pull request that is there. `state` is open, merged or closed, `head` the commit that it shows."""

    number: int
    url: str
    state: str
    head: str = ""


class Host(Protocol):
    """One repository on a code host. Every method raises `HoldfastError` where the host refuses or is away."""

    def set_status(self, commit: str, status: Status) -> None:
        """Say how a commit stands; what was said under the same context is replaced."""
        ...

    def comment(self, pull: int, marker: str, body: str, *, begin: bool = True) -> Said:
        """Keep one comment on a pull request up to date: ours is the one whose text begins with `marker`.

        Without `begin` a comment that is not there is not begun.
        """
        ...

    def open_or_update_pull(self, draft: PullDraft) -> Pull:
        """Open a pull request, or bring title and body of the open one between these branches up to date."""
        ...

    def pull(self, number: int) -> Pull:
        """Look at a pull request. Raises `MissingError`."""
        ...
