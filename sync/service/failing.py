"""Counts what a check came to for or against the agent that caused it, as policies want it.

A person is not counted: people are never frozen, and a commit proves nobody. Knows nothing of how a check is made.
"""

from uuid import UUID

from drift.lives.records import Check, CheckVerdict
from specs.revision import Actor, ActorKind
from specs.rules.registry import Event, Value
from specs.service.policies.policies import turned_out
from specs.store.connection import Connection


async def count(connection: Connection, project: UUID, check: Check | None, author: Actor | None) -> None:
    """Record whether a check opened findings, if it was caused by an agent; policies may freeze it then.

    A check that did not finish says nothing of anyone.
    """
    if check is None or author is None or author.kind is ActorKind.HUMAN or check.verdict is CheckVerdict.ERROR:
        return
    opened = check.opened + check.regressed
    known: dict[str, Value] = {
        "verdict": check.verdict.value,
        "findings_opened": opened,
        "findings_resolved": check.resolved,
        "invariants_broken": check.broken,
    }
    await turned_out(connection, project, author, Event.CHECK, check.id, good=opened == 0, at=check.at, known=known)
