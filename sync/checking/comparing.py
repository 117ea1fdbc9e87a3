"""Only what is new: holds a side against where it left another branch, and says what the change does to the intent.

Both sides are analysed whole, or known from before. Moves, and the former intent on the present code, cost something;
they are looked at only where something came and something went, or where specs, settings or lock changed at all.
"""

from functools import cached_property
from typing import TYPE_CHECKING

from drift.debt.acceptance import key_of, settle
from drift.debt.compare import compare
from drift.debt.lock import Lock, parse_lock
from drift.debt.renames import Renames
from drift.findings import WEAKENING, Finding, FindingState
from drift.report import CheckReport, verdict_of
from specs.values import dataclass, replace
from sync.cache.factcache import FactCache
from sync.cache.verdicts import Judged
from sync.checking.options import CheckOptions
from sync.trees.sides import Side

if TYPE_CHECKING:
    from sync.checking.intents import Sides

GROWS = " This change freezes it in holdfast.lock, but frozen debt may only shrink: mend it, or waive it until a date."


@dataclass(frozen=True)
class Comparison:
    """A side, the side it is compared with, and what each came to with nothing accepted."""

    head: Side
    base: Side
    after: Judged
    before: Judged
    cache: FactCache
    options: CheckOptions

    def report(self) -> CheckReport:
        """Give the head's report with everything marked introduced, existing, waived or fixed, and with weakenings."""
        grown = self.grown()
        allowed = replace(self.lock, entries=tuple(entry for entry in self.lock.entries if entry.key not in grown))
        whole, today = self.options.only is None, self.options.today
        after = settle(self.after.report, allowed, today, self.renames, whole=whole)
        before = settle(self.before.report, self.old_lock, today, whole=whole)
        compared = compare(before, after, self.renames)
        weaker = self.weakenings()
        findings = (*(noted(finding, grown) for finding in compared.findings), *weaker)
        counts = {**compared.counts, "weakenings": len(weaker)}
        return replace(compared, findings=findings, verdict=verdict_of(findings), counts=counts)

    @cached_property
    def lock(self) -> Lock:
        """The lock of this side."""
        return parse_lock(self.after.lock)

    @cached_property
    def old_lock(self) -> Lock:
        """The lock of the base."""
        return parse_lock(self.before.lock)

    @cached_property
    def sides(self) -> "Sides":
        """Both sides, to be read again."""
        from sync.checking.intents import Sides  # noqa: PLC0415 (only where something moved, or specs changed)

        return Sides(self.head, self.base, self.cache, self.options, self.before.intent != "")

    @property
    def new_intent(self) -> bool:
        """Whether specs or settings changed."""
        return self.after.intent != self.before.intent

    @property
    def new_lock(self) -> bool:
        """Whether the lock changed."""
        return self.after.lock != self.before.lock

    def renames(self) -> Renames:
        """Say what things of the base are called on this side."""
        return self._renames

    @cached_property
    def _renames(self) -> Renames:
        return self.sides.renames(new_intent=self.new_intent)

    def grown(self) -> frozenset[tuple[str, str]]:
        """Name the entries that this change freezes, and that are not about code of the base: debt that grew."""
        if not self.new_lock:
            return frozenset()
        known = {entry.key for entry in self.old_lock.entries}
        came = {entry.key for entry in self.lock.entries if entry.state == "frozen" and entry.key not in known}
        came &= {key_of(finding) for finding in self.after.report.findings}
        if not came:
            return frozenset()
        names = self.renames()
        came -= {names.entry(entry).key for entry in self.old_lock.entries}
        report = self.sides.head_on_base() if came and self.new_intent else self.before.report
        return frozenset(came - {key_of(names.finding(finding)) for finding in report.findings})

    def weakenings(self) -> tuple[Finding, ...]:
        """Say what the change makes the specs stop asking."""
        if not self.before.intent or not (self.new_intent or self.new_lock):
            return ()
        names = self.renames() if self.new_intent else None
        return self.sides.weakenings(self.after.report, (self.renamed_lock(), self.lock), names)

    def renamed_lock(self) -> Lock:
        """Give the base's lock in present names; moves are looked for only where an entry came and one went."""
        old, new = {entry.key for entry in self.old_lock.entries}, {entry.key for entry in self.lock.entries}
        if old <= new or new <= old:
            return self.old_lock
        names = self.renames()
        return Lock(tuple(names.entry(entry) for entry in self.old_lock.entries))


def noted(finding: Finding, grown: frozenset[tuple[str, str]]) -> Finding:
    """Say in a finding that the change tried to freeze it."""
    if finding.kind == WEAKENING or finding.state is not FindingState.INTRODUCED or key_of(finding) not in grown:
        return finding
    return replace(finding, message=finding.message + GROWS)
