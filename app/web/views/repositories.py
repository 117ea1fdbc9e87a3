"""Views of the repositories of a project: all of them in a row each, and one of them whole."""

from dataclasses import dataclass, field

from app.background.workload import Work
from app.web.views.drift import RepositoryRow
from sync.binding.bindings import Binding, Publish, Pushed, SpecFile
from sync.binding.credentials import Credential


@dataclass(frozen=True, slots=True)
class PublishedRow:
    """How what is written here becomes commits of a repository, on which branch, and how the last try ended."""

    name: str
    mode: Publish
    branch: str
    pushed: Pushed = field(default_factory=Pushed)


@dataclass(frozen=True, slots=True)
class RepositoryLine:
    """A repository in the list: how it stands, its open findings, the jobs not done yet, and how it is published."""

    row: RepositoryRow
    open: int
    jobs: tuple[Work, ...]
    published: PublishedRow


@dataclass(frozen=True, slots=True)
class RepositoriesPage:
    """The repositories whose code is compared. `url` is what was typed and refused."""

    lines: tuple[RepositoryLine, ...]
    error: str = ""
    hint: str = ""
    url: str = ""
    notice: str = ""


@dataclass(frozen=True, slots=True)
class RepositoryPage:
    """One repository: how it stands, how it is bound, and what may be changed about it.

    `specs` counts its files that became specs, `problems` are those that did not. `hook` is where its webhooks go, and
    `secret` what they are signed with, shown once; `registered` says that it just was. `credentials` are what lets the
    server in, for admins alone.
    """

    line: RepositoryLine
    binding: Binding
    specs: int
    problems: tuple[SpecFile, ...]
    hook: str
    secret: str = ""
    registered: bool = False
    credentials: tuple[Credential, ...] = ()
    error: str = ""
    hint: str = ""
    notice: str = ""
