"""SARIF 2.1.0, as code scanning and editors read it: a rule for each invariant, a result for each finding.

A result carries the finding's fingerprint (also as the one GitHub tracks alerts by), the import chain as a code flow,
and where the rule is written. What is waived or was there before is suppressed; what is gone is `absent`.
"""

import json
from importlib.metadata import PackageNotFoundError, version
from urllib.parse import quote

from app.wording import clean, in_order
from drift.excerpts import NOTHING, Excerpts
from drift.findings import Finding, FindingState, Hop
from drift.kinds import kind_page
from drift.report import CheckReport, InvariantResult

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
HOME = "https://github.com/holdfast/holdfast"
MOST, MOST_THROUGH = 25_000, 20
LEVELS = {"error": "error", "warning": "warning", "info": "note"}
BASELINE = {
    FindingState.INTRODUCED: "new",
    FindingState.EXISTING: "unchanged",
    FindingState.WAIVED: "unchanged",
    FindingState.FIXED: "absent",
}
Json = dict[str, object]


def render(report: CheckReport, excerpts: Excerpts = NOTHING) -> str:
    """Write a report as one run. GitHub takes 25,000 results; the gravest come first, and what is cut is said."""
    findings = in_order(report, *FindingState)
    known = {name_of(item.id, item.kind): item for item in reversed(report.invariants)}
    worst = {name_of(item.invariant, item.kind): item for item in reversed(findings)}
    names = sorted({*known, *worst})
    rules = {name: number for number, name in enumerate(names)}
    run: Json = {
        "tool": {
            "driver": {
                "name": "Holdfast",
                "informationUri": HOME,
                "semanticVersion": own_version(),
                "rules": [rule(name, known.get(name), worst.get(name), excerpts) for name in names],
            }
        },
        "invocations": [invocation(report, len(findings))],
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"SRCROOT": {"description": {"text": "The top of the repository."}}},
        "results": [result(item, rules[name_of(item.invariant, item.kind)], excerpts) for item in findings[:MOST]],
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"


def own_version() -> str:
    """Give the version of this program."""
    try:
        return version("holdfast")
    except PackageNotFoundError:
        return "0.0.0"


def name_of(invariant: str, kind: str) -> str:
    """Name the rule that a finding or a result belongs to: its invariant, or its kind where it is about none."""
    return clean(invariant or kind)


def rule(name: str, known: InvariantResult | None, worst: Finding | None, excerpts: Excerpts) -> Json:
    """Describe a rule: why it is there in the words of its spec, and the page of its kind as help."""
    kind = known.kind if known else worst.kind if worst else name
    title = (known.name if known else "") or name
    page = kind_page(kind) or f"What Holdfast reports as {kind}."
    first = page.partition("\n")[0]
    why = known.why if known else ""
    written = f"Written in {excerpts.place(known.spec)}:{known.line}." if known and known.spec else ""
    head = "\n\n".join(part for part in (why, written) if part)
    return {
        "id": name,
        "name": clean(title),
        "shortDescription": {"text": clean(title)},
        "fullDescription": {"text": clean(why or first)},
        "help": {
            "text": lines_of(f"{head}\n\n{page}".strip()),
            "markdown": lines_of(f"{head}\n\n```text\n{page}\n```".strip()),
        },
        "defaultConfiguration": {"level": LEVELS[worst.severity if worst else "error"]},
        "properties": {"tags": ["architecture", clean(kind)], "precision": "very-high"},
    }


def result(item: Finding, rule_index: int, excerpts: Excerpts) -> Json:
    """Write one finding. One that is gone passes: it is told for those who compare, and raises no alert."""
    gone = item.state is FindingState.FIXED
    through = "".join(f"\n- {clean(text)}" for text in item.lets_through[:MOST_THROUGH])
    message = clean(item.message) + through + (f"\n\nFix: {clean(item.fix)}" if item.fix else "")
    spec = location(item.spec.path, item.spec.line, 1, excerpts) if item.spec.path else None
    value: Json = {
        "ruleId": name_of(item.invariant, item.kind),
        "ruleIndex": rule_index,
        "kind": "pass" if gone else "fail",
        "level": "none" if gone else LEVELS[item.severity],
        "message": {"text": message},
        "locations": [location(item.code.path, item.code.line, item.code.column, excerpts)]
        if item.code
        else [spec]
        if spec
        else [],
        "partialFingerprints": {
            "holdfast/v1": item.fingerprint,
            "primaryLocationLineHash": f"{item.fingerprint}:1",
        },
        "baselineState": BASELINE[item.state],
        "properties": {"kind": clean(item.kind), "state": item.state.value},
    }
    related = [hop_location(hop, excerpts) for hop in item.evidence]
    if spec and item.code:
        related.append({**spec, "message": {"text": "The rule is written here."}})
    if related:
        value["relatedLocations"] = [{"id": number, **place} for number, place in enumerate(related, 1)]
    if len(item.evidence) > 1:
        steps = [{"location": hop_location(hop, excerpts), "nestingLevel": 0} for hop in item.evidence]
        value["codeFlows"] = [{"threadFlows": [{"locations": steps}]}]
    if item.state in {FindingState.WAIVED, FindingState.EXISTING}:
        value["suppressions"] = [suppression(item)]
    return value


def suppression(item: Finding) -> Json:
    """Say why a finding raises no alert now: in the words of the lock, where it speaks of it."""
    words = "It was there before this change."
    if item.accepted is not None:
        until = f" until {item.accepted.until}" if item.accepted.until else ""
        by = f" by {item.accepted.by}" if item.accepted.by else ""
        because = f": {item.accepted.because}" if item.accepted.because else "."
        words = f"Accepted{until}{by}{because}"
    elif item.state is FindingState.WAIVED:
        words = "Waived."
    return {"kind": "external", "status": "accepted", "justification": clean(words)}


def hop_location(hop: Hop, excerpts: Excerpts) -> Json:
    """Say where one import of a chain stands, and what it imports."""
    text = f"{clean(hop.importer)} imports {clean(hop.imported)}"
    return {**location(hop.path, hop.line, 0, excerpts), "message": {"text": text}}


def location(path: str, line: int, column: int, excerpts: Excerpts) -> Json:
    """Write a place, with the line that stands there where it is known; column 0 is not known."""
    region: Json = {"startLine": max(line, 1)}
    if column > 0:
        region["startColumn"] = column
    text = excerpts.line(path, line)
    if text is not None:
        region["snippet"] = {"text": lines_of(text)}
    artifact = {"uri": quote(raw(excerpts.place(path))), "uriBaseId": "SRCROOT"}
    return {"physicalLocation": {"artifactLocation": artifact, "region": region}}


def raw(path: str) -> bytes:
    """Give the bytes of a file name, also of one that is not UTF-8."""
    try:
        return path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return path.encode("utf-8", "backslashreplace")


def invocation(report: CheckReport, findings: int) -> Json:
    """Say that the run came to its end, and what it left out."""
    notes = [note(f"{clean(item.path)}: {clean(item.reason)}", "not-analysed") for item in report.not_analysed]
    if findings > MOST:
        notes.append(note(f"{findings - MOST:,} more findings were left out of this file.", "cut"))
    value: Json = {"executionSuccessful": True, "exitCode": int(report.verdict == "broken")}
    if notes:
        value["toolExecutionNotifications"] = notes
    return value


def note(text: str, name: str) -> Json:
    """Make a notification."""
    return {"level": "note", "message": {"text": text}, "descriptor": {"id": f"holdfast/{name}"}}


def lines_of(text: str) -> str:
    """Clean a text of several lines line by line."""
    return "\n".join(clean(line.replace("\t", "    ")) for line in text.split("\n"))
