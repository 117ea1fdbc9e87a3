"""Gathers what a weekly letter tells besides findings: gates, waivers, what waits for people, the specs, agents."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from drift.lives.records import FindingDetail
from drift.service.drift import Drift
from drift.store.checks import CheckStore
from specs.access import SERVER
from specs.errors import HoldfastError
from specs.library import SpecText
from specs.parser import parse
from specs.proposals.state import ProposalState
from specs.service.library.conflicts import Conflicts
from specs.service.library.library import Library
from specs.service.policies.freezing import Freezing
from specs.service.proposals.proposals import Proposals
from specs.service.revisions.authorship import Authorship
from specs.store.artifacts import CLEAR, Vault
from specs.store.connection import Clock, IdSource, Transactions
from sync.gates.gate import Gate, GateState
from sync.inbox import matters
from sync.inbox.claims import LockClaim
from sync.inbox.decisions import FindingDecision
from sync.inbox.matters import Matter, MatterKind
from sync.service.repositories.looking import Excerpts
from sync.service.signals import SignalCases
from sync.service.tasks.tasks import Tasks
from sync.store.bundles import About, BundleStore, Sought
from sync.store.claims import ClaimStore
from sync.store.decisions import FindingDecisionStore
from sync.store.gates import GateStore
from sync.store.weekfacts import WeekStore
from sync.tasks.task import TaskState
from sync.traces.standing import Implemented
from sync.weekly.evidence import Evidence, Written
from sync.weekly.letter import HotSpot
from sync.weekly.period import Period
from sync.weekly.writing import TREND

MOST = 200
MOST_BUNDLES = 500
DAY = timedelta(days=1)
CHECKED = frozenset({Implemented.KEPT, Implemented.BROKEN})


@dataclass(frozen=True, slots=True)
class Sources:
    """The services that are asked; what is read besides stands in the database."""

    library: Library
    drift: Drift
    proposals: Proposals
    conflicts: Conflicts
    authorship: Authorship
    freezing: Freezing
    tasks: Tasks
    signals: SignalCases

    @classmethod
    def over(cls, database: Transactions, library: Library, drift: Drift, clock: Clock, new_id: IdSource) -> "Sources":
        """Put them over a database."""
        return cls(
            library,
            drift,
            Proposals(database, clock, new_id),
            Conflicts(database, clock, new_id),
            Authorship(database, clock, new_id),
            Freezing(database, clock),
            Tasks(database, clock, new_id),
            SignalCases(database, library, drift, clock, new_id),
        )


class WeekFacts:
    """Asks for what a week brought."""

    def __init__(
        self, database: Transactions, sources: Sources, vault: Vault = CLEAR, excerpts: Excerpts | None = None
    ) -> None:
        self._database = database
        self._sources = sources
        self._vault = vault
        self._excerpts = excerpts

    async def gather(
        self,
        project: UUID,
        period: Period,
        heads: Sequence[SpecText],
        new: Sequence[FindingDetail],
    ) -> Evidence:
        """Give what is known of a week; `new` are the findings that came in it."""
        gates, claims, waivers = await self._decided(project, period)
        revisions = {head.spec.id: head.revision.digest for head in heads}
        unsaid = await self._sources.authorship.unconfirmed(SERVER, project, revisions)
        waiting = await self._matters(project, period, gates, claims, waivers)
        standings = (await self._sources.signals.standing(SERVER, project)).traceability.standings
        async with self._database.read() as connection:
            store = WeekStore(connection, project, period.since, period.until)
            changed, kinds = await store.revisions()
            latest = await CheckStore(connection, self._vault).latest(project, period.until)
            lines = await store.lines([period.back(back).until for back in range(TREND - 1, -1, -1)])
            return Evidence(
                checks=await store.checks(),
                gates=gates,
                claims=claims,
                waivers=waivers,
                matters=waiting,
                written=Written(
                    {head.spec.path: head.revision.at for head in heads},
                    changed,
                    kinds,
                    sum(len(found) for found in unsaid.values()),
                ),
                coverage=(
                    len(standings),
                    sum(one.implemented in CHECKED for one in standings),
                    sum(bool(one.code) for one in standings),
                ),
                unparsed=await self._unparsed(CheckStore(connection, self._vault), project, period.until),
                tasks=await store.tasks(),
                bundles=await store.bundles(),
                told=await self._told(BundleStore(connection, project, self._vault), period, new),
                agents=await store.agents(),
                lines=lines[-1],
                grown=tuple(sum(one.values()) for one in lines),
                revised={one: check.specs_digest for one, check in latest.items()},
                decided=await store.decided(),
            )

    async def _decided(
        self, project: UUID, period: Period
    ) -> tuple[tuple[Gate, ...], tuple[LockClaim, ...], tuple[FindingDecision, ...]]:
        async with self._database.read() as connection:
            store = GateStore(connection, project)
            named = await WeekStore(connection, project, period.since, period.until).gates()
            gates = [await store.find(one, lean=True) for one in named]
            waiting = await store.page(
                state=GateState.NEEDS_APPROVAL.value, repository="", commit="", after=None, limit=MOST
            )
            claims = await ClaimStore(connection).page(project, None, None, before=None, limit=MOST)
            waivers = await FindingDecisionStore(connection, project).ending(date.max, MOST)
        found = {gate.id: gate for gate in (*waiting, *(gate for gate in gates if gate is not None))}
        return tuple(found.values()), tuple(claim for _, claim in claims), waivers

    async def _matters(
        self,
        project: UUID,
        period: Period,
        gates: Sequence[Gate],
        claims: Sequence[LockClaim],
        waivers: Sequence[FindingDecision],
    ) -> tuple[Matter, ...]:
        """Give what waits for any person of the project, as the inbox of who may decide all of it would."""
        ask, who = self._sources, SERVER
        proposals = (await ask.proposals.list(who, project, states=frozenset({ProposalState.OPEN}), limit=MOST)).items
        conflicts = (await ask.conflicts.list(who, project, limit=MOST)).items
        tasks, _ = await ask.tasks.list(who, project, states=[TaskState.OPEN], limit=MOST)
        waiting = [gate for gate in gates if gate.state is GateState.NEEDS_APPROVAL]
        found = (
            *(
                Matter(
                    MatterKind.PROPOSAL,
                    f"proposal:{one.id}",
                    f"Shall “{one.title}” become the truth?",
                    f"Proposed by {one.author.name}",
                    one.created_at,
                    str(one.id),
                    one.author,
                )
                for one in proposals
            ),
            *(
                Matter(
                    MatterKind.CONFLICT,
                    f"conflict:{one.id}",
                    f"Two texts of {one.path} met: which words stand?",
                    f"A text of {one.opened_by.name} waits",
                    one.opened_at,
                    str(one.id),
                    one.opened_by,
                    one.path,
                )
                for one in conflicts
            ),
            *matters.of_gates(waiting, who, project),
            *matters.of_tasks(tasks.items, who, project),
            *matters.of_claims(claims, who, project),
            *matters.of_waivers(claims, period.ends, who, project),
            *matters.of_decided_waivers(waivers, period.ends, who, project),
            *matters.of_frozen(await ask.freezing.list(who, project), who, project),
        )
        return tuple(one for one in found if one.since < period.until)

    @staticmethod
    async def _unparsed(store: CheckStore, project: UUID, until: datetime) -> int:
        """Count what the last check of each repository could not read."""
        missed = 0
        for check in (await store.latest(project, until)).values():
            found = await store.find(project, check.id)
            if found is not None and found[1]:
                rows = (await store.report(found[1])).get("not_analysed", ())
                missed += len(rows)
        return missed

    @staticmethod
    async def _told(store: BundleStore, period: Period, new: Sequence[FindingDetail]) -> frozenset[str]:
        """Name the new findings about whose place, or section, somebody had been told in the day before."""
        if not new:
            return frozenset()
        sought = Sought(since=period.since - DAY, until=period.until)
        receipts = await store.page(sought, before=None, limit=MOST_BUNDLES)
        told = set()
        for life in new:
            finding = life.finding
            about = About(finding.code_path, finding.spec_path, finding.spec_anchor)
            at = finding.opened.at
            if any(at - DAY <= receipt.at <= at and about.told_in(receipt) for receipt in receipts):
                told.add(finding.fingerprint)
        return frozenset(told)

    async def shown(
        self, project: UUID, spots: Sequence[HotSpot], heads: Sequence[SpecText], repositories: Mapping[str, UUID]
    ) -> tuple[HotSpot, ...]:
        """Set what the spec says beside the line of code that is against it."""
        texts = {head.spec.path: head.text for head in heads}
        return tuple([await self._beside(project, spot, texts, repositories.get(spot.repository)) for spot in spots])

    async def _beside(self, project: UUID, spot: HotSpot, texts: Mapping[str, str], repository: UUID | None) -> HotSpot:
        first, code = spot.first, ""
        text = texts.get(first.spec, "")
        sentence = await asyncio.to_thread(sentence_of, text, first.invariant) if text else ""
        if self._excerpts is not None and repository is not None and first.line:
            try:
                lines = await self._excerpts.excerpt(SERVER, project, repository, first.path, first.line, 0)
            except HoldfastError:
                lines = ()
            code = lines[0][1].strip() if lines else ""
        return replace(spot, sentence=sentence, code=code)


def sentence_of(text: str, invariant: str) -> str:
    """Give what a spec says before an invariant, or why it wants it; "" where it says nothing."""
    block = next((one for one in parse(text).invariants if one.id == invariant), None)
    if block is None:
        return ""
    lines = text.splitlines()[: block.line - 1]
    while lines and not lines[-1].strip():
        lines.pop()
    said: list[str] = []
    while lines and lines[-1].strip() and not lines[-1].lstrip().startswith(("#", "```", "|")):
        said.append(lines.pop().strip())
    return " ".join(reversed(said)) or block.why
