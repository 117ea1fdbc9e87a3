"""What followed on a context bundle within a day: drift at its places, proposals of whom it was served to. Pure."""

from collections.abc import Sequence
from datetime import timedelta

from drift.lives.life import LifeEvent
from drift.lives.records import FindingEvent, FindingRecord
from specs.proposals.proposal import Proposal
from specs.values import dataclass
from sync.contexts.receipts import Receipt

AFTER = timedelta(days=1)
ARRIVALS = frozenset({LifeEvent.OPENED, LifeEvent.REGRESSED, LifeEvent.LAPSED})


@dataclass(frozen=True, slots=True)
class Followed:
    """A receipt, the findings that came in the day after it at places it names, and its reader's proposals."""

    receipt: Receipt
    findings: tuple[FindingRecord, ...]
    proposals: tuple[Proposal, ...]


def followed(
    receipts: Sequence[Receipt],
    happened: Sequence[tuple[FindingRecord, FindingEvent]],
    proposals: Sequence[Proposal],
) -> tuple[Followed, ...]:
    """Set beside each receipt what followed on it."""
    came = [(finding, event.cause.at) for finding, event in happened if event.kind in ARRIVALS]
    return tuple(
        Followed(
            one,
            tuple(
                {
                    finding.fingerprint: finding
                    for finding, at in came
                    if one.at <= at <= one.at + AFTER and _names(one, finding)
                }.values()
            ),
            tuple(
                row for row in proposals if row.author.id == one.actor.id and one.at <= row.created_at <= one.at + AFTER
            ),
        )
        for one in receipts
    )


def _names(receipt: Receipt, finding: FindingRecord) -> bool:
    """Say whether a receipt is of a task at a finding's place, or served the section that the finding is against."""
    if any(finding.code_path == path or finding.code_path.startswith(f"{path}/") for path in receipt.paths):
        return True
    return any(
        (one.get("spec"), one.get("anchor")) == (finding.spec_path, finding.spec_anchor) for one in receipt.items
    )
