"""What every step of a proposal shares: it is locked, brought onto today's specs, judged, counted, landed, recorded.

One `Work` serves one step inside one transaction of its caller. What it does is told to the audit log at the end, when
every other lock is held already.
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from specs.access import Member, Principal, Role
from specs.audit import Json
from specs.errors import ConflictError, DeniedError, HoldfastError, MissingError, UserError
from specs.paths import path_key
from specs.proposals import state
from specs.proposals.delta import Delta, SpecDelta, check_delta, delta_digest
from specs.proposals.overlap import touches
from specs.proposals.proposal import MAX_TITLE, Landed, Outcome, Proposal, Review, Turn, Why
from specs.proposals.state import PENDING, ProposalState, Standing, Step, Vote
from specs.revision import Actor, ActorKind, Provenance
from specs.rules.actions import Verdict
from specs.rules.registry import Event
from specs.service import writing
from specs.service.auditing import record
from specs.service.hygiene import refuse_secrets
from specs.service.policies.policies import turned_out
from specs.service.proposals.accepting import Ground, Said, author_of, land
from specs.service.proposals.drafting import bring
from specs.service.proposals.judging import Judgement, change_of, judge
from specs.store.connection import Connection, IdSource, SpecHook
from specs.store.library import LibraryStore
from specs.store.people import ActorStore
from specs.store.proposals import ProposalStore
from specs.store.reviews import ReviewStore

_FAMILIES: Mapping[str, type[HoldfastError]] = {
    "may-not-decide": DeniedError,
    "own": DeniedError,
    "not-yours": DeniedError,
    "no-reason": UserError,
}
_SAID = "The specs say so already."


@dataclass(frozen=True, slots=True)
class Source:
    """Where a change comes from: whose it is where that is not the principal, the commit that brings it, from where."""

    author: Principal | None = None
    origin: str = ""
    repository: str = ""
    branch: str = ""
    provenance: Provenance | None = None


HERE = Source()


@dataclass
class Work:
    """One step: who takes it, where, when, and what is to be told of it."""

    connection: Connection
    principal: Principal
    project: UUID
    at: datetime
    new_id: IdSource
    on_change: SpecHook
    said: list[Said] = field(default_factory=list)

    @property
    def store(self) -> ProposalStore:
        """The proposals of the project."""
        return ProposalStore(self.connection, self.project)

    @property
    def reviews(self) -> ReviewStore:
        """What was said of them."""
        return ReviewStore(self.connection, self.project)

    async def tell(self) -> None:
        """Write what was done into the audit log. Called last: its lock is the last one taken."""
        for said in self.said:
            await record(
                self.connection,
                said.principal,
                self.project,
                at=self.at,
                action=said.action,
                subject=said.subject,
                details=said.details,
                policy=said.policy,
            )
        self.said.clear()

    def say(self, action: str, proposal: Proposal, **details: Json) -> None:
        """Remember what is to be told of a proposal: in its task, for its author."""
        author = proposal.author.id
        who = self.principal if author == self.principal.actor.id else replace(self.principal, on_behalf_of=author)
        who = replace(who, task=proposal.task or who.task)
        details = {"title": proposal.title, "digest": proposal.digest, **details}
        self.said.append(Said(who, f"proposal.{action}", proposal.id, details, proposal.policies))

    async def locked(self, proposal: UUID) -> Proposal:
        """Give a proposal, with every other step of it waiting for this one."""
        found = await self.store.find(proposal, lock=True)
        if found is None:
            raise no_proposal()
        return found

    async def role(self) -> Role | None:
        """Give the caller's role as it is now, whatever it was when the request began."""
        if self.principal.everywhere:
            return Role.ADMIN
        member = await ActorStore(self.connection).member(self.project, self.principal.actor.id)
        return None if member is None or member.disabled else member.role

    async def people(self) -> Mapping[UUID, Role]:
        """Give the people of the project with their roles as they are now."""
        return people_of(await ActorStore(self.connection).members(self.project))

    async def step(self, before: Proposal, now: Proposal, action: str, **details: Json) -> Proposal:
        """Write a step of a locked proposal, and remember to tell of it."""
        now = replace(now, version=before.version + 1, updated_at=self.at)
        await self.store.put(before, now)
        self.say(action, now, **details)
        return now

    async def judge(self, proposal: Proposal, delta: Delta, place: tuple[str, str] = ("", "")) -> Judgement:
        """Ask the policies about a delta of a proposal's author."""
        mine = proposal.author.id == self.principal.actor.id
        who = self.principal if mine else None
        return await judge(self.connection, who, proposal, change_of(delta, *place), self.at)

    async def open(
        self, title: str, rationale: str, delta: Delta, source: Source = HERE, *, wait: bool = False
    ) -> Landed:
        """Open a proposal of a delta; where policy lets it through and it is not to wait, make it the truth at once."""
        proposal, judgement = await self.drafted(title, rationale, delta, source)
        judgement.refuse()
        proposal = await self.opened(proposal, judgement, delta)
        if wait or proposal.state is not ProposalState.OPEN:
            return Landed(proposal)
        if judgement.verdict is Verdict.ALLOW:
            return await self._land(proposal, raise_for(state.allow(proposal.standing)), by=None)
        return await self.accepted(proposal) if await self.alone(proposal) else Landed(proposal)

    async def drafted(
        self, title: str, rationale: str, delta: Delta, source: Source = HERE
    ) -> tuple[Proposal, Judgement]:
        """Make a proposal of a delta and ask the policies about it; nothing is kept but what they said.

        Its digest comes when it is opened: most writes are let through and never need one.
        """
        who = source.author or self.principal
        proposal = Proposal(
            id=self.new_id(),
            project=self.project,
            author=who.actor,
            standing=Standing(ProposalState.OPEN, "", frozenset({who.actor.id})),
            title=title,
            rationale=rationale,
            number=1,
            version=1,
            created_at=self.at,
            updated_at=self.at,
            asked_at=self.at,
            ruling={},
            origin=source.origin,
            provenance=source.provenance,
            task=who.task,
            on_behalf_of=who.on_behalf_of,
            credential=who.credential,
            specs=tuple(part.spec for part in delta),
        )
        judgement = await self.judge(proposal, delta, (source.repository, source.branch))
        standing = replace(proposal.standing, needs=judgement.needs)
        return replace(proposal, standing=standing, ruling=judgement.ruling), judgement

    async def opened(self, proposal: Proposal, judgement: Judgement, delta: Delta) -> Proposal:
        """Keep a proposal and bring it onto today's specs."""
        if not proposal.origin:  # of what git brings, secrets are masked already
            texts = (proposal.title, proposal.rationale, *(part.after for part in delta))
            await refuse_secrets(self.connection, self.project, *texts)
        digest = await asyncio.to_thread(delta_digest, delta)
        proposal = replace(proposal, standing=replace(proposal.standing, digest=digest))
        await self.store.add(proposal)
        await self.store.add_delta(proposal, delta, proposal.author.id, self.at, "open")
        await self.store.set_touches(proposal.id, await asyncio.to_thread(touches, delta))
        self.say("open", proposal, specs=[str(part.spec) for part in delta], verdict=judgement.verdict.word)
        return await self.rebased(proposal)

    async def alone(self, proposal: Proposal) -> bool:
        """Say whether the author is an admin and nobody else could decide: then it lands, and is called unreviewed."""
        return state.tally(proposal.standing, await self.people()).unreviewed

    async def open_rest(self, proposal: Proposal, left: Delta) -> UUID | None:
        """Open what was left out of a proposal as another one of its author's; it waits for a person."""
        if not left:
            return None
        source = Source(author_of(proposal), proposal.origin, provenance=proposal.provenance)
        title = f"{proposal.title} (the rest)"[:MAX_TITLE]
        made = await self.open(title, proposal.rationale, left, source, wait=True)
        return made.proposal.id

    async def rebased(self, before: Proposal) -> Proposal:
        """Bring a pending, locked proposal onto today's specs; these are locked from here on."""
        delta = await self.store.delta(before.id, before.number)
        return await self._onto(before, delta, delta, "rebase")

    async def changed(self, before: Proposal, delta: Delta, action: str = "revise") -> Proposal:
        """Give a proposal another delta, brought onto today's specs."""
        writing.refuse(check_delta(delta))
        return await self._onto(before, None, delta, action)

    async def _onto(self, before: Proposal, old: Delta | None, delta: Delta, action: str) -> Proposal:
        """Put a delta on today's specs and write what comes of it. `old` is the one kept already, if it is the same."""
        found, _ = await bring(LibraryStore(self.connection, self.project), delta)
        if not found.clean:
            if old is not None and before.conflicts == found.conflicts:
                return before
            standing = raise_for(state.conflicted(before.standing))
            turn = Turn(Why.CONFLICT, self.at)
            now = replace(before, standing=standing, conflicts=found.conflicts, author_turn=turn)
            if old is None:
                now = await self._keep(now, delta, action)
            return await self.step(before, now, "conflict" if old is not None else action, state=now.state.value)
        if not found.delta:
            standing = replace(raise_for(state.conflicted(before.standing)), state=ProposalState.SUPERSEDED)
            now = replace(before, standing=standing, conflicts=None, outcome=Outcome(self.at, reason=_SAID))
            return await self.step(before, now, "void", reason=_SAID)
        if old is not None and found.delta == old and before.state is ProposalState.OPEN:
            return before
        digest = await asyncio.to_thread(delta_digest, found.delta)
        standing = raise_for(state.rebased(before.standing, digest))
        asked = before.author_turn if old is not None else None
        asked = None if asked is not None and asked.why is Why.CONFLICT else asked
        now = replace(before, standing=standing, conflicts=None, author_turn=asked)
        if digest != before.digest or before.state is not ProposalState.OPEN:
            judgement = await self.judge(now, found.delta)
            if action == "revise":
                judgement.refuse()
            now = replace(
                now,
                standing=replace(standing, needs=judgement.needs),
                ruling=judgement.ruling,
                asked_at=self.at,
            )
        now = await self._keep(now, found.delta, action)
        back = state.put_back(before.standing, now.standing)
        return await self.step(before, now, action, was=before.digest, put_back=[str(one) for one in sorted(back)])

    async def _keep(self, now: Proposal, delta: Delta, why: str) -> Proposal:
        """Keep a delta as the one that counts."""
        digest = await asyncio.to_thread(delta_digest, delta)
        now = replace(
            now,
            number=now.number + 1,
            standing=replace(now.standing, digest=digest),
            specs=tuple(part.spec for part in delta),
        )
        await self.store.add_delta(now, delta, self.principal.actor.id, self.at, why)
        await self.store.set_touches(now.id, await asyncio.to_thread(touches, delta))
        return now

    async def commits_waiting(self, part: SpecDelta) -> tuple[Proposal, ...]:
        """Give the pending proposals, locked, that commits brought for a spec, or for one to be created at its path."""
        key = path_key(part.to_path)
        found = []
        for ident in await self.store.pending_commits():
            proposal = await self.locked(ident)
            delta = await self.store.delta(ident, proposal.number)
            near = any(one.spec == part.spec or path_key(one.to_path) == key for one in delta)
            if near and proposal.state in PENDING:
                found.append(proposal)
        return tuple(found)

    async def superseded(self, before: Proposal, by: UUID | None, why: str = "") -> Proposal:
        """Put another proposal in the place of one that is part of it; without one, it is over, and `why` says why."""
        standing = replace(raise_for(state.conflicted(before.standing)), state=ProposalState.SUPERSEDED)
        told = why or ("A later commit holds it." if by is not None else "A later commit took it back.")
        outcome = Outcome(self.at, reason=told, superseded_by=by)
        return await self.step(before, replace(before, standing=standing, outcome=outcome), "supersede")

    async def approved(self, before: Proposal, review: Review) -> Landed:
        """Count an approval, and make the proposal the truth if it was the last one needed."""
        step = state.approve(before.standing, self.principal.actor, await self.role(), review.digest, self.at)
        standing = raise_for(step)
        vote = Vote(self.principal.actor.id, review.digest, self.at)
        await self.store.add_vote(before.id, review.id, vote)
        count = state.tally(standing, await self.people())
        now = replace(before, standing=standing, author_turn=None)
        now = await self.step(before, now, "approve", review=str(review.id), approvals=len(count.approved))
        return await self.accepted(now) if count.enough else Landed(now)

    async def accepted(self, before: Proposal) -> Landed:
        """Make a proposal the truth that stands on today's specs and is approved. Policies are asked again."""
        delta = await self.store.delta(before.id, before.number)
        judgement = await self.judge(before, delta)
        judgement.refuse()
        needs = judgement.needs if judgement.verdict is Verdict.REVIEW else before.standing.needs
        judged = replace(before, standing=replace(before.standing, needs=needs), ruling=judgement.ruling)
        people = await self.people()
        step = state.accept(judged.standing, people)
        if step.problem is not None and needs != before.standing.needs and before.state is ProposalState.OPEN:
            return Landed(await self.step(before, judged, "judge", needs=[one.told for one in needs]))
        standing = raise_for(step)
        count = state.tally(judged.standing, people)
        return await self._land(judged, standing, by=self.principal.actor, count=count)

    async def _land(
        self, before: Proposal, standing: Standing, *, by: Actor | None, count: state.Tally | None = None
    ) -> Landed:
        delta = await self.store.delta(before.id, before.number)
        unreviewed = bool(count and count.unreviewed)
        outcome = Outcome(self.at, by, unreviewed=unreviewed)
        approvals = sorted(str(one) for one in count.approved) if count else []
        now = replace(before, standing=standing, outcome=outcome, author_turn=None)
        if by is not None:
            await self._turned_out(now, good=True)
        now = await self.step(before, now, "accept", approvals=[*approvals], unreviewed=unreviewed)
        ground = Ground(self.connection, self.at, self.on_change, self.said)
        return Landed(now, await land(ground, self.principal, now, delta))

    async def declined(self, before: Proposal, reason: str) -> Proposal:
        """End a proposal without effect."""
        actor = self.principal.actor
        standing = raise_for(state.decline(before.standing, actor, await self.role(), before.digest, reason))
        outcome = Outcome(self.at, actor, reason)
        turn = Turn(Why.DECLINED, self.at)
        now = replace(before, standing=standing, outcome=outcome, author_turn=turn)
        await self._turned_out(now, good=False)
        return await self.step(before, now, "decline", reason=reason)

    async def _turned_out(self, proposal: Proposal, *, good: bool) -> None:
        """Let the policies know how a person decided: who fails again and again is stopped."""
        event, author = Event.PROPOSAL, proposal.author
        await turned_out(self.connection, self.project, author, event, proposal.id, good=good, at=self.at)

    async def commented(self, before: Proposal) -> Proposal:
        """Pass the turn: to the author by anyone's comment, from the author by their own."""
        mine = self.principal.actor.id in before.standing.authors
        turn = before.author_turn
        if not mine and turn is None and before.state in PENDING:
            turn = Turn(Why.ANSWER, self.at)
        elif mine and turn is not None and turn.why is not Why.CONFLICT:
            turn = None
        return await self.step(before, replace(before, author_turn=turn), "comment")

    async def resolve(self, proposal: UUID, comment: UUID, *, resolved: bool) -> None:
        """Settle a comment, or take that back."""
        found = await self.reviews.comment(proposal, comment)
        if found is None:
            raise MissingError("There is no such comment.", "Read the proposal for its comments.")
        if self.principal.actor.kind is not ActorKind.HUMAN and found.author.kind is ActorKind.HUMAN:
            raise DeniedError(
                "What a person asks, an agent does not settle.",
                "Answer the comment with a reply; whoever wrote it, or another person, settles it.",
            )
        if resolved is (found.resolved_at is not None):
            return
        by = self.principal.actor.id
        await self.reviews.set_resolved(comment, self.at if resolved else None, by if resolved else None)
        action = "proposal.resolve" if resolved else "proposal.unresolve"
        self.said.append(Said(self.principal, action, proposal, {"comment": str(comment)}))


def raise_for(step: Step) -> Standing:
    """Give the standing after a step, or raise why it cannot be taken."""
    if step.problem is None:
        return step.standing
    family = _FAMILIES.get(step.problem.code, ConflictError)
    raise family(step.problem.message, step.problem.hint)


def people_of(members: Iterable[Member]) -> Mapping[UUID, Role]:
    """Give the people among members who can act, with their roles."""
    able = (one for one in members if not one.disabled and one.actor.kind is ActorKind.HUMAN)
    return {member.actor.id: member.role for member in able}


def no_proposal() -> MissingError:
    """Make the error for a proposal that is not there."""
    return MissingError("There is no such proposal.", "List the proposals of the project for their ids.")


def must_be_person(principal: Principal) -> None:
    """Raise `DeniedError` for a credential that is not a person's."""
    if principal.actor.kind is not ActorKind.HUMAN:
        raise DeniedError("This needs a person.", "Agents propose, people decide: ask one with the role.")
