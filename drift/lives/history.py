"""When an invariant held: what each check said of it, where that changed, and when it last held. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from drift.lives.records import CauseRecord

HELD = "kept"


@dataclass(frozen=True, slots=True)
class Sighting:
    """What one check said of an invariant. `author` and `message` are what its commit claims.

    `before` is the verdict of the check before it ("" for the first), made at the commit `after`.
    """

    check: UUID
    repository: UUID
    commit: str
    author: str
    message: str
    cause: CauseRecord
    verdict: str
    findings: int
    before: str = ""
    after: str = ""

    @property
    def turned(self) -> bool:
        """Whether the verdict is another than before."""
        return self.before != self.verdict


@dataclass(frozen=True, slots=True)
class Holding:
    """How an invariant stands in a repository: `since` the check `turn`.

    `held` is the last commit at which it held ("" where it never did), `broke` the check that saw it break after.
    """

    repository: UUID
    verdict: str
    turn: Sighting
    held: str = ""
    broke: Sighting | None = None


def holding(turns: Sequence[Sighting]) -> Holding | None:
    """Say how an invariant stands from where its verdict changed in one repository, the newest first."""
    if not turns:
        return None
    newest = turns[0]
    if newest.verdict == HELD:
        return Holding(newest.repository, HELD, newest, newest.commit)
    broke = next((one for one in turns if one.before == HELD), None)
    return Holding(newest.repository, newest.verdict, newest, broke.after if broke else "", broke)
