"""Takes back what a person decided on a proposal, as long as nothing came of it: an approval, or a decline.

What landed is not taken back but changed again: a spec's history has every text it ever had.
"""

import asyncio
from dataclasses import replace

from specs.errors import ConflictError
from specs.proposals import state
from specs.proposals.overlap import touches
from specs.proposals.proposal import Proposal
from specs.proposals.state import ProposalState
from specs.rules.registry import Event
from specs.service.proposals.proposing import Work, must_be_person, raise_for
from specs.store.policies import PolicyStore


async def take_back(work: Work, before: Proposal) -> Proposal:
    """Undo the caller's own approval or decline of a locked proposal; what else was said of it stays."""
    must_be_person(work.principal)
    if before.state is ProposalState.ACCEPTED:
        hint = "Restore the revision before it from the spec's history: that is a change like any other."
        raise ConflictError("The proposal is the truth already, and that is not taken back.", hint)
    actor = work.principal.actor
    if before.state is not ProposalState.DECLINED:
        standing = raise_for(state.unapprove(before.standing, actor))
        return await work.step(before, replace(before, standing=standing), "unapprove")
    decider = before.outcome.by.id if before.outcome is not None and before.outcome.by is not None else None
    standing = raise_for(state.undecline(before.standing, actor, decider))
    now = await work.step(before, replace(before, standing=standing, outcome=None, author_turn=None), "undecline")
    await PolicyStore(work.connection, work.project).drop_outcome(before.author.id, Event.PROPOSAL, str(before.id))
    return await reawakened(work, now)


async def reawakened(work: Work, proposal: Proposal) -> Proposal:
    """Have a proposal that ended meet others again, and bring it onto today's specs."""
    delta = await work.store.delta(proposal.id, proposal.number)
    await work.store.set_touches(proposal.id, await asyncio.to_thread(touches, delta))
    return await work.rebased(proposal)
