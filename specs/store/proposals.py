"""Queries of proposals: how they stand, their deltas, what they touch, votes, reviews. All scoped by their project."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Select, and_, any_, bindparam, case, delete, exists, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.sql import ColumnElement

from specs.access import Role
from specs.proposals.delta import Delta, Operation, SpecDelta
from specs.proposals.overlap import Closeness, Touch
from specs.proposals.proposal import Outcome, Proposal, Turn, Why
from specs.proposals.state import PENDING, ProposalState, Standing, Vote
from specs.revision import Actor, ActorKind, Provenance, text_digest
from specs.rules.actions import Reviewers
from specs.store.connection import Connection
from specs.tables.base import Id
from specs.tables.library import texts
from specs.tables.people import actors
from specs.tables.proposals import (
    proposal_deltas,
    proposal_parts,
    proposal_touches,
    proposal_votes,
    proposals,
)

_DECIDER = actors.alias("decider")
_PROPOSAL = (
    select(
        proposals,
        actors.c.name.label("author_name"),
        actors.c.kind.label("author_kind"),
        _DECIDER.c.name.label("decider_name"),
        _DECIDER.c.kind.label("decider_kind"),
    )
    .join(actors, actors.c.id == proposals.c.author_id)
    .join(_DECIDER, _DECIDER.c.id == proposals.c.decided_by, isouter=True)
)

# Which of some specs proposals would change that wait for a decision: every write asks it.
WAITED_FOR = (
    select(proposal_parts.c.spec_id)
    .distinct()
    .join(
        proposals,
        and_(proposals.c.id == proposal_parts.c.proposal_id, proposals.c.number == proposal_parts.c.number),
    )
    .where(
        proposal_parts.c.spec_id == any_(bindparam("specs", type_=ARRAY(Id))),
        proposals.c.project_id == bindparam("project", type_=Id),
        proposals.c.state.in_(PENDING),
    )
)


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of proposals is narrowed to. `turn_of` keeps those where it is that member's move."""

    states: frozenset[ProposalState] = frozenset()
    author: UUID | None = None
    spec: UUID | None = None
    turn_of: tuple[Actor, Role | None] | None = None


class ProposalStore:
    """The proposals of one project on one connection."""

    def __init__(self, connection: Connection, project: UUID) -> None:
        self._connection = connection
        self._project = project

    async def add(self, proposal: Proposal) -> None:
        """Add a proposal, without its delta."""
        fixed = {
            "id": proposal.id,
            "project_id": self._project,
            "author_id": proposal.author.id,
            "origin": proposal.origin,
            "provenance": proposal.provenance,
            "task_id": proposal.task,
            "on_behalf_of": proposal.on_behalf_of,
            "credential_id": proposal.credential,
            "created_at": proposal.created_at,
        }
        await self._connection.execute(insert(proposals).values(**fixed, **_changing(proposal)))

    async def put(self, before: Proposal, now: Proposal) -> None:
        """Write what a step made of a proposal that is locked: its row, and which votes are void."""
        where = (proposals.c.project_id == self._project) & (proposals.c.id == now.id)
        await self._connection.execute(update(proposals).where(where).values(_changing(now)))
        live = {vote.voter for vote in before.standing.votes if not vote.void}
        gone = [vote.voter for vote in now.standing.votes if vote.void and vote.voter in live]
        if gone:
            votes = (proposal_votes.c.proposal_id == now.id) & proposal_votes.c.voter_id.in_(gone)
            await self._connection.execute(update(proposal_votes).where(votes).values(void=True))
        if now.state not in PENDING:
            await self._connection.execute(delete(proposal_touches).where(proposal_touches.c.proposal_id == now.id))

    async def add_vote(self, proposal: UUID, review: UUID, vote: Vote) -> None:
        """Add an approval; an earlier one of the same voter counts no more."""
        mine = (proposal_votes.c.proposal_id == proposal) & (proposal_votes.c.voter_id == vote.voter)
        await self._connection.execute(update(proposal_votes).where(mine).values(void=True))
        row = {"review_id": review, "proposal_id": proposal, "voter_id": vote.voter, "digest": vote.digest}
        await self._connection.execute(insert(proposal_votes).values(**row, at=vote.at, void=vote.void))

    async def add_delta(self, proposal: Proposal, delta: Delta, actor: UUID, at: datetime, why: str) -> None:
        """Keep a delta under the proposal's number, with its texts, each once."""
        bodies = {text_digest(text): text for part in delta for text in (part.before, part.after)}
        rows = [{"digest": digest, "body": body} for digest, body in sorted(bodies.items())]
        await self._connection.execute(upsert(texts).on_conflict_do_nothing(index_elements=["digest"]), rows)
        head = {"proposal_id": proposal.id, "number": proposal.number}
        made = insert(proposal_deltas).values(**head, digest=proposal.digest, actor_id=actor, at=at, why=why)
        await self._connection.execute(made)
        parts = [
            {
                **head,
                "position": position,
                "spec_id": part.spec,
                "operation": part.operation,
                "base": part.base,
                "path": part.path,
                "to_path": part.to_path,
                "before_digest": text_digest(part.before),
                "after_digest": text_digest(part.after),
            }
            for position, part in enumerate(delta)
        ]
        await self._connection.execute(insert(proposal_parts), parts)

    async def set_touches(self, proposal: UUID, found: Iterable[Touch]) -> None:
        """Say what a proposal touches now."""
        await self._connection.execute(delete(proposal_touches).where(proposal_touches.c.proposal_id == proposal))
        rows = [
            {
                "proposal_id": proposal,
                "project_id": self._project,
                "closeness": touch.closeness,
                "spec_id": touch.spec,
                "key": touch.key,
                "anchor": touch.anchor,
            }
            for touch in found
        ]
        if rows:
            await self._connection.execute(insert(proposal_touches), rows)

    async def touches(self, proposal: UUID) -> frozenset[Touch]:
        """Give what a proposal touches; nothing once it ended."""
        query = select(proposal_touches).where(
            proposal_touches.c.project_id == self._project, proposal_touches.c.proposal_id == proposal
        )
        return frozenset(_touch(row) for row in (await self._connection.execute(query)).mappings())

    async def touching(self, mine: Collection[Touch], but: UUID) -> dict[UUID, frozenset[Touch]]:
        """Give what other pending proposals touch in the same specs, or of the same paths."""
        specs = {touch.spec for touch in mine if touch.spec is not None}
        paths = {touch.key for touch in mine if touch.closeness is Closeness.PATH}
        if not mine:
            return {}
        near = or_(
            proposal_touches.c.spec_id.in_(specs),
            and_(proposal_touches.c.closeness == Closeness.PATH, proposal_touches.c.key.in_(paths)),
        )
        query = select(proposal_touches).where(
            proposal_touches.c.project_id == self._project, proposal_touches.c.proposal_id != but, near
        )
        found: dict[UUID, set[Touch]] = {}
        for row in (await self._connection.execute(query)).mappings():
            found.setdefault(row["proposal_id"], set()).add(_touch(row))
        return {proposal: frozenset(touched) for proposal, touched in found.items()}

    async def find(self, proposal: UUID, *, lock: bool = False) -> Proposal | None:
        """Give a proposal; `lock` makes other steps of it wait for the end of the transaction."""
        query = _PROPOSAL.where(proposals.c.project_id == self._project, proposals.c.id == proposal)
        if lock:
            # Alone: a row that changed while we waited is read anew, but what is joined to it is not.
            mine = (proposals.c.project_id == self._project) & (proposals.c.id == proposal)
            await self._connection.execute(select(proposals.c.id).where(mine).with_for_update())
        return next(iter(await self._proposals(query)), None)

    async def many(self, ids: Collection[UUID]) -> tuple[Proposal, ...]:
        """Give some proposals by their ids, in the order they came."""
        query = _PROPOSAL.where(proposals.c.project_id == self._project, proposals.c.id.in_(ids))
        return await self._proposals(query.order_by(proposals.c.seq))

    async def from_origin(self, origin: str) -> tuple[Proposal, ...]:
        """Give the proposals that a commit brought."""
        query = _PROPOSAL.where(proposals.c.project_id == self._project, proposals.c.origin == origin)
        return await self._proposals(query.order_by(proposals.c.seq))

    async def page(self, filters: Filters, *, before: int | None, limit: int) -> tuple[tuple[int, Proposal], ...]:
        """Give proposals with their sequence numbers, newest first, from before a number on."""
        query = _PROPOSAL.where(proposals.c.project_id == self._project)
        query = query.order_by(proposals.c.seq.desc()).limit(limit)
        if before is not None:
            query = query.where(proposals.c.seq < before)
        if filters.states:
            query = query.where(proposals.c.state.in_(filters.states))
        if filters.author is not None:
            query = query.where(proposals.c.author_id == filters.author)
        if filters.spec is not None:
            query = query.where(_has_part(proposal_parts.c.spec_id == filters.spec))
        if filters.turn_of is not None:
            query = query.where(_turn_of(*filters.turn_of))
        rows = (await self._connection.execute(query)).mappings().all()
        numbers = {row["id"]: row["seq"] for row in rows}
        return tuple((numbers[found.id], found) for found in await self._filled(rows))

    async def pending_on(self, spec: UUID) -> tuple[UUID, ...]:
        """Give the proposals that wait for a decision and would change a spec, in the order they came."""
        query = _waiting_on(self._project, spec).order_by(proposals.c.seq)
        return tuple((await self._connection.execute(query)).scalars())

    async def waited_for(self, specs: Collection[UUID]) -> tuple[UUID, ...]:
        """Give those of some specs that proposals would change which wait for a decision."""
        given = {"project": self._project, "specs": list(specs)}
        return tuple((await self._connection.execute(WAITED_FOR, given)).scalars())

    async def pending_on_any(self, specs: Collection[UUID], most: int) -> tuple[Proposal, ...]:
        """Give the proposals that wait and would change one of these specs or create one, the newest first."""
        part = proposal_parts.c.spec_id.in_(list(specs)) | (proposal_parts.c.operation == Operation.CREATE.value)
        pending = proposals.c.state.in_(PENDING)
        query = _PROPOSAL.where(proposals.c.project_id == self._project, pending, _has_part(part))
        return await self._proposals(query.order_by(proposals.c.seq.desc()).limit(most))

    async def pending_commits(self) -> tuple[UUID, ...]:
        """Give the proposals that commits brought and that wait for a decision, in the order they came."""
        query = select(proposals.c.id).where(
            proposals.c.project_id == self._project, proposals.c.state.in_(PENDING), proposals.c.origin != ""
        )
        return tuple((await self._connection.execute(query.order_by(proposals.c.seq))).scalars())

    async def awaited_by_git(self) -> frozenset[UUID]:
        """Give the specs of which a commit brought something that waits for a decision."""
        query = (
            select(proposal_parts.c.spec_id)
            .join(
                proposals,
                (proposal_parts.c.proposal_id == proposals.c.id) & (proposal_parts.c.number == proposals.c.number),
            )
            .where(proposals.c.project_id == self._project, proposals.c.state.in_(PENDING), proposals.c.origin != "")
        )
        return frozenset((await self._connection.execute(query)).scalars())

    async def delta(self, proposal: UUID, number: int) -> Delta:
        """Give a delta with its texts."""
        before, after = texts.alias("before"), texts.alias("after")
        query = (
            select(proposal_parts, before.c.body.label("before"), after.c.body.label("after"))
            .join(before, before.c.digest == proposal_parts.c.before_digest)
            .join(after, after.c.digest == proposal_parts.c.after_digest)
            .join(proposals, proposals.c.id == proposal_parts.c.proposal_id)
            .where(proposals.c.project_id == self._project)
            .where(proposal_parts.c.proposal_id == proposal, proposal_parts.c.number == number)
            .order_by(proposal_parts.c.position)
        )
        return tuple(
            SpecDelta(
                row["spec_id"],
                Operation(row["operation"]),
                row["base"],
                row["path"],
                row["to_path"],
                row["before"],
                row["after"],
            )
            for row in (await self._connection.execute(query)).mappings()
        )

    async def _proposals(self, query: Select[Any]) -> tuple[Proposal, ...]:
        return await self._filled((await self._connection.execute(query)).mappings().all())

    async def _filled(self, rows: Iterable[Any]) -> tuple[Proposal, ...]:
        """Make proposals of rows, with their votes and specs."""
        found = list(rows)
        ids = [row["id"] for row in found]
        if not ids:
            return ()
        votes: dict[UUID, list[Vote]] = {}
        query = select(proposal_votes).where(proposal_votes.c.proposal_id.in_(ids))
        for row in (await self._connection.execute(query.order_by(proposal_votes.c.at))).mappings():
            vote = Vote(row["voter_id"], row["digest"], row["at"], row["void"])
            votes.setdefault(row["proposal_id"], []).append(vote)
        current = select(proposal_parts.c.proposal_id, proposal_parts.c.spec_id).join(
            proposals,
            (proposals.c.id == proposal_parts.c.proposal_id) & (proposals.c.number == proposal_parts.c.number),
        )
        specs: dict[UUID, list[UUID]] = {}
        for part in await self._connection.execute(
            current.where(proposal_parts.c.proposal_id.in_(ids)).order_by(proposal_parts.c.position)
        ):
            specs.setdefault(part.proposal_id, []).append(part.spec_id)
        return tuple(_proposal(row, votes.get(row["id"], ()), specs.get(row["id"], ())) for row in found)


def _waiting_on(project: UUID, spec: UUID) -> Select[UUID]:
    """Ask for the proposals that wait for a decision and would change a spec."""
    return select(proposals.c.id).where(
        proposals.c.project_id == project,
        proposals.c.state.in_(PENDING),
        _has_part(proposal_parts.c.spec_id == spec),
    )


def _has_part(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Say that the delta that counts has a part of which something holds."""
    return exists().where(
        proposal_parts.c.proposal_id == proposals.c.id, proposal_parts.c.number == proposals.c.number, condition
    )


def _turn_of(actor: Actor, role: Role | None) -> ColumnElement[bool]:
    """Say that it is a member's move: the same that `turn_of` says of one proposal."""
    own = and_(proposals.c.author_id == actor.id, proposals.c.author_why.is_not(None))
    if actor.kind is not ActorKind.HUMAN or role is None:
        return own
    least = case({each.value: each.rank for each in Role}, value=proposals.c.least)
    voted = exists().where(
        proposal_votes.c.proposal_id == proposals.c.id,
        proposal_votes.c.voter_id == actor.id,
        ~proposal_votes.c.void,
        proposal_votes.c.digest == proposals.c.digest,
    )
    asked = and_(proposals.c.state == ProposalState.OPEN, proposals.c.author_id != actor.id, least <= role.rank, ~voted)
    return or_(own, asked)


def _changing(proposal: Proposal) -> Mapping[str, object]:
    """Give the columns that a step may change."""
    outcome, turn = proposal.outcome, proposal.author_turn
    return {
        "state": proposal.state,
        "digest": proposal.digest,
        "number": proposal.number,
        "version": proposal.version,
        "title": proposal.title,
        "rationale": proposal.rationale,
        "needs": [{"role": one.role.value, "count": one.count} for one in proposal.standing.needs],
        "least": proposal.standing.least,
        "ruling": dict(proposal.ruling),
        "updated_at": proposal.updated_at,
        "asked_at": proposal.asked_at,
        "author_why": turn.why if turn else None,
        "author_since": turn.since if turn else None,
        "decided_by": outcome.by.id if outcome and outcome.by else None,
        "decided_at": outcome.at if outcome else None,
        "reason": outcome.reason if outcome else "",
        "unreviewed": bool(outcome and outcome.unreviewed),
        "superseded_by": outcome.superseded_by if outcome else None,
        "conflicts": None if proposal.conflicts is None else dict(proposal.conflicts),
    }


def _touch(row: Any) -> Touch:
    return Touch(Closeness(row["closeness"]), row["spec_id"], row["key"], row["anchor"])


def _proposal(row: Any, votes: Iterable[Vote], specs: Iterable[UUID]) -> Proposal:
    decider = None
    if row["decided_by"] is not None:
        decider = Actor(row["decided_by"], row["decider_name"], ActorKind(row["decider_kind"]))
    outcome = None
    if row["decided_at"] is not None:
        outcome = Outcome(row["decided_at"], decider, row["reason"], row["superseded_by"], row["unreviewed"])
    return Proposal(
        id=row["id"],
        project=row["project_id"],
        author=Actor(row["author_id"], row["author_name"], ActorKind(row["author_kind"])),
        standing=Standing(
            ProposalState(row["state"]),
            row["digest"],
            frozenset({row["author_id"]}),
            tuple(Reviewers(Role(one["role"]), one["count"]) for one in row["needs"]),
            tuple(votes),
        ),
        title=row["title"],
        rationale=row["rationale"],
        number=row["number"],
        version=row["version"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        asked_at=row["asked_at"],
        ruling=row["ruling"],
        origin=row["origin"],
        task=row["task_id"],
        on_behalf_of=row["on_behalf_of"],
        credential=row["credential_id"],
        author_turn=Turn(Why(row["author_why"]), row["author_since"]) if row["author_why"] else None,
        outcome=outcome,
        conflicts=row["conflicts"],
        specs=tuple(specs),
        provenance=Provenance(row["provenance"]) if row["provenance"] else None,
    )
