"""Reads proposals: lists with whose turn it is, one with its texts, votes, comments and the others it meets."""

import asyncio
from dataclasses import replace
from uuid import UUID

from specs.access import Principal, Role, Scope
from specs.library import Page
from specs.proposals.comments import Comment, Side, follow
from specs.proposals.delta import Delta
from specs.proposals.mending import Broken, broken
from specs.proposals.overlap import overlaps
from specs.proposals.proposal import Meeting, PlacedComment, Proposal, ProposalDetail, turn_of
from specs.proposals.state import ProposalState, tally
from specs.service.paging import decode_number, encode_cursor, limited
from specs.service.proposals.drafting import taken_by
from specs.service.proposals.proposing import no_proposal, people_of
from specs.store.connection import Connection, Transactions
from specs.store.library import LibraryStore
from specs.store.people import ActorStore
from specs.store.proposals import Filters, ProposalStore
from specs.store.reviews import ReviewStore


class ProposalReading:
    """Use cases that change nothing."""

    def __init__(self, database: Transactions) -> None:
        self._database = database

    async def list(  # noqa: PLR0913 (each a filter of the list)
        self,
        principal: Principal,
        project: UUID,
        *,
        states: frozenset[ProposalState] = frozenset(),
        author: UUID | None = None,
        spec: UUID | None = None,
        mine: bool = False,
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page[Proposal]:
        """Give proposals, newest first, each with the caller's turn; with `mine` only those where it is their move."""
        principal.require(project, Role.READER, Scope.READ)
        before = None if cursor is None else decode_number(cursor)
        count = limited(limit)
        role = principal.role_in(project)
        filters = Filters(states, author, spec, (principal.actor, role) if mine else None)
        async with self._database.read() as connection:
            rows = await ProposalStore(connection, project).page(filters, before=before, limit=count + 1)
        items = tuple(replace(found, turn=turn_of(found, principal.actor, role)) for _, found in rows[:count])
        return Page(items, encode_cursor(str(rows[count - 1][0])) if len(rows) > count else None)

    async def get(self, principal: Principal, project: UUID, proposal: UUID) -> ProposalDetail:
        """Give a proposal with all that deciding on it takes."""
        principal.require(project, Role.READER, Scope.READ)
        async with self._database.read() as connection:
            store = ProposalStore(connection, project)
            found = await store.find(proposal)
            if found is None:
                raise no_proposal()
            delta = await store.delta(proposal, found.number)
            people = people_of(await ActorStore(connection).members(project))
            reviews = ReviewStore(connection, project)
            comments = await reviews.comments(proposal)
            numbers = {comment.number for comment in comments if comment.spec is not None} - {found.number}
            former = {number: await store.delta(proposal, number) for number in sorted(numbers)}
            return ProposalDetail(
                proposal=replace(found, turn=turn_of(found, principal.actor, principal.role_in(project))),
                delta=delta,
                tally=tally(found.standing, people),
                reviews=await reviews.reviews(proposal),
                comments=await asyncio.to_thread(_placed, comments, former | {found.number: delta}, delta),
                meetings=await _meetings(connection, found),
            )

    async def broken(self, principal: Principal, project: UUID, proposal: UUID) -> tuple[Delta, tuple[Broken, ...]]:
        """Give a proposal's delta, and those of its parts that do not go together with the specs as they are now."""
        principal.require(project, Role.READER, Scope.READ)
        async with self._database.read() as connection:
            store, library = ProposalStore(connection, project), LibraryStore(connection, project)
            found = await store.find(proposal)
            if found is None:
                raise no_proposal()
            delta = await store.delta(proposal, found.number)
            heads = {head.spec.id: head for head in await library.heads([part.spec for part in delta])}
            taken = await taken_by(library, delta)
        return delta, await asyncio.to_thread(broken, delta, heads, taken)


async def _meetings(connection: Connection, proposal: Proposal) -> tuple[Meeting, ...]:
    store = ProposalStore(connection, proposal.project)
    mine = await store.touches(proposal.id)
    met = {other: overlaps(mine, theirs) for other, theirs in (await store.touching(mine, proposal.id)).items()}
    others = await store.many([other for other, where in met.items() if where])
    return tuple(Meeting(other.id, other.title, other.author, met[other.id]) for other in others)


def _placed(comments: tuple[Comment, ...], deltas: dict[int, Delta], now: Delta) -> tuple[PlacedComment, ...]:
    return tuple(PlacedComment(comment, _line(comment, deltas.get(comment.number, ()), now)) for comment in comments)


def _line(comment: Comment, then: Delta, now: Delta) -> int | None:
    """Give the line that a comment stands on in the delta of today."""
    if comment.line is None:
        return None
    old, new = _text(then, comment), _text(now, comment)
    return None if old is None or new is None else follow(comment.line, old, new)


def _text(delta: Delta, comment: Comment) -> str | None:
    part = next((part for part in delta if part.spec == comment.spec), None)
    if part is None:
        return None
    return part.before if comment.side is Side.BEFORE else part.after
