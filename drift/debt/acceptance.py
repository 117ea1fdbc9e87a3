"""Accepted drift: holds a report against `holdfast.lock`. Pure.

What the lock freezes is existing, what it waives is waived until its day is over, all else is as it was. The lock is
debt, so it is looked after: entries that hold no more, waivers that end soon and lines that cannot be read are findings
of their own. Only the last break a check: to mend the code never does.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta

from drift.debt import LOCK_FILE
from drift.debt.lock import Entry, Lock, owner_of, subject_of
from drift.debt.renames import NO_RENAMES, LateRenames
from drift.findings import LOCK, LOOSENING, WEAKENING, Acceptance, Finding, FindingState, SpecAnchor
from drift.report import CheckReport, verdict_of
from specs.problem import Severity
from specs.values import dataclass, replace

SPEC, MENTIONS = "spec", "mentions"
# Findings of these kinds are about the specs and the lock themselves; nothing accepts them.
NEVER = frozenset({LOCK, WEAKENING, SPEC})
NOTICE_DAYS = 14
HISTORY = "history"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a lock stands to a report.

    `held` has the entry of each accepted finding by fingerprint, `lapsed` those whose waiver ended; `moved` maps
    entries that were written under former names to their present form; `gone` are those that hold no more.
    """

    held: dict[str, Entry]
    lapsed: dict[str, Entry]
    moved: dict[Entry, Entry]
    gone: tuple[Entry, ...]


def acceptable(finding: Finding) -> bool:
    """Say whether a lock may speak of a finding."""
    return finding.kind not in NEVER and finding.state is not FindingState.FIXED


def key_of(finding: Finding) -> tuple[str, str]:
    """Give the key of the entry that would accept a finding."""
    return owner_of(finding), subject_of(finding)


def standing(
    report: CheckReport, lock: Lock, today: date, renames: LateRenames = lambda: NO_RENAMES, *, whole: bool = True
) -> Standing:
    """Look up each finding in the lock. `renames` is asked only where entries and findings are left over.

    With `whole` False (some kinds were not looked at), no entry is taken for gone.
    """
    findings = {key_of(finding): finding for finding in report.findings if acceptable(finding)}
    entries = {entry.key: entry for entry in lock.entries if entry.state != "reviewed"}
    spare = {key: entry for key, entry in entries.items() if key not in findings}
    moved: dict[Entry, Entry] = {}
    if spare and findings.keys() - entries.keys() and (names := renames()):
        for entry in spare.values():
            now = names.entry(entry)
            if now.key in findings and now.key not in entries:
                moved[entry] = entries[now.key] = now
    found = {findings[key].fingerprint: entry for key, entry in entries.items() if key in findings}
    undecided = undecided_in(report)
    gone = [entry for key, entry in spare.items() if entry not in moved and entry.invariant not in undecided]
    return Standing(
        {name: entry for name, entry in found.items() if not entry.ended(today)},
        {name: entry for name, entry in found.items() if entry.ended(today)},
        moved,
        tuple(gone) if whole else (),
    )


def undecided_in(report: CheckReport) -> frozenset[str]:
    """Name the invariants that could not be evaluated: silence about their findings is not health."""
    names = {result.id for result in report.invariants if result.verdict == "error"}
    if any(one.reason == HISTORY for one in report.not_analysed):
        names |= {MENTIONS} | {result.id for result in report.invariants if result.kind == MENTIONS}
    return frozenset(names)


def settle(
    report: CheckReport, lock: Lock, today: date, renames: LateRenames = lambda: NO_RENAMES, *, whole: bool = True
) -> CheckReport:
    """Give the report with the states that the lock gives its findings, and with what is to be said of the lock."""
    if not lock.entries and not lock.problems:
        return report
    stands = standing(report, lock, today, renames, whole=whole)
    findings = released([settled(finding, stands) for finding in report.findings])
    findings += [*problems(lock), *notes(stands, lock, today)]
    return replace(report, findings=tuple(findings), verdict=verdict_of(findings))


def settled(finding: Finding, stands: Standing) -> Finding:
    """Give a finding with its state."""
    if not acceptable(finding):
        return finding
    entry = stands.held.get(finding.fingerprint)
    if entry is not None:
        state = FindingState.WAIVED if entry.state == "waived" else FindingState.EXISTING
        return replace(finding, state=state, accepted=Acceptance(entry.until, entry.by, entry.because))
    entry = stands.lapsed.get(finding.fingerprint)
    if entry is None:
        return finding
    note = f" It was waived by {entry.by} until {entry.until} ({entry.because}); that day is over."
    return replace(finding, message=finding.message + note)


def released(findings: list[Finding]) -> list[Finding]:
    """Let through, as long as a loosening is waived, what the spec beside the package no longer asks."""
    by = {
        name: finding.accepted
        for finding in findings
        if finding.kind == LOOSENING and finding.state is FindingState.WAIVED
        for name in finding.releases
    }
    return [
        replace(finding, state=FindingState.WAIVED, accepted=by[finding.fingerprint])
        if finding.fingerprint in by and finding.state is FindingState.INTRODUCED
        else finding
        for finding in findings
    ]


def problems(lock: Lock) -> list[Finding]:
    """Make a finding of each line that cannot be read."""
    found: list[Finding] = []
    seen: Counter[str] = Counter()
    for problem in lock.problems:
        seen[problem.message] += 1
        count = seen[problem.message]
        identity = (problem.code, problem.message, *([f"#{count}"] if count > 1 else []))
        found.append(of_lock(problem.severity, problem.message, problem.hint, identity, problem.line))
    return found


def notes(stands: Standing, lock: Lock, today: date) -> list[Finding]:
    """Say which entries hold no more, which were written under former names, and which waivers end soon."""
    found = [
        of_lock(
            "info",
            f"{said(entry)} is {entry.state} here and holds no more.",
            "Run `holdfast baseline`: it removes the entry.",
            ("gone", *entry.key),
            entry.line,
        )
        for entry in stands.gone
    ]
    found += [
        of_lock(
            "warning",
            f"{said(entry)} goes by {now.subject if now.invariant == entry.invariant else said(now)} now.",
            "Run `holdfast baseline`: it renames the entry, so that clones without history see it as well.",
            ("moved", *entry.key),
            entry.line,
        )
        for entry, now in stands.moved.items()
    ]
    gone = set(stands.gone)
    soon = (today + timedelta(days=NOTICE_DAYS)).isoformat()
    for entry in lock.entries:
        if entry.state == "waived" and today.isoformat() <= entry.until <= soon and entry not in gone:
            days = (date.fromisoformat(entry.until) - today).days
            when = f"in {days} days" if days > 1 else "tomorrow" if days else "today"
            message = f"The waiver for {said(entry)} ends {when}, on {entry.until}."
            fix = f"Mend it until then, or have {entry.by} (or another) waive it again with a reason."
            found.append(of_lock("warning", message, fix, ("ends-soon", *entry.key), entry.line))
    return found


def said(entry: Entry) -> str:
    """Name what an entry is about."""
    return f"{entry.subject} ({entry.invariant})"


def of_lock(severity: Severity, message: str, fix: str, identity: Iterable[str], line: int) -> Finding:
    """Make a finding about a line of the lock."""
    return Finding("", LOCK, severity, message, fix, SpecAnchor(LOCK_FILE, "", line), None, tuple(identity))
