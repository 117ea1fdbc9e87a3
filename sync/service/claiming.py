"""What a synchronisation does about claims: remembers those of an evaluated commit, and says which decision came."""

from datetime import timedelta
from uuid import UUID

from drift.debt.claims import ClaimState, claim_id
from drift.lives.life import CauseKind
from drift.lives.records import CauseRecord, Check, CheckVerdict, CommitRecord
from drift.service.recording import Finished
from specs.store.connection import Connection
from sync.claims import LockClaim, latest
from sync.plan import speaks_of_agent
from sync.store.claims import ClaimStore


async def see_claims(connection: Connection, done: Finished, project: UUID, *, trusted: bool) -> None:
    """Record what the lock of an evaluated commit claims; what is new there is as good as the commit."""
    if done.evaluated.verdict is CheckVerdict.ERROR:
        return
    await ClaimStore(connection).see(
        done.repository,
        project,
        {claim_id(entry): entry for entry in done.evaluated.claims},
        commit=done.commit.id,
        author=done.commit.author,
        at=done.at,
        state=ClaimState.APPROVED if trusted else ClaimState.PENDING,
    )


def decision_cause(claims: dict[str, LockClaim], last: Check | None) -> tuple[CauseRecord, ...]:
    """Give the decision on a claim that made a check necessary, if one came after the last check was begun."""
    found = latest(claims)
    if found is None or (last is not None and found[1].at < last.at - timedelta(milliseconds=last.duration_ms)):
        return ()
    name, decision = found
    return (CauseRecord(CauseKind.CLAIM, name, decision.actor.name, decision.at),)


def is_of_person(commit: CommitRecord) -> bool:
    """Say whether a commit that was evaluated before speaks for a person: it tells of no agent, and merges nothing."""
    return len(commit.parents) < 2 and not speaks_of_agent(commit.author, commit.email, commit.message)  # noqa: PLR2004 (a merge has two)
