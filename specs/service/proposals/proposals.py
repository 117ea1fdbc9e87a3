"""Proposals: open, read, review, change, rebase, withdraw, supersede, reopen; each step one transaction.

A decision is made on the specs as they are: the proposal is brought onto their heads first, under locks, and where
that changes the delta the decider is told and nothing is decided. Knows no HTTP.
"""

from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from uuid import UUID

from specs.access import Principal, Role, Scope
from specs.errors import ConflictError, UserError
from specs.proposals import state
from specs.proposals.delta import Delta
from specs.proposals.draft import Draft, Rest, ReviewDraft
from specs.proposals.mending import Answer, kept, mended
from specs.proposals.pieces import remaining
from specs.proposals.proposal import Landed, Outcome, Proposal
from specs.proposals.state import PENDING, ProposalState, Standing, Step, Verdict, decidable
from specs.service import writing
from specs.service.hygiene import refuse_secrets
from specs.service.proposals.drafting import check_draft, delta_of, same_specs
from specs.service.proposals.judging import RefusedError
from specs.service.proposals.proposing import Work, must_be_person, no_proposal, raise_for
from specs.service.proposals.reading import ProposalReading
from specs.service.proposals.reviewing import check_review, narrow, write_review
from specs.service.proposals.takingback import reawakened, take_back
from specs.store.connection import Clock, Connection, IdSource, SpecHook, Transactions, no_hook
from specs.store.library import LibraryStore
from specs.store.proposals import ProposalStore

_Decide = Callable[[Standing, Role | None], Step]


class Proposals(ProposalReading):
    """All use cases of proposals. `on_change` hears of every head that moves, as with the library."""

    def __init__(self, database: Transactions, clock: Clock, new_id: IdSource, on_change: SpecHook = no_hook) -> None:
        super().__init__(database)
        self._clock = clock
        self._new_id = new_id
        self._on_change = on_change

    @asynccontextmanager
    async def _working(self, principal: Principal, project: UUID) -> AsyncIterator[Work]:
        """Open the transaction of one step; the audit log is told at its end.

        What a policy denies is raised after the commit: that it was denied is kept, and votes on it are too.
        """
        refused: RefusedError | None = None
        async with self._database.transaction() as connection:
            work = Work(connection, principal, project, self._clock(), self._new_id, self._on_change)
            try:
                yield work
            except RefusedError as error:
                refused = error
            await work.tell()
        if refused is not None:
            raise refused

    async def propose(self, principal: Principal, project: UUID, draft: Draft) -> Landed:
        """Open a proposal. Where policy lets it through it is accepted at once, unless it is to wait for a person.

        Raises `DeniedError` where a policy denies it, `UserError` for what cannot be proposed.
        """
        principal.require(project, Role.EDITOR, Scope.WRITE)
        check_draft(draft)
        async with self._working(principal, project) as work:
            delta = await delta_of(LibraryStore(work.connection, project), draft.changes, self._new_id)
            return await work.open(draft.title.strip(), draft.rationale, delta, wait=draft.wait)

    async def review(self, principal: Principal, project: UUID, proposal: UUID, draft: ReviewDraft) -> Landed:
        """Post a review: comments, words, and perhaps a verdict, at once. The last approval needed makes it the truth.

        A verdict is of people with the role that policy asks for, never of the author. Raises `ConflictError` where
        the delta is not the one that was read.
        """
        principal.require(project, Role.EDITOR, Scope.WRITE)
        check_review(draft)
        moved: Proposal | None = None
        async with self._working(principal, project) as work:
            before = await work.locked(proposal)
            if draft.verdict is Verdict.COMMENT:
                await write_review(work, before, draft)
                return Landed(await work.commented(before))
            raise_for(decidable(before.standing, principal.actor, await work.role()))
            if draft.verdict is Verdict.DECLINE and before.digest == draft.digest:
                review = await write_review(work, before, draft)
                return Landed(await work.declined(before, review.body))
            moved = await work.rebased(before) if draft.verdict is Verdict.APPROVE else before
            if moved.digest == draft.digest and moved.state is ProposalState.OPEN:
                return await self._approve(work, moved, draft)
        raise _moved(moved)

    @staticmethod
    async def _approve(work: Work, proposal: Proposal, draft: ReviewDraft) -> Landed:
        whole: Delta = ()
        left: Delta = ()
        if draft.hunks is not None:
            proposal, whole, left = await narrow(work, proposal, draft)
        review = await write_review(work, proposal, draft)
        landed = await work.approved(proposal, review)
        if not left or draft.rest is Rest.DECLINE:
            return landed
        if landed.specs:
            chosen = await work.store.delta(proposal.id, landed.proposal.number)
            left = remaining(chosen, whole, {spec.id: spec.head for spec in landed.specs})
        return replace(landed, rest=await work.open_rest(proposal, left))

    async def accept(self, principal: Principal, project: UUID, proposal: UUID) -> Landed:
        """Make a proposal the truth that has its approvals already, for example since fewer are wanted now."""
        principal.require(project, Role.EDITOR, Scope.WRITE)
        moved: Proposal | None = None
        async with self._working(principal, project) as work:
            before = await work.locked(proposal)
            must_be_person(principal)
            current = await work.rebased(before)
            if current.digest == before.digest and current.state is before.state:
                return await work.accepted(current)
            moved = current
        raise _moved(moved)

    async def revise(self, principal: Principal, project: UUID, proposal: UUID, digest: str, draft: Draft) -> Proposal:
        """Give one's proposal another delta (and title and rationale). Approvals of the former one are void."""
        principal.require(project, Role.EDITOR, Scope.WRITE)
        check_draft(draft)
        async with self._working(principal, project) as work:
            before = await work.locked(proposal)
            raise_for(state.revised(before.standing, principal.actor, before.digest))
            if before.digest != digest:
                raise _moved(before)
            delta = await delta_of(LibraryStore(work.connection, project), draft.changes, self._new_id)
            await refuse_secrets(work.connection, project, draft.title, draft.rationale, *(p.after for p in delta))
            delta = same_specs(await work.store.delta(proposal, before.number), delta)
            titled = replace(before, title=draft.title.strip(), rationale=draft.rationale)
            return await work.changed(titled, delta)

    async def mend(
        self, principal: Principal, project: UUID, proposal: UUID, digest: str, answers: Mapping[UUID, Answer]
    ) -> Proposal:
        """Give one's proposal that no longer fits the delta that comes of an answer for each spec that it is about.

        Raises `UserError` where an answer lacks or does not fit the specs as they are by now, and nothing is changed.
        """
        found = await self.get(principal, project, proposal)
        delta, parts = await self.broken(principal, project, proposal)
        asked, at = {one.part.spec: one for one in parts}, self._clock()
        changes = []
        for part in delta:
            one = asked.get(part.spec)
            if one is None:
                changes.append(kept(part))
                continue
            if part.spec not in answers:
                raise UserError(f"{part.path} is not decided.", "Say how it is to be mended, or leave it out.")
            change = mended(one, answers[part.spec], principal.actor, at)
            changes += [] if change is None else [change]
        if not changes:
            raise UserError("Nothing would be left of the proposal.", "Withdraw it, or keep one of its specs.")
        draft = Draft(found.proposal.title, tuple(changes), found.proposal.rationale)
        return await self.revise(principal, project, proposal, digest, draft)

    async def rebase(self, principal: Principal, project: UUID, proposal: UUID) -> Proposal:
        """Bring a proposal onto the specs as they are. Where they do not go together it waits for its author."""
        principal.require(project, Role.EDITOR, Scope.WRITE)
        async with self._working(principal, project) as work:
            before = await work.locked(proposal)
            if before.state not in PENDING:
                raise_for(state.rebased(before.standing, before.digest))
            return await work.rebased(before)

    async def rebase_all(self, principal: Principal, project: UUID, spec: UUID) -> tuple[UUID, ...]:
        """Bring every pending proposal onto a spec that changed; give their ids. Each is a transaction of its own."""
        principal.require(project, Role.EDITOR, Scope.WRITE)
        async with self._database.read() as connection:
            found = await ProposalStore(connection, project).pending_on(spec)
        for proposal in found:
            async with self._working(principal, project) as work:
                before = await work.locked(proposal)
                if before.state in PENDING:
                    await work.rebased(before)
        return found

    async def withdraw(self, principal: Principal, project: UUID, proposal: UUID, reason: str = "") -> Proposal:
        """Take one's own proposal back."""
        return await self._end(
            principal, project, proposal, lambda standing, _: state.withdraw(standing, principal.actor), reason=reason
        )

    async def supersede(
        self, principal: Principal, project: UUID, proposal: UUID, by: UUID, reason: str = ""
    ) -> Proposal:
        """Put another proposal in the place of one: by its author, or by who may decide."""
        return await self._end(
            principal,
            project,
            proposal,
            lambda standing, role: state.supersede(standing, principal.actor, role),
            reason=reason,
            by=by,
        )

    async def _end(  # noqa: PLR0913 (who ends which proposal how, why, and in favour of which)
        self,
        principal: Principal,
        project: UUID,
        proposal: UUID,
        decide: _Decide,
        *,
        reason: str,
        by: UUID | None = None,
    ) -> Proposal:
        principal.require(project, Role.EDITOR, Scope.WRITE)
        writing.check_words(reason)
        async with self._working(principal, project) as work:
            before = await work.locked(proposal)
            if by is not None and (by == proposal or await work.store.find(by) is None):
                raise no_proposal()
            await refuse_secrets(work.connection, project, reason)
            standing = raise_for(decide(before.standing, await work.role()))
            outcome = Outcome(work.at, principal.actor, reason, superseded_by=by)
            return await work.step(before, replace(before, standing=standing, outcome=outcome), standing.state.value)

    async def reopen(self, principal: Principal, project: UUID, proposal: UUID) -> Proposal:
        """Take up again what ended without effect, on the specs as they are now. No earlier vote counts."""
        principal.require(project, Role.EDITOR, Scope.WRITE)
        async with self._working(principal, project) as work:
            before = await work.locked(proposal)
            standing = raise_for(state.reopen(before.standing, principal.actor, await work.role()))
            opened = replace(before, standing=standing, outcome=None, author_turn=None, asked_at=work.at)
            return await reawakened(work, await work.step(before, opened, "reopen"))

    async def take_back(self, principal: Principal, project: UUID, proposal: UUID) -> Proposal:
        """Take back one's own approval, or one's own decline, as long as nothing came of it.

        Raises `ConflictError` for what landed, and where there is nothing of the caller's to take back.
        """
        principal.require(project, Role.EDITOR, Scope.WRITE)
        async with self._working(principal, project) as work:
            return await take_back(work, await work.locked(proposal))

    async def resolve(
        self, principal: Principal, project: UUID, proposal: UUID, comment: UUID, *, resolved: bool
    ) -> None:
        """Say that a comment is settled, or that it is not."""
        principal.require(project, Role.EDITOR, Scope.WRITE)
        async with self._working(principal, project) as work:
            await work.locked(proposal)
            await work.resolve(proposal, comment, resolved=resolved)


async def waited_for(connection: Connection, project: UUID, specs: Collection[UUID]) -> tuple[UUID, ...]:
    """Give those of some specs that proposals would change which wait for a decision."""
    return await ProposalStore(connection, project).waited_for(specs)


def _moved(now: Proposal | None) -> ConflictError:
    """Make the error for a decision on a delta that is not the one there is."""
    details: dict[str, object] = {}
    if now is not None:
        details = {"proposal": str(now.id), "state": now.state.value, "digest": now.digest}
    if now is not None and now.state is ProposalState.CONFLICTED:
        message = "The specs moved, and the proposal does not go together with them any more."
        return ConflictError(message, "Its author was told; decide when it is open again.", details=details)
    message = "The proposal is not what you read: its delta or its state changed."
    return ConflictError(message, "Read it again, and decide on what it says now.", details=details)
