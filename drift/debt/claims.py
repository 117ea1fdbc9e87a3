"""What lines of `holdfast.lock` say in a person's name, and which of them count where people are known. Pure.

On disk whoever writes a line may be anybody, so on a server a waiver or a confirmation is a claim until a person with a
credential approves it. What is frozen is no claim: it names debt and hides nothing, and the finding stays open.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum

from drift.asking import CONFIRMED, Answer, Ask
from drift.debt.acceptance import key_of, of_lock
from drift.debt.lock import Entry, format_entry
from drift.findings import Finding
from drift.report import CheckReport
from specs.values import dataclass, replace

CLAIMED = frozenset({"waived", "reviewed"})
SHOWN = 12
Counts = Callable[[Entry], bool]


class ClaimState(StrEnum):
    """What people said of a claim. `PENDING`: nothing yet, and until then it does not count."""

    PENDING = "pending"
    APPROVED = "approved"
    REFUSED = "refused"


def claim_id(entry: Entry) -> str:
    """Name a claim by all that its line says."""
    return hashlib.sha256(format_entry(entry).encode("utf-8", "backslashreplace")).hexdigest()


def claims_in(entries: Iterable[Entry]) -> dict[str, Entry]:
    """Give the entries that are claims, by id."""
    return {claim_id(entry): entry for entry in entries if entry.state in CLAIMED}


@dataclass(frozen=True, slots=True)
class Standing:
    """Which claims count: those `approved`, and, with `trusted`, those that are not `known` from before."""

    approved: frozenset[str]
    known: frozenset[str]
    trusted: bool = False

    def counts(self, entry: Entry) -> bool:
        """Say whether an entry of the lock is to be believed."""
        if entry.state not in CLAIMED:
            return True
        name = claim_id(entry)
        return name in self.approved or (self.trusted and name not in self.known)


def believed(answers: Mapping[Ask, Answer], counts: Counts) -> dict[Ask, Answer]:
    """Give the answers about what was confirmed, with only the lines that count."""
    return {
        ask: replace(answer, value=[row for row in answer.value or () if counts(_entry_of(row))])
        for ask, answer in answers.items()
        if ask.question == CONFIRMED
    }


def _entry_of(row: Sequence[str]) -> Entry:
    invariant, subject, by, when = row
    return Entry(invariant, subject, "reviewed", "", by, when)


def with_claims(report: CheckReport, waiting: Sequence[Entry]) -> CheckReport:
    """Say in a report which claims do not count yet: at the finding they would waive, and of confirmations beside it.

    The entries name things as the report does.
    """
    waivers = {entry.key: entry for entry in waiting if entry.state == "waived"}
    findings = [_told(finding, waivers.get(key_of(finding))) for finding in report.findings]
    confirmed: dict[str, list[Entry]] = {}
    for entry in waiting:
        if entry.state == "reviewed":
            confirmed.setdefault(entry.invariant, []).append(entry)
    for invariant, entries in sorted(confirmed.items()):
        things = f"{len(entries)} confirmations" if entries[1:] else "A confirmation"
        verb = "count" if entries[1:] else "counts"
        message = f"{things} of {invariant} in the lock {verb} once a person approves."
        fix = "A reviewer approves or refuses on the page Claims, or with `holdfast claims`."
        findings.append(of_lock("info", message, fix, ("claimed", invariant), entries[0].line))
    return replace(report, findings=tuple(findings))


def _told(finding: Finding, claim: Entry | None) -> Finding:
    if claim is None:
        return finding
    note = f" {claim.by} claims a waiver until {claim.until} ({claim.because}): it counts once a person approves."
    return replace(finding, message=finding.message + note)
