"""What people decide on findings here, as values: waived until a day for a reason, or given to be mended as a task."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from drift.debt.acceptance import NEVER
from drift.lives.records import FindingRecord
from specs.revision import Actor
from specs.values import dataclass
from sync.tasks.task import Area

MOST_AT_ONCE = 200
LONGEST_DAYS = 366
NOT_WAIVED = NEVER


class Choice(StrEnum):
    """What may be decided on a finding here. That the spec is to change is said by changing it."""

    WAIVE = "waive"
    MEND = "mend"


@dataclass(frozen=True, slots=True)
class FindingDecision:
    """A decision on one finding: waived `until` a day, or to be mended as the task; `ended_at` once it is no more.

    `invariant` and `message` are those of the finding as it was then.
    """

    id: UUID
    repository: UUID
    fingerprint: str
    invariant: str
    message: str
    choice: Choice
    because: str
    actor: Actor
    at: datetime
    until: date | None = None
    task: UUID | None = None
    ended_at: datetime | None = None
    ended_by: Actor | None = None

    def holds(self, today: date) -> bool:
        """Say whether it waives its finding on a day."""
        return self.ended_at is None and self.until is not None and self.until >= today

    @property
    def told(self) -> str:
        """Say in a few words what was decided."""
        return "to be mended" if self.until is None else f"waived until {self.until}"


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """Findings of one rule in one repository that are open and on which nobody decided, with the newest of them."""

    repository: UUID
    rule: str
    path: str
    count: int
    since: datetime
    newest: str
    reference: str
    owned: UUID | None = None


def intent_of(findings: tuple[FindingRecord, ...], because: str) -> str:
    """Write what is to be done to mend findings of one rule: the words of a task."""
    first = findings[0]
    name = first.invariant or first.kind
    title = f"Mend {name}: {first.message}" if len(findings) == 1 else f"Mend {name} in {len(findings)} places"
    lines = [title, ""]
    lines += [because, ""] if because else []
    for one in findings:
        place = f"{one.code_path}:{one.line}: " if one.code_path else ""
        lines.append(f"- {place}{one.message} {one.fix}".rstrip() + f" [{one.fingerprint[:12]}]")
    return "\n".join(lines)


def area_of(findings: tuple[FindingRecord, ...]) -> Area:
    """Give what mending findings will touch."""
    paths = tuple(dict.fromkeys(one.code_path for one in findings if one.code_path))
    places = (f"{one.spec_path}#{one.spec_anchor}" if one.spec_anchor else one.spec_path for one in findings)
    return Area(paths=paths, sections=tuple(dict.fromkeys(place for place in places if place)))
