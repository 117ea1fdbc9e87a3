"""Queries of which proposals somebody waits for: written, had written or approved by them, and not decided yet."""

from uuid import UUID

from sqlalchemy import exists, or_, select

from specs.proposals.proposal import Proposal
from specs.proposals.state import PENDING
from specs.store.connection import Connection
from specs.store.proposals import ProposalStore
from specs.tables.proposals import proposal_votes, proposals


async def concerning(connection: Connection, project: UUID, actor: UUID, limit: int) -> tuple[Proposal, ...]:
    """Give the pending proposals that somebody wrote, had written or approved, of the newest so many."""
    voted = exists().where(
        proposal_votes.c.proposal_id == proposals.c.id, proposal_votes.c.voter_id == actor, ~proposal_votes.c.void
    )
    theirs = or_(proposals.c.author_id == actor, proposals.c.on_behalf_of == actor, voted)
    query = select(proposals.c.id).where(proposals.c.project_id == project, proposals.c.state.in_(PENDING), theirs)
    found = (await connection.execute(query.order_by(proposals.c.seq.desc()).limit(limit))).scalars()
    return await ProposalStore(connection, project).many(list(found))
