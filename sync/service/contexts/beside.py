"""What stands beside the specs that a task is served: open findings, changes that wait, others at work there."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
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
from sync.store.decisions import FindingDecisionStore
from sync.store.tasks import TaskStore
from sync.tasks.overlaps import overlaps

MOST_FINDINGS = 50
MOST_PROPOSALS = 20
MOST_TASKS = 10


async def open_findings(  # noqa: PLR0913 (where it reads, and what is asked)
    database: Transactions, drift: Drift, principal: Principal, project: UUID, paths: Sequence[str], *, today: date
) -> tuple[OpenFinding, ...]:
    """Give what stands in the touched code, each finding once: what is open, and what is waived.

    A waiver that was given here counts from then on: the check that will say so may not have run yet.
    """
    found: dict[tuple[UUID, str], OpenFinding] = {}
    for path in paths:
        for state in (LifeState.OPEN, LifeState.WAIVED):
            rows = await drift.findings(principal, project, state=state, path=path, limit=MOST_FINDINGS)
            found.update(((row.repository, row.fingerprint), _open(row)) for row in rows.items)
    if found:
        names = sorted({fingerprint for _, fingerprint in found})
        async with database.read() as connection:
            decided = await FindingDecisionStore(connection, project).standing(names)
        for one in decided:
            key = one.repository, one.fingerprint
            if key in found and one.holds(today):
                found[key] = replace(found[key], standing=one.told, because=one.because)
    return tuple(found.values())


def _open(finding: FindingRecord) -> OpenFinding:
    standing, because = _standing(finding)
    return OpenFinding(
        finding.fingerprint,
        finding.invariant,
        finding.severity,
        finding.message,
        finding.fix,
        finding.code_path,
        finding.line,
        standing,
        because,
    )


def _standing(finding: FindingRecord) -> tuple[str, str]:
    """Say how a finding stands that the lock of its commit, or somebody here, may accept; and why."""
    told = finding.data.get("accepted")
    accepted = told if isinstance(told, dict) else {}
    standing = standing_of(str(finding.data.get("state")), str(accepted.get("until") or ""))
    return standing, str(accepted.get("because") or "") if standing else ""


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
