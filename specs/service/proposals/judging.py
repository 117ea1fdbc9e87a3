"""Asks the policies of a project about a change, and gives what they say in the words of proposals.

The one place that knows both. Knows no HTTP and opens no transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from specs.access import SERVER, Principal
from specs.audit import Json
from specs.errors import DeniedError
from specs.policy.change import Change, ChangedSpec, Side
from specs.proposals.delta import Operation, SpecDelta
from specs.proposals.proposal import Proposal
from specs.proposals.state import ONE_REVIEWER
from specs.rules.actions import Reviewers, Verdict
from specs.service.policies.policies import decide
from specs.store.connection import Connection


class RefusedError(DeniedError):
    """A policy denies it. Whoever opened the transaction commits it before this goes on: the decision is kept."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the policies say of a change: whether it goes, whom it needs, and why, ready to be stored and shown."""

    verdict: Verdict
    needs: tuple[Reviewers, ...]
    ruling: Mapping[str, Json]

    def refuse(self) -> None:
        """Raise `RefusedError` where the change may not be."""
        if self.verdict is Verdict.DENY:
            reasons = self.ruling["reasons"]
            told = " ".join(map(str, reasons)) if isinstance(reasons, list) else ""
            hint = "Ask an admin of the project about its policies."
            raise RefusedError(told or "A policy denies this.", hint, details={"ruling": dict(self.ruling)})


async def judge(
    connection: Connection, principal: Principal | None, proposal: Proposal, change: Change, at: datetime
) -> Judgement:
    """Ask the policies in force about a proposal's change. `principal` is its author's credential, where that acts."""
    decision = await decide(
        connection,
        principal or SERVER,
        proposal.project,
        change,
        at=at,
        subject=proposal.id,
        author=None if principal is not None else proposal.author,
    )
    reasons: list[Json] = [*decision.reasons]
    ruling: dict[str, Json] = {
        "verdict": decision.verdict.word,
        "told": decision.told,
        "reasons": reasons,
        "policies": decision.policies,
    }
    return Judgement(decision.verdict, decision.reviewers or ONE_REVIEWER, ruling)


def change_of(delta: Sequence[SpecDelta], repository: str = "", branch: str = "") -> Change:
    """Give a delta as policies see it; of a commit, with the repository and the branch it came from."""
    return Change(tuple(map(_changed, delta)), repository, branch)


def _changed(part: SpecDelta) -> ChangedSpec:
    if part.operation is Operation.CREATE:
        return ChangedSpec(None, Side(part.to_path, part.after))
    before = Side(part.path, part.before, retired=part.operation is Operation.RESTORE)
    return ChangedSpec(before, Side(part.to_path, part.after, retired=part.operation is Operation.RETIRE))
