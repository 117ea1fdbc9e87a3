"""How a repository is bound to its project, as values: where its specs live, which files became which specs."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from drift.lives.records import Repository


class Trust(StrEnum):
    """What a commit on the bound branch proves: that a person said so (unless it tells of an agent), or nothing."""

    BRANCH = "branch"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Binding:
    """Where a repository keeps specs (`folders` None: found at each fetch) and where they stand in the project.

    `imported` is the commit up to which the folders' history has become revisions; `trust` says whose word it is.
    """

    repository: UUID
    folders: tuple[str, ...] | None
    prefix: str
    imported: str = ""
    trust: Trust = Trust.NONE


@dataclass(frozen=True, slots=True)
class SpecFile:
    """A Markdown file of the folders, as last imported: the spec it became, or the problem that kept it out.

    `place` is where that spec stands in the project now.
    """

    path: str
    spec: UUID | None
    problem: str
    blob: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class RepositoryDetail:
    """A repository with its binding, its files, and the path at which a webhook reaches it."""

    repository: Repository
    binding: Binding
    files: tuple[SpecFile, ...]

    @property
    def problems(self) -> tuple[SpecFile, ...]:
        """The files that did not become specs."""
        return tuple(file for file in self.files if file.problem)

    @property
    def webhook_path(self) -> str:
        """Where push webhooks are sent, below the public address."""
        return f"/webhooks/{self.repository.id}"


@dataclass(frozen=True, slots=True)
class Registered:
    """A repository that was just registered, with the secret of its webhook, shown once."""

    repository: Repository
    binding: Binding
    webhook_secret: str


@dataclass(frozen=True, slots=True)
class Received:
    """A delivery that was believed, and when."""

    delivery: str
    digest: str
    sender: str
    at: datetime
