"""A change to specs before it is the truth: each spec as it is and as it would be. Knows no storage and no author."""

from dataclasses import dataclass
from enum import StrEnum


class ChangeKind(StrEnum):
    """What happens to a spec, in the first of these words that fits."""

    NEW = "new"
    RESTORED = "restored"
    RETIRED = "retired"
    RENAMED = "renamed"
    EDITED = "edited"


@dataclass(frozen=True, slots=True)
class Side:
    """A spec at one side of a change: its path, its text, whether it is retired."""

    path: str
    text: str
    retired: bool = False


@dataclass(frozen=True, slots=True)
class ChangedSpec:
    """One spec; `before` is None for one that is new."""

    before: Side | None
    after: Side

    @property
    def kind(self) -> ChangeKind:
        """Say what happens to it."""
        if self.before is None:
            return ChangeKind.NEW
        if self.before.retired != self.after.retired:
            return ChangeKind.RETIRED if self.after.retired else ChangeKind.RESTORED
        return ChangeKind.RENAMED if self.before.path != self.after.path else ChangeKind.EDITED


@dataclass(frozen=True, slots=True)
class Change:
    """One act on one or many specs, decided as a whole. `repository` and `branch` are of the commit that brings it."""

    specs: tuple[ChangedSpec, ...]
    repository: str = ""
    branch: str = ""

    @property
    def size(self) -> int:
        """The characters of all its texts."""
        return sum(len(side.text) for one in self.specs for side in (one.before, one.after) if side is not None)
