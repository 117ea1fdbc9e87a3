"""What a synchronisation does about claims: remembers those of an evaluated commit, and says which decision came."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from drift.debt.claims import ClaimState, claim_id
from drift.lives.life import CauseKind
from drift.lives.records import CauseRecord, Check, CheckVerdict, CommitRecord
from drift.service.recording import Finished
from specs.store.connection import Connection
from sync.binding.plan import speaks_of_agent
from sync.inbox.claims import Decision, LockClaim, decided, latest
from sync.inbox.decisions import FindingDecision
from sync.store.claims import ClaimStore
from sync.store.decisions import last_waiver_of, waivers_of


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


@dataclass(frozen=True, slots=True)
class Said:
    """What people said of a repository's findings: of the claims in its lock, and by waivers that they gave here."""

    claims: dict[str, LockClaim]
    waivers: tuple[FindingDecision, ...] = ()
    moved: FindingDecision | None = None

    def names(self, today: date) -> tuple[str, ...]:
        """Name all of it that counts on a day: a waiver that ends makes another name."""
        given = sorted(f"waiver {one.fingerprint} {one.until}" for one in self.waivers if one.holds(today))
        return (*decided(self.claims), *given)

    @property
    def rows(self) -> list[list[str]]:
        """Give the waivers as an evaluation takes them."""
        return [[one.fingerprint, str(one.until), one.actor.name, one.because] for one in self.waivers]

    @property
    def last(self) -> tuple[str, Decision] | None:
        """Give what was said last, and by whom."""
        found = [latest(self.claims)]
        if self.moved is not None:
            one = self.moved
            who, at = (one.ended_by or one.actor, one.ended_at) if one.ended_at else (one.actor, one.at)
            found.append((str(one.id), Decision(who, at, one.because)))
        known = [one for one in found if one is not None]
        return max(known, key=lambda one: (one[1].at, one[0]), default=None)


async def said_of(connection: Connection, repository: UUID) -> Said:
    """Give what people said of a repository's findings."""
    claims = await ClaimStore(connection).of(repository)
    return Said(claims, await waivers_of(connection, repository), await last_waiver_of(connection, repository))


def decision_cause(said: Said, last: Check | None) -> tuple[CauseRecord, ...]:
    """Give the decision of a person that made a check necessary, if one came after the last check was begun."""
    found = said.last
    if found is None or (last is not None and found[1].at < last.at - timedelta(milliseconds=last.duration_ms)):
        return ()
    name, decision = found
    return (CauseRecord(CauseKind.CLAIM, name, decision.actor.name, decision.at),)


def is_of_person(commit: CommitRecord) -> bool:
    """Say whether a commit that was evaluated before speaks for a person: it tells of no agent, and merges nothing."""
    return len(commit.parents) < 2 and not speaks_of_agent(commit.author, commit.email, commit.message)  # noqa: PLR2004 (a merge has two)
