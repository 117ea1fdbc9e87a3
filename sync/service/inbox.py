"""The inbox of a person in a project: what waits for them, and what they put off for a while."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from drift.debt.claims import ClaimState
from drift.lives.life import LifeState
from drift.service.drift import Drift
from specs.access import Principal, Role, Scope
from specs.errors import DeniedError, MissingError, UserError
from specs.library import SpecText
from specs.parser import parse
from specs.revision import ActorKind
from specs.service.auditing import record
from specs.service.authorship import Authorship
from specs.service.conflicts import Conflicts
from specs.service.freezing import Freezing
from specs.service.library import Library
from specs.service.members import Members
from specs.service.proposals import Proposals
from specs.store.connection import Clock, Transactions
from sync import inbox
from sync.gates import GateState
from sync.inbox import Matter
from sync.service.claims import Claims
from sync.service.gating import Gates
from sync.service.tasks import Tasks
from sync.store.snoozes import SnoozeStore
from sync.tasks.task import TaskState

MOST = 200
LONGEST = timedelta(days=90)
SEVERE = "error"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A matter, and until when its person put it off, if they did."""

    matter: Matter
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sources:
    """The services whose lists an inbox is made of."""

    library: Library
    members: Members
    proposals: Proposals
    conflicts: Conflicts
    authorship: Authorship
    freezing: Freezing
    drift: Drift
    claims: Claims
    gates: Gates
    tasks: Tasks


class Inbox:
    """Use cases of the inbox. Of each kind of matter the newest 200 are looked at."""

    def __init__(self, database: Transactions, clock: Clock, sources: Sources) -> None:
        self._database = database
        self._clock = clock
        self._sources = sources

    async def list(self, principal: Principal, project: UUID) -> tuple[Waiting, ...]:
        """Give what waits for the caller, what holds others up first; agents decide nothing, so they have nothing."""
        principal.require(project, Role.READER, Scope.READ)
        if principal.actor.kind is not ActorKind.HUMAN:
            return ()
        async with self._database.read() as connection:
            put_off = await SnoozeStore(connection, project, principal.actor.id).until(self._clock())
        found = await self._matters(principal, project)
        return tuple(Waiting(one, put_off.get(one.id)) for one in inbox.in_order(found))

    async def snooze(self, principal: Principal, project: UUID, matter: str, until: datetime) -> Waiting:
        """Put a matter off until a moment of the next 90 days; it comes back sooner when it moves on.

        Raises `MissingError` for what does not wait for the caller, `UserError` for another moment.
        """
        at = self._clock()
        if not at < until <= at + LONGEST:
            raise UserError("A matter cannot be put off until then.", "Name a moment within the next 90 days.")
        found = await self._one(principal, project, matter)
        async with self._database.transaction() as connection:
            await SnoozeStore(connection, project, principal.actor.id).put(found.id, until, at)
            await record(
                connection,
                principal,
                project,
                at=at,
                action="inbox.snooze",
                subject=found.subject,
                details={"kind": found.kind.value, "until": until.isoformat()},
            )
        return Waiting(found, until)

    async def wake(self, principal: Principal, project: UUID, matter: str) -> Waiting:
        """Bring back a matter that was put off. Raises `MissingError` where it was not."""
        found = await self._one(principal, project, matter)
        async with self._database.transaction() as connection:
            if not await SnoozeStore(connection, project, principal.actor.id).drop(found.id):
                raise MissingError("That was not put off.", "List the inbox to see what was.")
            await record(
                connection,
                principal,
                project,
                at=self._clock(),
                action="inbox.wake",
                subject=found.subject,
                details={"kind": found.kind.value},
            )
        return Waiting(found)

    async def _one(self, principal: Principal, project: UUID, matter: str) -> Matter:
        principal.require(project, Role.EDITOR, Scope.WRITE)
        if principal.actor.kind is not ActorKind.HUMAN:
            raise DeniedError("Only a person has an inbox.", "Use a person's credential.")
        found = next((one for one in await self._matters(principal, project) if one.id == matter), None)
        if found is None:
            raise MissingError("That does not wait for you.", "It may be done: list the inbox again.")
        return found

    async def _matters(self, who: Principal, project: UUID) -> tuple[Matter, ...]:
        ask = self._sources
        heads = await ask.library.heads(who, project)
        paths = {head.spec.id: head.spec.path for head in heads}
        proposals = await ask.proposals.list(who, project, mine=True, limit=MOST)
        conflicts = await ask.conflicts.list(who, project, limit=MOST)
        gates = await ask.gates.list(who, project, state=GateState.NEEDS_APPROVAL.value, limit=MOST)
        tasks, _ = await ask.tasks.list(who, project, states=[TaskState.OPEN], limit=MOST)
        pending = await ask.claims.list(who, project, state=ClaimState.PENDING, limit=MOST)
        approved = await ask.claims.list(who, project, state=ClaimState.APPROVED, limit=MOST)
        findings = await ask.drift.findings(who, project, state=LifeState.OPEN, severity=SEVERE, limit=MOST)
        frozen = await ask.freezing.list(who, project)
        revisions = {head.spec.id: head.revision.digest for head in heads}
        unsaid = await ask.authorship.unconfirmed(who, project, revisions)
        written = {head.spec.id: (head.spec.path, head.revision.at) for head in heads}
        today = self._clock().date()
        owners = await self._owners(who, project, heads) if findings.items else {}
        return (
            *inbox.of_proposals(proposals.items, paths),
            *inbox.of_conflicts(conflicts.items, who, project),
            *inbox.of_gates(gates.items, who, project),
            *inbox.of_tasks(tasks.items, who, project),
            *inbox.of_claims(pending.items, who, project),
            *inbox.of_waivers(approved.items, today, who, project),
            *inbox.of_findings(findings.items, owners, who, project),
            *inbox.of_unconfirmed(unsaid, written, who, project),
            *inbox.of_frozen(frozen, who, project),
        )

    async def _owners(self, who: Principal, project: UUID, heads: Sequence[SpecText]) -> Mapping[str, tuple[str, ...]]:
        """Give by path which members own a spec; names of others, such as teams, are nobody here."""
        members = {inbox.folded(one.actor.name) for one in await self._sources.members.list(who, project)}
        found = {}
        for head in heads:
            named = {inbox.folded(owner) for owner in parse(head.text).front_matter.owners}
            found[head.spec.path] = tuple(sorted(named & members))
        return found
