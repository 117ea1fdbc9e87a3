"""Writes into the audit log what a check came to, and what will break soon, so that whoever follows a project hears it.

Called last in the transaction that recorded the check: the log's lock is the last one taken.
"""

from collections.abc import Sequence

from drift.lives.life import LifeEvent
from drift.lives.records import Check, FindingRecord, Repository
from drift.store.findings import FindingStore
from specs.access import SERVER
from specs.audit import Json
from specs.service.auditing import record
from specs.store.connection import Connection

MOST_TOLD = 100
OPENED = (LifeEvent.OPENED, LifeEvent.REGRESSED, LifeEvent.LAPSED)
GONE = (LifeEvent.RESOLVED,)


async def announce(connection: Connection, repository: Repository, check: Check) -> None:
    """Tell of a check that was recorded: how it ended, what drift it opened, and what is gone. Lists are bounded."""
    where: dict[str, Json] = {
        "repository": repository.name,
        "repository_id": str(repository.id),
        "commit": check.commit,
    }
    done: dict[str, Json] = {
        **where,
        "verdict": check.verdict.value,
        "cause": check.cause.reference,
        "invariants": check.invariants,
        "broken": check.broken,
        "opened": check.opened,
        "resolved": check.resolved,
        "regressed": check.regressed,
    }
    if check.problem:
        done["problem"] = check.problem
    told: list[tuple[str, dict[str, Json]]] = [("check.run", done)]
    store = FindingStore(connection)
    for action, kinds, count in (
        ("finding.open", OPENED, check.opened + check.regressed),
        ("finding.resolve", GONE, check.resolved),
    ):
        if rows := await store.of_check(check.id, kinds, MOST_TOLD):
            told.append((action, {**where, "count": max(count, len(rows)), "findings": listed(rows)}))
    for action, details in told:
        await record(
            connection, SERVER, repository.project, at=check.at, action=action, subject=check.id, details=details
        )


def listed(rows: Sequence[tuple[FindingRecord, LifeEvent]]) -> list[Json]:
    """Say of each finding what one must know to go and look."""
    return [
        {
            "fingerprint": one.fingerprint,
            "invariant": one.invariant,
            "severity": one.severity,
            "spec": None if one.spec is None else str(one.spec),
            "path": one.code_path,
            "line": one.line,
            "message": one.message,
            "event": kind.value,
        }
        for one, kind in rows
    ]
