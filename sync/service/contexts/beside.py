"""What stands beside the specs that a task is served: open findings, changes that wait, others at work there."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from drift.lives.life import LifeState
from drift.lives.records import FindingRecord
from drift.service import Drift
from specs.access import Principal
from specs.store.connection import Transactions
from specs.store.proposals import ProposalStore
from sync.contexts.context import OpenFinding, Passage, standing_of
from sync.contexts.others import area_served, at_work
from sync.contexts.pending import Pending, anchors_of, proposed
from sync.contexts.wanted import Wanted
from sync.store.tasks import TaskStore
from sync.tasks.overlaps import overlaps

MOST_FINDINGS = 50
MOST_PROPOSALS = 20
MOST_TASKS = 10


async def open_findings(
    drift: Drift, principal: Principal, project: UUID, paths: Sequence[str]
) -> tuple[OpenFinding, ...]:
    """Give what stands in the touched code, each finding once."""
    found: dict[str, OpenFinding] = {}
    for path in paths:
        rows = await drift.findings(principal, project, state=LifeState.OPEN, path=path, limit=MOST_FINDINGS)
        found.update((row.fingerprint, _open(row)) for row in rows.items)
    return tuple(found.values())


def _open(finding: FindingRecord) -> OpenFinding:
    return OpenFinding(
        finding.fingerprint,
        finding.invariant,
        finding.severity,
        finding.message,
        finding.fix,
        finding.code_path,
        finding.line,
        _standing(finding),
    )


def _standing(finding: FindingRecord) -> str:
    """Say how a finding stands that the lock of its commit may accept."""
    told = finding.data.get("accepted")
    until = told.get("until") if isinstance(told, dict) else None
    return standing_of(str(finding.data.get("state")), str(until or ""))


async def going_on(  # noqa: PLR0913 (where, what is asked, and what is about to be served of it)
    database: Transactions,
    principal: Principal,
    project: UUID,
    *,
    refs: Mapping[str, UUID],
    asked: Wanted,
    served: Sequence[Passage],
) -> list[Passage]:
    """Give what pending proposals would change in what is about to be served, and other active tasks in the area.

    `refs` are the specs by path.
    """
    anchors = anchors_of(served)
    specs = [refs[path] for path in anchors if path in refs]
    async with database.read() as connection:
        store = ProposalStore(connection, project)
        rows = await store.pending_on_any(specs, MOST_PROPOSALS)
        found = [
            Pending(row.id, row.digest, row.title, row.author, await store.delta(row.id, row.number)) for row in rows
        ]
        active = await TaskStore(connection, project).active(principal.task)
    met = overlaps(area_served(asked.paths, asked.symbols, served), active)
    return [*proposed(found, anchors, asked.paths), *at_work(met[:MOST_TASKS])]
