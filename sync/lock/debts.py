"""What people do to `holdfast.lock`: freeze today's findings, let fixed ones go, waive one until a date.

Who does it is a claim: the name and address that git is set to use. Only a server knows people.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from drift.debt import LOCK_FILE
from drift.debt.acceptance import NEVER, key_of, standing
from drift.debt.lock import Entry, Lock, one_line, parse_lock, read_date, union
from drift.debt.renames import Renames
from drift.findings import Finding
from drift.report import CheckReport
from specs.errors import UserError
from specs.suggest import close_names, either
from sync.cache.factcache import FactCache
from sync.checking.intents import since_lock
from sync.checking.local import cache_for, check_side
from sync.checking.options import CheckOptions
from sync.trees.lockfile import lock_text, write_lock
from sync.trees.sides import Side, find_side

UNION = f"{LOCK_FILE} merge=union"
SHORTEST = 4
HEX = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True)
class Baseline:
    """What freezing came to. `added`, `removed` and `moved` (old and new form) are written, `refused` are not.

    `never` are errors that cannot be frozen; `advice` is what a person should know about git.
    """

    added: tuple[Entry, ...]
    removed: tuple[Entry, ...]
    moved: tuple[tuple[Entry, Entry], ...]
    refused: tuple[Finding, ...]
    never: tuple[Finding, ...]
    frozen: int
    advice: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Waived:
    """A waiver that was written, in place of an `old` entry if there was one."""

    entry: Entry
    finding: Finding
    old: Entry | None
    advice: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """Who does something to the lock, and why."""

    by: str = ""
    because: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """A side with its lock and what it comes to with nothing accepted."""

    side: Side
    root: Path
    report: CheckReport
    lock: Lock
    present: bool
    cache: FactCache

    def write(self, entries: Iterable[Entry]) -> tuple[str, ...]:
        """Write the entries as the new lock, and give what a person should know."""
        write_lock(self.root, replace(self.lock, entries=union(entries)))
        return advice(self.side, self.root)


def open_desk(path: Path, options: CheckOptions) -> Desk:
    """Check the files as they are. Raises `UserError` where there is no place for a lock, or a broken one."""
    side = find_side(path)
    if side.root is None:
        raise UserError("there is no folder to keep a lock in", "run it in a work tree")
    cache = cache_for(side, options)
    try:
        report = check_side(side, cache, options).report
    finally:
        cache.save()
    lock = parse_lock(lock_text(side.tree))
    if lock.problems:
        first = lock.problems[0]
        raise UserError(f"{LOCK_FILE}:{first.line}: {first.message.rstrip('.')}", first.hint)
    return Desk(side, side.root, report, lock, LOCK_FILE in side.tree.files, cache)


def baseline(path: Path, options: CheckOptions, claim: Claim, *, grow: bool = False, dry: bool = False) -> Baseline:
    """Freeze what breaks today. Where there is a lock already, it only shrinks, unless it may grow."""
    desk = open_desk(path, options)
    options = replace(options, base="")
    stands = standing(desk.report, desk.lock, options.today, lambda: moved_since(desk, options))
    known = {entry.key for entry in desk.lock.entries} | {entry.key for entry in stands.moved.values()}
    new = [one for one in desk.report.findings if one.severity != "info" and key_of(one) not in known]
    never = [one for one in new if not freezable(one)]
    new = [one for one in new if freezable(one)]
    refused = list({key_of(one): one for one in desk.report.findings if one.fingerprint in stands.lapsed}.values())
    if desk.present and not grow:
        refused, new = [*new, *refused], []
    if grow and not one_line(claim.because):
        raise UserError("frozen debt grows only for a reason", "say why: --because TEXT")
    by = claim.by or author(desk.side) if new else ""
    added = union(Entry(*key_of(one), "frozen", "", by, one_line(claim.because)) for one in new)
    gone = {*stands.gone, *stands.moved}
    kept = [entry for entry in desk.lock.entries if entry not in gone]
    entries = union(kept, stands.moved.values(), added)
    said: tuple[str, ...] = ()
    if not dry and (entries != desk.lock.entries or not desk.present):
        said = desk.write(entries)
    frozen = sum(entry.state == "frozen" for entry in entries)
    errors = tuple(one for one in never if one.severity == "error")
    return Baseline(added, stands.gone, tuple(stands.moved.items()), tuple(refused), errors, frozen, said)


def freezable(finding: Finding) -> bool:
    """Say whether a finding is debt: what the specs themselves have wrong must be mended or waived."""
    return finding.kind not in NEVER and finding.identity[:1] != ("unmatched",)


def moved_since(desk: Desk, options: CheckOptions) -> Renames:
    """Say how things moved since the lock was written."""
    return since_lock(desk.side, desk.cache, options)


def waive(path: Path, options: CheckOptions, what: str, until: str, claim: Claim) -> Waived:
    """Accept one finding until a day. Raises `UserError` for a finding, a day or a reason that will not do."""
    day = read_date(until)
    if day is None:
        raise UserError(f"{until!r} is no date", "write the last day of the waiver as 2027-01-31")
    if day < options.today:
        raise UserError(f"{until} is over", f"today is {options.today}: name a day to come")
    because = one_line(claim.because)
    if not because:
        raise UserError("a waiver needs a reason", "say why: --because TEXT")
    desk = open_desk(path, options)
    finding = chosen(what, desk.report.findings)
    by = claim.by or author(desk.side)
    entry = Entry(*key_of(finding), "waived", day.isoformat(), by, because)
    old = next((one for one in desk.lock.entries if one.key == entry.key), None)
    said = desk.write([*(one for one in desk.lock.entries if one.key != entry.key), entry])
    return Waived(entry, finding, old, said)


def chosen(what: str, findings: Sequence[Finding]) -> Finding:
    """Find the one finding that is meant: by the start of its fingerprint, or by name. Raises `UserError`."""
    may = [one for one in findings if one.kind not in NEVER]
    text = one_line(what.replace(" | ", " "))
    fits = [one for one in may if text in names_of(one)] or [one for one in may if text == key_of(one)[0]]
    if not fits and len(what) >= SHORTEST and HEX.issuperset(what.lower()):
        fits = [one for one in may if one.fingerprint.startswith(what.lower())]
    if len({one.fingerprint for one in fits}) == 1:
        return fits[0]
    if fits:
        shown = either([f"{one.fingerprint} ({one.invariant})" for one in fits[:4]])
        raise UserError(f"{len(fits)} findings are called {what!r}", f"name one: {shown}")
    if any(one.fingerprint.startswith(what.lower()) for one in findings if one.kind in NEVER):
        raise UserError("this finding is about the specs themselves: nothing waives it", "mend the line it names")
    names = sorted({name for one in may for name in names_of(one)})
    near = [name for name in names if text in name][:2] if text else []
    near = near or list(close_names(text, names, limit=2))
    hint = f"did you mean {either(near)}?" if near else "`holdfast check` lists them: give the digits in front of one"
    raise UserError(f"there is no finding {what!r}", hint)


def names_of(finding: Finding) -> tuple[str, str]:
    """Give the names by which a person may call a finding: what it is about, alone and behind its invariant."""
    owner, subject = key_of(finding)
    return subject, f"{owner} {subject}"


def author(side: Side) -> str:
    """Give who git says works here. Raises `UserError` when it does not know."""
    name, email = side.repository.author() if side.repository else ("", "")
    if not name and not email:
        hint = "run `git config user.name NAME` and `git config user.email ADDRESS`, or say --by NAME"
        raise UserError("git does not know who you are", hint)
    return one_line(f"{name} <{email}>" if email else name)


def advice(side: Side, root: Path) -> tuple[str, ...]:
    """Say what about git would lose entries: a lock that it ignores, or one that it does not merge line by line."""
    if side.repository is None:
        return ()
    again = find_side(root)
    found = []
    if LOCK_FILE not in again.tree.files:
        found.append(f"git ignores {LOCK_FILE}, so no check sees it: add `!{LOCK_FILE}` to .gitignore")
    if not any(LOCK_FILE in text for text in attributes(again)):
        found.append(f"add `{UNION}` to .gitattributes, and git merges it line by line")
    return tuple(found)


def attributes(side: Side) -> Iterable[str]:
    """Give the texts that say how git treats the files of the root."""
    if ".gitattributes" in side.tree.files:
        yield side.tree.read(".gitattributes").decode("utf-8", "replace")
