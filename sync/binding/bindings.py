"""How a repository is bound to its project, as values: where its specs live, which files became which specs."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from drift.lives.records import Repository


class Trust(StrEnum):
    """What a commit on the bound branch proves: that a person said so (unless it tells of an agent), or nothing."""

    BRANCH = "branch"
    NONE = "none"


class Publish(StrEnum):
    """How what is written on the server becomes commits: not at all, or on which branch.

    On a branch of its own; directly on the branch that is followed; on a branch of its own with a pull request.
    """

    NONE = "none"
    BRANCH = "branch"
    DIRECT = "direct"
    PULL_REQUEST = "pull-request"


OWN_BRANCH = "holdfast/specs"


@dataclass(frozen=True, slots=True)
class Held:
    """A spec that is not written to git for now, and why; `path` is its file, or its place where it has none."""

    path: str
    why: str


@dataclass(frozen=True, slots=True)
class Pushed:
    """How the last try to publish ended: what was pushed (`plan` names what it was made of), what went wrong."""

    commit: str = ""
    plan: str = ""
    at: datetime | None = None
    problem: str = ""
    hint: str = ""
    held: tuple[Held, ...] = ()
    request_url: str = ""


@dataclass(frozen=True, slots=True)
class Binding:
    """Where a repository keeps specs (`folders` None: found at each fetch) and where they stand in the project.

    `imported` is the commit up to which the folders' history has become revisions; `trust` says whose word it is;
    `publish` how what is written here gets there, on `branch` unless directly, and `pushed` how far that is. `root` is
    the folder of the repository that is the project's; "" for all of it.
    """

    repository: UUID
    folders: tuple[str, ...] | None
    prefix: str
    imported: str = ""
    trust: Trust = Trust.NONE
    publish: Publish = Publish.NONE
    branch: str = OWN_BRANCH
    root: str = ""
    pushed: Pushed = field(default_factory=Pushed)


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


@dataclass(frozen=True, slots=True)
class Publication:
    """One file of one commit of ours: which revision of which spec it holds there.

    `old_path` is set where the commit moved it; `blob` is "" where it removed it.
    """

    commit: str
    path: str
    spec: UUID
    revision: str
    blob: str
    branch: str
    old_path: str = ""
