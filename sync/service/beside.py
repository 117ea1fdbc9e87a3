"""What stands beside the specs that a task is served: open findings, and changes that wait for a decision."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from drift.lives.life import LifeState
from drift.lives.records import FindingRecord
from drift.service import Drift
from specs.access import Principal
from specs.store.connection import Transactions
from specs.store.proposals import ProposalStore
from sync.contexts.context import OpenFinding, Passage, standing_of
from sync.contexts.pending import Pending, anchors_of, proposed

MOST_FINDINGS = 50
MOST_PROPOSALS = 20


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


async def waiting(
    database: Transactions, project: UUID, refs: Mapping[str, UUID], served: Sequence[Passage], paths: Sequence[str]
) -> list[Passage]:
    """Give what pending proposals would change in what is about to be served. `refs` are the specs by path."""
    anchors = anchors_of(served)
    async with database.read() as connection:
        store = ProposalStore(connection, project)
        specs = [refs[path] for path in anchors if path in refs]
        rows = await store.pending_on_any(specs, MOST_PROPOSALS)
        found = [
            Pending(row.id, row.digest, row.title, row.author, await store.delta(row.id, row.number)) for row in rows
        ]
    return proposed(found, anchors, paths)
