"""The inbox of a person in a project: what waits for them, and what they put off for a while."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeAlias
from uuid import UUID

from drift.debt.claims import ClaimState
from specs.access import Principal, Role, Scope
from specs.errors import DeniedError, MissingError, UserError
from specs.library import SpecText
from specs.revision import ActorKind
from specs.service import documents
from specs.service.auditing import record
from specs.service.library.conflicts import Conflicts
from specs.service.library.library import Library
from specs.service.people.members import Members
from specs.service.policies.freezing import Freezing
from specs.service.proposals.proposals import Proposals
from specs.service.revisions.authorship import Authorship
from specs.store.audit import AuditStore
from specs.store.concerning import concerning
from specs.store.connection import Clock, Transactions
from sync.gates.gate import GateState
from sync.inbox import awaiting, matters
from sync.inbox.awaiting import Awaited
from sync.inbox.matters import HeadAt, Item, Matter
from sync.service.claims import Claims
from sync.service.gates.gating import Gates
from sync.store.decisions import FindingDecisionStore
from sync.store.snoozes import SnoozeStore
from sync.store.tasks import TaskStore

MOST = 200
LONGEST = timedelta(days=90)
SEVERE = "error"
STALE = timedelta(seconds=2)
KEPT = 10_000
Counts: TypeAlias = dict[tuple[UUID, UUID], tuple[tuple[int, Role | None, date], datetime, int]]
"""How much waits for whom, as of which entry of the log, and when that was found out."""


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
    claims: Claims
    gates: Gates


class Inbox:
    """Use cases of the inbox. Of each kind of matter the newest 200 are looked at."""

    def __init__(self, database: Transactions, clock: Clock, sources: Sources, counts: Counts) -> None:
        """`counts` is shared by the requests of a process."""
        self._database = database
        self._clock = clock
        self._sources = sources
        self._counts = counts

    async def list(self, principal: Principal, project: UUID) -> tuple[Waiting, ...]:
        """Give what waits for the caller, what holds others up first; agents decide nothing, so they have nothing."""
        principal.require(project, Role.READER, Scope.READ)
        if principal.actor.kind is not ActorKind.HUMAN:
            return ()
        at = self._clock()
        async with self._database.read() as connection:
            end = await AuditStore(connection).end(project)
            put_off = await SnoozeStore(connection, project, principal.actor.id).until(at)
        all_of_them = await self._matters(principal, project)
        found = tuple(Waiting(one, put_off.get(one.id)) for one in matters.in_order(all_of_them))
        self._counted(principal, project, 0 if end is None else end.n, at, found)
        return found

    async def one(self, principal: Principal, project: UUID, matter: str) -> Matter:
        """Give a matter that waits for the caller, as it stands. Raises `MissingError` for any other."""
        return await self._one(principal, project, matter)

    async def several(self, principal: Principal, project: UUID, matters: Sequence[str]) -> tuple[Matter, ...]:
        """Give matters that wait for the caller. Raises `MissingError` where one of them does not."""
        principal.require(project, Role.EDITOR, Scope.WRITE)
        if principal.actor.kind is not ActorKind.HUMAN:
            raise DeniedError("Only a person has an inbox.", "Use a person's credential.")
        known = {one.id: one for one in await self._matters(principal, project)}
        if not set(matters) <= known.keys():
            raise MissingError("Some of that does not wait for you.", "It may be done: list the inbox again.")
        return tuple(known[name] for name in dict.fromkeys(matters))

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
        try:
            [found] = await self.several(principal, project, [matter])
        except MissingError as error:
            raise MissingError("That does not wait for you.", "It may be done: list the inbox again.") from error
        return found

    async def findings(
        self, principal: Principal, project: UUID, asking: Sequence[Matter]
    ) -> Mapping[str, tuple[Item, ...]]:
        """Give, by the id of a matter, the open findings that it is about; the first hundred of each."""
        principal.require(project, Role.READER, Scope.READ)
        asked = {(one.repository, one.rule): one.id for one in asking if one.rule and one.repository is not None}
        if not asked:
            return {}
        found: dict[str, list[Item]] = {}
        async with self._database.read() as connection:
            store = FindingDecisionStore(connection, project)
            rows = await store.findings(list(asked), SEVERE, self._clock().date(), matters.MOST_ITEMS)
        for repository, rule, name, message, place in rows:
            found.setdefault(asked[repository, rule], []).append(Item(name, message, place))
        return {ident: tuple(items) for ident, items in found.items()}

    async def awaited(self, principal: Principal, project: UUID) -> tuple[Awaited, ...]:
        """Give what the caller waits for and others have to do, what has waited longest first."""
        principal.require(project, Role.READER, Scope.READ)
        ask, me = self._sources, principal.actor.id
        async with self._database.read() as connection:
            proposals = await concerning(connection, project, me, MOST)
            made = await TaskStore(connection, project).awaited_by(me, MOST)
            now = await TaskStore(connection, project).now()
        members = await ask.members.list(principal, project)
        gates = await ask.gates.list(principal, project, state=GateState.NEEDS_APPROVAL.value, limit=MOST)
        pending = await ask.claims.list(principal, project, state=ClaimState.PENDING, limit=MOST)
        return awaiting.in_order(
            (
                *awaiting.of_proposals(proposals, members, principal),
                *awaiting.of_gates(gates.items, principal),
                *awaiting.of_tasks(made, principal, now),
                *awaiting.of_claims(pending.items, principal),
            )
        )

    async def count(self, principal: Principal, project: UUID) -> int:
        """Count what waits for the caller, for a number beside a link: anew only where something happened since."""
        key = (project, principal.actor.id)
        async with self._database.read() as connection:
            end = await AuditStore(connection).end(project)
        at = self._clock()
        stamp = (0 if end is None else end.n, principal.role_in(project), at.date())
        known = self._counts.get(key)
        if known is not None and (known[0] == stamp or timedelta() <= at - known[1] < STALE):
            return known[2]
        return sum(one.until is None for one in await self.list(principal, project))

    def _counted(self, principal: Principal, project: UUID, end: int, at: datetime, found: Sequence[Waiting]) -> None:
        while len(self._counts) >= KEPT:
            del self._counts[next(iter(self._counts))]
        stamp = (end, principal.role_in(project), at.date())
        self._counts[project, principal.actor.id] = stamp, at, sum(one.until is None for one in found)

    async def _matters(self, who: Principal, project: UUID) -> tuple[Matter, ...]:
        ask = self._sources
        today = self._clock().date()
        heads = await ask.library.heads(who, project)
        paths = {head.spec.id: head.spec.path for head in heads}
        proposals = await ask.proposals.list(who, project, mine=True, limit=MOST)
        conflicts = await ask.conflicts.list(who, project, limit=MOST)
        gates = await ask.gates.list(who, project, state=GateState.NEEDS_APPROVAL.value, limit=MOST)
        async with self._database.read() as connection:
            waiting = await TaskStore(connection, project).waiting(MOST)
            decided = FindingDecisionStore(connection, project)
            broken = await decided.undecided(SEVERE, today, MOST)
            ending = await decided.ending(today + matters.NOTICE, MOST)
        pending = await ask.claims.list(who, project, state=ClaimState.PENDING, limit=MOST)
        approved = await ask.claims.list(who, project, state=ClaimState.APPROVED, limit=MOST)
        frozen = await ask.freezing.list(who, project)
        revisions = {head.spec.id: head.revision.digest for head in heads}
        unsaid = await ask.authorship.unconfirmed(who, project, revisions)
        written = {
            head.spec.id: HeadAt(head.spec.path, head.revision.digest, head.revision.at, head.text) for head in heads
        }
        named = {one.path for one in broken}
        owners = await self._owners(who, project, [head for head in heads if head.spec.path in named])
        return (
            *matters.of_proposals(proposals.items, paths),
            *matters.of_conflicts(conflicts.items, who, project),
            *matters.of_gates(gates.items, who, project),
            *matters.of_tasks(waiting, who, project),
            *matters.of_claims(pending.items, who, project),
            *matters.of_waivers(approved.items, today, who, project),
            *matters.of_decided_waivers(ending, today, who, project),
            *matters.of_findings(broken, owners, who, project),
            *matters.of_unconfirmed(unsaid, written, who, project),
            *matters.of_frozen(frozen, who, project),
        )

    async def _owners(self, who: Principal, project: UUID, heads: Sequence[SpecText]) -> Mapping[str, tuple[str, ...]]:
        """Give by path which members own a spec; names of others, such as teams, are nobody here."""
        if not heads:
            return {}
        members = {matters.folded(one.actor.name) for one in await self._sources.members.list(who, project)}
        found = {}
        for head in heads:
            document = await documents.read(head.text)
            named = {matters.folded(owner) for owner in document.front_matter.owners}
            found[head.spec.path] = tuple(sorted(named & members))
        return found
