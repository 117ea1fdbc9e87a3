"""Workflow commands of GitHub Actions: annotations at the lines of a change, then everything in a group of the log.

GitHub shows ten errors, ten warnings and ten notices of a step and drops the rest without a word, so the gravest are
chosen here, and what was not annotated is counted. The text of the group comes from strangers: commands in it are
switched off by a token that nobody can foresee.
"""

import hashlib
from collections.abc import Mapping

from app.wording import SEVERITY_ORDER, and_waived, clean, counted, in_order, kept_and_all, reason_of, results_of
from drift.excerpts import NOTHING, Excerpts
from drift.findings import Finding, FindingState
from drift.report import CheckReport

COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}
MOST = 10


def render(report: CheckReport, excerpts: Excerpts = NOTHING) -> str:
    """Write annotations for what is new, what else there is in a group, and the verdict in one line."""
    new = in_order(report, FindingState.INTRODUCED)
    shown: list[Finding] = []
    for severity in SEVERITY_ORDER:
        places: dict[tuple[str, int, int], list[Finding]] = {}
        for item in new:
            if item.severity == severity:
                places.setdefault(place(item), []).append(item)
        for items in list(places.values())[:MOST]:
            shown += items
    results = results_of(report)
    reasons = {item.fingerprint: reason_of(item, results) for item in shown}
    lines = [annotation(items, reasons, excerpts) for items in by_place(shown)]
    lines += group(new, excerpts)
    lines.append(verdict(report, len(new), len(shown)))
    return "\n".join(lines) + "\n"


def place(item: Finding) -> tuple[str, int, int]:
    """Say where an annotation of a finding stands: in the code, else in the spec."""
    if item.code:
        return item.code.path, max(item.code.line, 1), max(item.code.column, 1)
    return item.spec.path, max(item.spec.line, 1), 1


def by_place(findings: list[Finding]) -> list[list[Finding]]:
    """Join findings of one severity that stand in one place: GitHub shows one note a line."""
    joined: dict[tuple[object, ...], list[Finding]] = {}
    for item in findings:
        joined.setdefault((item.severity, *place(item)), []).append(item)
    return list(joined.values())


def annotation(items: list[Finding], reasons: Mapping[str, str], excerpts: Excerpts) -> str:
    """Write one command, with the `reasons` of the rules by fingerprint."""
    path, line, column = place(items[0])
    names = dict.fromkeys(item.invariant or item.kind for item in items)
    properties = {"title": f"holdfast: {', '.join(names)}"}
    if path:
        properties = {"file": excerpts.place(path), "line": str(line), "col": str(column), **properties}
    said = "\n\n".join("\n".join([*told(item, excerpts), *why(item, reasons, excerpts)]) for item in items)
    listed = ",".join(f"{name}={property_text(clean(value))}" for name, value in properties.items())
    return f"::{COMMANDS[items[0].severity]} {listed}::{data_text(said)}"


def why(item: Finding, reasons: Mapping[str, str], excerpts: Excerpts) -> list[str]:
    """Say why the rule of a finding is there and where that is written, unless the annotation stands there anyway."""
    written = f"{clean(excerpts.place(item.spec.path))}:{item.spec.line}" if item.code and item.spec.path else ""
    reason = clean(reasons[item.fingerprint])
    return [f"Why: {reason} ({written})" if reason else f"Rule: {written}"] if written else []


def told(item: Finding, excerpts: Excerpts) -> list[str]:
    """Tell one finding: what, the chain where there is one, what to do."""
    lines = [clean(item.message)]
    if len(item.evidence) > 1:
        lines += [
            f"{clean(hop.importer)} → {clean(hop.imported)} ({clean(excerpts.place(hop.path))}:{hop.line})"
            for hop in item.evidence
        ]
    lines += [f"lets through: {clean(message)}" for message in item.lets_through[:MOST]]
    if item.fix:
        lines.append(f"Fix: {clean(item.fix)}")
    return lines


def group(new: list[Finding], excerpts: Excerpts) -> list[str]:
    """List everything new in a group of the log, with commands switched off."""
    if not new:
        return []
    body: list[str] = []
    for item in new:
        path, line, column = place(item)
        spot = f"{clean(excerpts.place(path))}:{line}:{column}: " if path else ""
        first, *rest = told(item, excerpts)
        body += [
            f"{spot}{item.severity}: {first} [{clean(item.invariant or item.kind)}]",
            *(f"  {row}" for row in rest),
        ]
    token = hashlib.sha256("\n".join(body).encode()).hexdigest()[:32]
    return [
        f"::group::{counted(len(new), 'new finding')}",
        f"::stop-commands::{token}",
        *body,
        f"::{token}::",
        "::endgroup::",
    ]


def verdict(report: CheckReport, new: int, shown: int) -> str:
    """Say the verdict."""
    kept, whole = kept_and_all(report)
    said = f"holdfast: {report.verdict}, {kept:,} of {counted(whole, 'invariant')} kept{and_waived(report)}"
    said += f", {counted(new, 'new finding')}"
    if shown < new:
        said += f" ({shown:,} annotated: GitHub shows {MOST} of each sort)"
    return said


def data_text(text: str) -> str:
    """Escape the message of a command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def property_text(text: str) -> str:
    """Escape a property of a command."""
    return data_text(text).replace(":", "%3A").replace(",", "%2C")
