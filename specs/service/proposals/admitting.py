"""Asks policy about a write before it lands: it goes through, waits for review as a proposal, or is refused.

Every write is a proposal. One that policy lets through lands at once and leaves no proposal behind: its audit entry
names the policies that let it. A write asks inside its `gated` transaction, with the spec locked; what is held back is
raised after the commit, so that the decision and the proposal are kept.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from specs.access import Principal
from specs.audit import Json, storable
from specs.errors import ConflictError, Family, HoldfastError
from specs.library import Spec
from specs.paths import path_key
from specs.proposals.delta import Delta, Operation, SpecDelta
from specs.proposals.proposal import MAX_RATIONALE, MAX_TITLE, Proposal
from specs.proposals.state import PENDING, ProposalState
from specs.rules.actions import Verdict
from specs.service.proposals.judging import RefusedError
from specs.service.proposals.proposing import HERE, Source, Work
from specs.store.conflicts import ConflictStore
from specs.store.connection import Connection, IdSource, SpecHook, Transactions, no_hook


class WaitsError(HoldfastError):
    """The write waits for review: nothing is lost, and nothing changed. `details` has the proposal's id and title.

    `spec` is the spec that it would change, where there is one already.
    """

    family = Family.WAITING

    def __init__(self, proposal: Proposal, spec: UUID | None = None) -> None:
        wanted = " and ".join(one.told for one in proposal.standing.needs)
        super().__init__(
            f"The change waits for review: {wanted}.",
            "It is kept as a proposal, and lands as you wrote it when it is approved.",
            details={"proposal": str(proposal.id), "title": proposal.title, "state": proposal.state.value},
        )
        self.proposal = proposal
        self.spec = spec


@dataclass(frozen=True, slots=True)
class Gate:
    """Where a write asks: on which connection, for whom, in which project, when.

    `source` says where it came from when that is not the principal's own writing.
    """

    connection: Connection
    principal: Principal
    project: UUID
    at: datetime
    new_id: IdSource
    on_change: SpecHook = no_hook
    source: Source = HERE


@dataclass(frozen=True, slots=True)
class Admission:
    """A write that goes through: under which policies, and whether nobody else could have reviewed it."""

    policy: str | None = None
    unreviewed: bool = False

    @property
    def details(self) -> dict[str, Json]:
        """What the audit entry says of it."""
        return {"unreviewed": True} if self.unreviewed else {}


ADMITTED = Admission()


@asynccontextmanager
async def gated(database: Transactions) -> AsyncIterator[Connection]:
    """Open a transaction that is committed, too, where policy holds its write back; that is raised after the commit."""
    held: HoldfastError | None = None
    async with database.transaction() as connection:
        try:
            yield connection
        except (WaitsError, RefusedError) as error:
            held = error
    if held is not None:
        raise held


async def admit(gate: Gate, part: SpecDelta, message: str = "", takes_in: Sequence[str] = ()) -> Admission:
    """Ask about what a write would make of one spec. Raises `WaitsError` or `RefusedError` where it may not land.

    `takes_in` are side revisions that the text resolves: their conflicts are resolved when the proposal lands.
    """
    work = Work(gate.connection, gate.principal, gate.project, gate.at, gate.new_id, gate.on_change)
    title, rationale = _said(part, message)
    proposal, judgement = await work.drafted(title, rationale, (part,), gate.source)
    if judgement.verdict is Verdict.ALLOW:
        return Admission(proposal.policies)
    judgement.refuse()
    if await work.alone(proposal):
        return Admission(proposal.policies, unreviewed=True)
    opened = await work.opened(proposal, judgement, (part,))
    if takes_in:
        await ConflictStore(gate.connection, gate.project).awaits(part.spec, takes_in, opened.id)
    await work.tell()
    raise WaitsError(opened, _there(part))


class DeclinedError(ConflictError):
    """What a commit brings was decided on already, and not taken."""


async def admit_commit(gate: Gate, part: SpecDelta, message: str = "", *, wait: bool = False) -> Admission:
    """Ask about what a commit would make of one spec, as `admit` does; none is asked about twice.

    Commits build on each other: as long as one waits, a later one of the same spec holds its text, too, and waits in
    its place. With `wait` it waits for people whatever policy says. Raises `DeclinedError` for one that was declined.
    """
    work = Work(gate.connection, gate.principal, gate.project, gate.at, gate.new_id, gate.on_change)
    for asked in await work.store.from_origin(gate.source.origin):
        brought = await work.store.delta(asked.id, 1)
        if asked.state is ProposalState.SUPERSEDED or not any(_covers(one, part) for one in brought):
            continue
        if asked.state in PENDING:
            raise WaitsError(asked, _there(part))
        raise DeclinedError(f"What the commit brings was {asked.state}.", "Reopen its proposal, or commit anew.")
    earlier = await work.commits_waiting(part)
    for one in earlier:
        part = _with_earlier(part, await work.store.delta(one.id, one.number))
    if not earlier and not wait:
        return await admit(gate, part, message)
    title, rationale = _said(part, message)
    proposal, judgement = await work.drafted(title, rationale, (part,), gate.source)
    judgement.refuse()
    opened = await work.opened(proposal, judgement, (part,))
    for one in earlier:
        await work.superseded(one, opened.id)
    await work.tell()
    raise WaitsError(opened, _there(part))


def _covers(asked: SpecDelta, part: SpecDelta) -> bool:
    """Say whether what was asked about holds all of a change."""
    same = asked.spec == part.spec or path_key(asked.to_path) == path_key(part.to_path)
    named = part.to_path in {part.path, asked.to_path}
    return same and named and asked.operation is part.operation and part.after in {part.before, asked.after}


async def taken_back(gate: Gate, spec: Spec) -> None:
    """End what waits of earlier commits for a spec, now that git says what the spec does; a new name still waits."""
    work = Work(gate.connection, gate.principal, gate.project, gate.at, gate.new_id, gate.on_change)
    whole = SpecDelta(spec.id, Operation.EDIT, None, spec.path, spec.path, "", "")
    for one in await work.commits_waiting(whole):
        delta = await work.store.delta(one.id, one.number)
        if all(part.path == part.to_path and part.operation is not Operation.RESTORE for part in delta):
            await work.superseded(one, None)
    await work.tell()


async def done_by_hand(gate: Gate, part: SpecDelta) -> None:
    """End what waits of commits for a spec and asks for no more than someone did by hand: to restore or retire it."""
    work = Work(gate.connection, gate.principal, gate.project, gate.at, gate.new_id, gate.on_change)
    for one in await work.commits_waiting(part):
        delta = await work.store.delta(one.id, one.number)
        if all((each.spec, each.operation) == (part.spec, part.operation) for each in delta):
            await work.superseded(one, None, "Someone did it by hand.")
    await work.tell()


def _with_earlier(part: SpecDelta, waiting: Delta) -> SpecDelta:
    """Give a change with what an earlier one of the same spec, in whose place it comes, does besides: name or text."""
    for one in waiting:
        if one.spec != part.spec or {one.operation, part.operation} != {Operation.EDIT}:
            continue
        if part.path == part.to_path:
            part = replace(part, to_path=one.to_path)
        if part.before == part.after:
            part = replace(part, base=one.base, before=one.before, after=one.after)
    return part


def _there(part: SpecDelta) -> UUID | None:
    return None if part.operation is Operation.CREATE else part.spec


def _said(part: SpecDelta, message: str) -> tuple[str, str]:
    """Make the title and the rationale of a proposal out of the message of a write."""
    first, _, rest = message.strip().partition("\n")
    title = "".join(char for char in first if char.isprintable()).strip()
    return (title or f"Change {part.path}")[:MAX_TITLE], storable(rest.strip(), MAX_RATIONALE)
