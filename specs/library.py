"""Specs as the library keeps them: values for a spec, its text at a revision, its history, a page of a list."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar
from uuid import UUID

from specs.revision import Provenance, Revision

Item = TypeVar("Item")


class SpecStatus(StrEnum):
    """Whether a spec counts. What is retired stays readable."""

    ACTIVE = "active"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Spec:
    """A spec without its text. `head` is a digest.

    `diverged` names the side revision that git brought while the head was edited here, until one takes in the other.
    """

    id: UUID
    project: UUID
    path: str
    title: str
    status: SpecStatus
    head: str
    created_at: datetime
    updated_at: datetime
    diverged: str | None = None


@dataclass(frozen=True, slots=True)
class SpecText:
    """A spec and its text at one revision."""

    spec: Spec
    revision: Revision
    text: str


@dataclass(frozen=True, slots=True)
class Saved:
    """What a write left: the spec as it stands, the revision that holds the text, whether that revision is new."""

    spec: Spec
    revision: Revision
    created: bool


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """A revision in a spec's history; `side` when it never was the head."""

    revision: Revision
    side: bool
    seq: int


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Some items of a list, and the cursor that gives the next ones (none at the end)."""

    items: tuple[Item, ...]
    next: str | None = None


@dataclass(frozen=True, slots=True)
class GitOrigin:
    """The commit that brings a text: who it says wrote it, when, and whether its marks speak of an agent."""

    commit: str
    author_name: str
    author_email: str
    at: datetime
    message: str
    agent: bool = False
    provenance: Provenance = Provenance.INFERRED

    @property
    def origin(self) -> str:
        """The `origin` of revisions that this commit brings."""
        return f"git:{self.commit}"
