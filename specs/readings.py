"""What changed in a spec since someone last read it. Values."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from specs.revision import Actor


@dataclass(frozen=True, slots=True)
class Unread:
    """A spec whose head is another text than `read`, the revision that the reader last read, at a time.

    `changes` counts the heads since then that others made, `by` names those, most changes first.
    """

    spec: UUID
    path: str
    title: str
    read: str
    read_at: datetime
    head: str
    changes: int
    by: tuple[Actor, ...]
    changed_at: datetime
