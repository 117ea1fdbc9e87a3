"""Ties between a section and code that a person decided on, as values. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from specs.revision import Actor


class LinkState(StrEnum):
    """What a person said of a tie: it is one, or it is none."""

    CONFIRMED = "confirmed"
    REJECTED = "rejected"


class Standing(StrEnum):
    """How a confirmed tie stands: as it was, to code that changed since, or to code that is gone."""

    KEPT = "kept"
    CHANGED = "changed"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Link:
    """A decided tie. `symbol` is a name inside the file, "" for the whole file; `digest` what the code was then.

    `spec` and `repository` are where it is now, `spec_id` and `repository_id` what they are.
    """

    spec_id: UUID
    spec: str
    anchor: str
    repository_id: UUID
    repository: str
    path: str
    symbol: str
    state: LinkState
    digest: str
    by: Actor
    at: datetime
    because: str = ""

    @property
    def address(self) -> str:
        """Name the section."""
        return f"{self.spec}#{self.anchor}" if self.anchor else self.spec

    @property
    def code(self) -> str:
        """Name the code."""
        return f"{self.path}#{self.symbol}" if self.symbol else self.path


def bound(links: Iterable[Link], paths: Iterable[str]) -> Mapping[tuple[str, str], str]:
    """Give the sections that people tied to some paths, by spec and anchor, each with the reason in words."""
    wanted = [path.rstrip("/") for path in paths]
    return {
        (one.spec, one.anchor): f"bound to {one.code}, as {one.by.name} confirmed"
        for one in links
        if one.state is LinkState.CONFIRMED
        and any(one.path == path or one.path.startswith(f"{path}/") for path in wanted)
    }
