"""Weakening: what a change makes the specs stop asking. Each is a finding, so that no one silences drift unseen. Pure.

The former intent was held against the present code. What it finds there, and the present intent does not, is let
through. An invariant that was removed, demoted, excepted or changed is listed in any case, unless it surely became
stricter; so are settings that decide what is read, and new entries of the lock.
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from drift.check import is_draft
from drift.debt import LOCK_FILE
from drift.debt.acceptance import MENTIONS, key_of, said
from drift.debt.lock import LAST, Entry, Lock, format_entry
from drift.findings import LOCK, WEAKENING, Finding, SpecAnchor
from drift.kinds import find_kind
from drift.report import CheckReport
from drift.selection.select import shown
from drift.strictness import loosened
from specs.document import Document, ExceptionClause, InvariantBlock
from specs.problem import SEVERITIES, Severity
from specs.reach import ANY
from specs.suggest import listed

FIX = "Have a reviewer agree to it, or take the change back."
NOT_DRIFT = frozenset({("unmatched",), ("stale",)})
LOWEST: Severity = "info"


class Placed(NamedTuple):
    """An invariant where it is written, with the severity that its findings have there, and whom it names."""

    path: str
    block: InvariantBlock
    severity: Severity
    repositories: tuple[str, ...] = ()


class Change(NamedTuple):
    """What became weaker: of which invariant, where, what makes it the same tomorrow, its texts, what it loses."""

    invariant: str
    place: SpecAnchor
    identity: tuple[str, ...]
    before: str
    after: str
    lost: Sequence[Finding]


@dataclass(frozen=True, slots=True)
class Intent:
    """What one side asks, and what that comes to on the present code.

    `settings` are those of the configuration that decide what is read; `source` is the file they are from.
    """

    documents: Mapping[str, Document]
    report: CheckReport
    lock: Lock = field(default_factory=Lock)
    settings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    source: str = ""


def weakenings(
    before: Intent, after: Intent, severity: Severity = "warning", only: AbstractSet[str] | None = None
) -> tuple[Finding, ...]:
    """Compare two intents; `before` names things as they are called now. `only` restricts the kinds of invariant."""
    if not before.documents:
        return ()
    old, new = placed(before.documents), placed(after.documents)
    through = let_through(before.report, after.report)
    found: list[Finding] = []
    spare: list[Finding] = []
    for id_ in sorted(old):
        then, now = old[id_], new.get(id_)
        if only is not None and then.block.kind not in only:
            continue
        lost = through.get(id_, ())
        reasons = weaker(then, now, after.documents)
        if now is not None and lost and stayed(then, now) and not reasons:
            reasons = ["what it names goes by another name now"]
        if reasons:
            found.append(of_invariant(then, now, reasons, lost, severity))
        elif now is not None and now.block.options == then.block.options:
            spare += lost
    found += of_settings(before, after, spare, severity)
    found += of_lock(before, after, old.keys(), new.keys(), severity)
    return tuple(found)


def placed(documents: Mapping[str, Document]) -> dict[str, Placed]:
    """Give the invariants that are evaluated, by id; of two with one id the first counts."""
    found: dict[str, Placed] = {}
    for path in sorted(documents):
        document = documents[path]
        if document.front_matter.status == "retired":
            continue
        for block in document.invariants:
            draft = is_draft(document, block.anchor) and block.severity == "error"
            named = block.repositories or document.front_matter.repositories
            found.setdefault(block.id, Placed(path, block, "warning" if draft else block.severity, named))
    return found


def same_rules(before: Mapping[str, Document], after: Mapping[str, Document]) -> dict[str, str]:
    """Map ids that are gone to the new id of what is the same rule but for its name."""
    old, new = placed(before), placed(after)
    came = [one for id_, one in sorted(new.items()) if id_ not in old]
    found: dict[str, str] = {}
    for id_, one in sorted(old.items()):
        if id_ not in new:
            rule = (one.block.kind, one.block.options)
            same = [other for other in came if (other.block.kind, other.block.options) == rule]
            if len(same) == 1:
                found[id_] = same[0].block.id
                came.remove(same[0])
    return found


def let_through(before: CheckReport, after: CheckReport) -> dict[str, tuple[Finding, ...]]:
    """Give, by invariant, the drift that the former intent reports and the present one does not, or more mildly."""
    known = {finding.fingerprint: finding.severity for finding in after.findings}
    found: dict[str, list[Finding]] = {}
    for finding in before.findings:
        if not finding.invariant or finding.kind == MENTIONS or finding.identity[:1] in NOT_DRIFT:
            continue
        now = known.get(finding.fingerprint)
        milder = now is None or SEVERITIES.index(now) > SEVERITIES.index(finding.severity)
        if milder and finding.severity != LOWEST:
            found.setdefault(finding.invariant, []).append(finding)
    return {id_: tuple(findings) for id_, findings in found.items()}


def weaker(then: Placed, now: Placed | None, documents: Mapping[str, Document]) -> list[str]:
    """Say in which ways an invariant asks less than it did; nothing where it surely asks as much."""
    if now is None:
        if any(one.id == then.block.id for document in documents.values() for one in document.broken):
            return []
        retired = any(one.id == then.block.id for document in documents.values() for one in document.invariants)
        return ["it is retired with its spec" if retired else "it was removed"]
    reasons = []
    if now.block.kind != then.block.kind:
        return [f"it is of kind {shown(now.block.kind)} now, and was {then.block.kind}"]
    if SEVERITIES.index(now.severity) > SEVERITIES.index(then.severity):
        drafted = " since its section or spec is a draft" if now.severity != now.block.severity else ""
        reasons.append(f"it reports {now.severity}s{drafted}, and reported {then.severity}s")
    reasons += excepted(then.block.exceptions, now.block.exceptions)
    if then.repositories != now.repositories and not reaches_as_far(then, now):
        reasons.append("it is about other repositories than it was")
    kind = find_kind(then.block.kind)
    if stayed(then, now):
        return reasons
    options = loosened(then.block.options, now.block.options, getattr(kind, "tightens", {}))
    reasons += [f"`{shown(key)}` is not what it was" for key in options]
    return reasons


def stayed(then: Placed, now: Placed) -> bool:
    """Say whether a text stayed as it was while what it names moved: a selector without a match tells of that."""
    return then.block.text == now.block.text and then.block.options != now.block.options


def reaches_as_far(then: Placed, now: Placed) -> bool:
    """Say whether an invariant is about each repository that it was about."""
    return ANY in now.repositories or (bool(then.repositories) and set(then.repositories) <= set(now.repositories))


def excepted(before: Sequence[ExceptionClause], after: Sequence[ExceptionClause]) -> list[str]:
    """Say which exceptions are new, or last longer."""
    ends: dict[str, str] = {}
    for clause in before:
        ends[clause.what] = max(ends.get(clause.what, ""), clause.until or LAST.isoformat())
    found = []
    for clause in after:
        until, was = clause.until or LAST.isoformat(), ends.get(clause.what)
        if was is None:
            found.append(f"it excepts {shown(clause.what)} ({shown(clause.because)})")
        elif until > was:
            end = f"until {shown(clause.until)}" if clause.until else "without end"
            found.append(f"it excepts {shown(clause.what)} {end}, and did until {was}")
    return found


def of_invariant(
    then: Placed, now: Placed | None, reasons: Sequence[str], lost: Sequence[Finding], severity: Severity
) -> Finding:
    """Make the finding of an invariant that became weaker."""
    block = now.block if now else then.block
    place = SpecAnchor(now.path, block.anchor, block.line) if now else SpecAnchor(then.path, block.anchor, 0)
    identity = ("invariant", then.block.id, *sorted(reasons))
    message = f"{then.block.id} asks less than before: {listed(reasons, most=4)}. {consequence(lost)}"
    change = Change(then.block.id, place, identity, text_of(then, now), text_of(now, then) if now else "", lost)
    return weakening(change, message, severity)


def text_of(one: Placed, other: Placed | None) -> str:
    """Give the text of an invariant; where only its spec or section changed, with what that makes of it."""
    same = other is not None and one.block.text == other.block.text
    return f"# reports {one.severity}s\n{one.block.text}" if same else one.block.text


def of_settings(before: Intent, after: Intent, lost: Sequence[Finding], severity: Severity) -> Iterable[Finding]:
    """Make the finding of settings by which less is read, or less is said."""
    changed = [key for key in sorted(before.settings) if before.settings[key] != after.settings.get(key, ())]
    fewer = set(after.settings.get("exclude", ())) <= set(before.settings.get("exclude", ()))
    loose = [key for key in changed if key != "exclude" or not fewer]
    if loose:
        source = after.source or before.source
        message = f"{listed([f'`{key}`' for key in loose])} of {source} changed. {consequence(lost)}"
        texts = (settings_text(before, loose), settings_text(after, loose))
        yield weakening(Change("", SpecAnchor(source, "", 1), ("settings", *texts), *texts, lost), message, severity)


def settings_text(intent: Intent, keys: Iterable[str]) -> str:
    """Write settings as they would stand in a file."""
    rows = ((key, ", ".join(f'"{value}"' for value in intent.settings.get(key, ()))) for key in keys)
    return "".join(f"{key} = [{values}]\n" for key, values in rows)


def of_lock(
    before: Intent, after: Intent, then: AbstractSet[str], now: AbstractSet[str], severity: Severity
) -> Iterable[Finding]:
    """Make a finding of each entry of the lock that is new or holds longer, but for invariants that are new as well."""
    known = {entry.key: entry for entry in before.lock.entries}
    there = {key_of(finding): finding for finding in after.report.findings}
    for entry in after.lock.entries:
        old = known.get(entry.key)
        if (entry.invariant in now and entry.invariant not in then) or (old is not None and not longer(old, entry)):
            continue
        end = f" until {entry.until}" if entry.until else ""
        by = f" by {entry.by}" if entry.by else ""
        why = f" ({entry.because})" if entry.because else ""
        message = f"{LOCK_FILE} has {said(entry)} {entry.state}{end}{by}{why}."
        if old is not None:
            message = f"{message} It was {old.state}" + (f" until {old.until}." if old.until else ".")
        lost = [there[entry.key]] if entry.key in there else []
        texts = (format_entry(old) + "\n" if old else "", format_entry(entry) + "\n")
        identity = (LOCK, *entry.key, entry.until)
        change = Change(entry.invariant, SpecAnchor(LOCK_FILE, "", entry.line), identity, *texts, lost)
        yield weakening(change, message, LOWEST if entry.state == "reviewed" else severity)


def longer(old: Entry, new: Entry) -> bool:
    """Say whether an entry accepts for longer than it did."""
    return end_of(new) > end_of(old)


def end_of(entry: Entry) -> date:
    """Give the last day of an entry."""
    return date.fromisoformat(entry.until) if entry.until else LAST


def consequence(lost: Sequence[Finding]) -> str:
    """Say what is let through."""
    if not lost:
        return "It lets nothing through today."
    more = f" and {len(lost) - 1} more" if lost[1:] else ""
    return f"It lets through what is here today: {lost[0].message.rstrip('.')}{more}."


def weakening(change: Change, message: str, severity: Severity) -> Finding:
    """Make a finding of kind `weakening`."""
    return Finding(
        invariant=change.invariant,
        kind=WEAKENING,
        severity=severity,
        message=message,
        fix=FIX,
        spec=change.place,
        code=None,
        identity=change.identity,
        before=change.before,
        after=change.after,
        lets_through=tuple(finding.message for finding in change.lost),
    )
