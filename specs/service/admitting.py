"""Asks policy about a write before it lands: it goes through, waits for review as a proposal, or is refused.

Every write is a proposal. One that policy lets through lands at once and leaves no proposal behind: its audit entry
names the policies that let it. Callers ask inside their transaction, with the spec locked, and raise what is not let
through after the commit, so that the decision and the proposal are kept.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from specs.access import Principal
from specs.errors import Family, HoldfastError
from specs.proposals.delta import SpecDelta
from specs.proposals.proposal import MAX_TITLE, Proposal
from specs.rules.actions import Verdict
from specs.service.judging import RefusedError
from specs.service.proposing import Work
from specs.store.connection import Connection, SpecHook, no_hook


class WaitsError(HoldfastError):
    """The write waits for review: nothing is lost, and nothing changed. `details` has the proposal's id and title."""

    family = Family.WAITING

    def __init__(self, proposal: Proposal) -> None:
        wanted = " and ".join(one.told for one in proposal.standing.needs)
        super().__init__(
            f"The change waits for review: {wanted}.",
            "It is kept as a proposal, and lands as you wrote it when it is approved.",
            details={"proposal": str(proposal.id), "title": proposal.title, "state": proposal.state.value},
        )
        self.proposal = proposal


@dataclass(frozen=True, slots=True)
class Gate:
    """Where a write asks: on which connection, for whom, in which project, when."""

    connection: Connection
    principal: Principal
    project: UUID
    at: datetime
    new_id: Callable[[], UUID]
    on_change: SpecHook = no_hook


@dataclass(frozen=True, slots=True)
class Admission:
    """What policy said. With an `error` nothing may land; `policy` names the policies, for the audit entry."""

    error: HoldfastError | None = None
    policy: str | None = None
    unreviewed: bool = False


async def admit(gate: Gate, part: SpecDelta, message: str = "") -> Admission:
    """Ask about what a write would make of one spec. What must be reviewed is a proposal when this returns."""
    work = Work(gate.connection, gate.principal, gate.project, gate.at, gate.new_id, gate.on_change)
    first = message.strip().splitlines()[0] if message.strip() else f"Change {part.path}"
    title = (
        "".join(char for char in first if char.isprintable())[:MAX_TITLE].strip() or f"Change {part.path}"[:MAX_TITLE]
    )
    proposal, judgement = await work.drafted(title, message if message.strip() != first.strip() else "", (part,))
    policy = proposal.policies
    if judgement.verdict is Verdict.ALLOW:
        return Admission(policy=policy)
    if judgement.verdict is Verdict.DENY:
        try:
            judgement.refuse()
        except RefusedError as error:
            return Admission(error, policy)
    if await work.alone(proposal):
        return Admission(policy=policy, unreviewed=True)
    opened = await work.opened(proposal, judgement, (part,))
    await work.tell()
    return Admission(WaitsError(opened), policy)
