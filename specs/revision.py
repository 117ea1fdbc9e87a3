"""Revisions, actors and provenance as values, and the digest that names a revision. No clock, no storage."""

import hashlib
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

from specs.values import dataclass


class ActorKind(StrEnum):
    """Who acts. The kind comes from the credential, never from what a request says."""

    HUMAN = "human"
    AGENT = "agent"
    SYSTEM = "system"


class Provenance(StrEnum):
    """Whether a person said so (`explicit`) or it was derived and awaits a person (`inferred`)."""

    EXPLICIT = "explicit"
    INFERRED = "inferred"


@dataclass(frozen=True, slots=True)
class Actor:
    """Someone or something that acts, as shown beside what it did."""

    id: UUID
    name: str
    kind: ActorKind


@dataclass(frozen=True, slots=True)
class Revision:
    """An immutable text of a spec. `parents` are digests: none for the first, one, or two after a merge.

    `origin` says where it came from: "" for a save here, `git:<commit>` for an import.
    """

    digest: str
    spec_id: UUID
    parents: tuple[str, ...]
    text_digest: str
    size: int
    actor: Actor
    provenance: Provenance
    message: str
    at: datetime
    origin: str = ""

    @property
    def from_git(self) -> bool:
        """Whether a commit brought it."""
        return self.origin.startswith("git:")


def text_digest(text: str) -> str:
    """Give the SHA-256 of the UTF-8 text, in hex."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def revision_digest(text: str, parents: tuple[str, ...], actor: UUID, at: datetime) -> str:
    """Name a revision by text, parents, actor and time (UTC), so that A, B, A again are three revisions."""
    stamp = at.astimezone(UTC).isoformat(timespec="microseconds")
    record = "\n".join((text_digest(text), *parents, str(actor), stamp))
    return hashlib.sha256(record.encode()).hexdigest()
