"""What stands around every page: who reads, in which project, at which place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from specs.access import Role
from specs.revision import Actor


class Place(StrEnum):
    """The places of a project, in the order of the rail."""

    OVERVIEW = "overview"
    INBOX = "inbox"
    SPECS = "specs"
    PROPOSALS = "proposals"
    TASKS = "tasks"
    DRIFT = "drift"
    REPORTS = "reports"
    SETTINGS = "settings"


@dataclass(frozen=True, slots=True)
class ProjectLink:
    """A project as something to go to."""

    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class Frame:
    """The frame of one page. `nonce` marks the inline script, `csrf` goes with every form.

    `counts` are small numbers beside places: open findings, for example. `keeper` is who looks after the installation.
    """

    title: str
    nonce: str = ""
    csrf: str = ""
    person: Actor | None = None
    project: ProjectLink | None = None
    projects: tuple[ProjectLink, ...] = ()
    place: Place | None = None
    role: Role | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    path: str = "/"
    keeper: bool = False

    @property
    def may_write(self) -> bool:
        """Whether the reader may save specs here."""
        return self.role is not None and self.role.rank >= Role.EDITOR.rank

    @property
    def may_review(self) -> bool:
        """Whether the reader may decide here, and read the audit log."""
        return self.role is not None and self.role.rank >= Role.REVIEWER.rank

    @property
    def may_administer(self) -> bool:
        """Whether the reader may change members, tokens and repositories here."""
        return self.role is Role.ADMIN
