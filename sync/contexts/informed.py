"""Which tasks fetched context, and at whose places drift came while they lasted or in the day after. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from drift.lives.records import FindingEvent, FindingRecord
from specs.values import dataclass
from sync.contexts.aftermath import AFTER, ARRIVALS
from sync.tasks.task import Area, Task


@dataclass(frozen=True, slots=True)
class Fetched:
    """How many bundles of context were served in the course of a task, and when the first was."""

    bundles: int
    first: datetime


@dataclass(frozen=True, slots=True)
class Informed:
    """A task, what was fetched for it (None: nothing), and the findings that came at its places."""

    task: Task
    fetched: Fetched | None
    findings: tuple[FindingRecord, ...]


def informed(
    tasks: Sequence[Task],
    fetched: Mapping[UUID, Fetched],
    happened: Sequence[tuple[FindingRecord, FindingEvent]],
    now: datetime,
) -> tuple[Informed, ...]:
    """Set beside each task what it fetched and what came of it: a task that names no place has no findings."""
    came = [(finding, event.cause.at) for finding, event in happened if event.kind in ARRIVALS]
    return tuple(
        Informed(
            task,
            fetched.get(task.id),
            tuple(
                {
                    finding.fingerprint: finding
                    for finding, at in came
                    if task.created_at <= at <= (task.ended_at or now) + AFTER and names(task.area, finding)
                }.values()
            ),
        )
        for task in tasks
    )


def names(area: Area, finding: FindingRecord) -> bool:
    """Say whether an area names a finding's file, a folder above it, a symbol of it, or the section it is against."""
    paths = (*area.paths, *(one.partition("#")[0] for one in area.symbols if "#" in one))
    code = finding.code_path
    if code and any(code == path or code.startswith(f"{path.rstrip('/')}/") for path in paths if path):
        return True
    specs = (one.partition("#") for one in area.sections)
    return any(path == finding.spec_path and anchor in {"", finding.spec_anchor} for path, _, anchor in specs)
