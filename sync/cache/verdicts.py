"""What is kept of a check, as JSON and back, for the cache. Pure; `app.renderers` makes what people and machines read.

What is read back may be forged or cut: anything of another shape gives None.
"""

import json
from typing import TYPE_CHECKING, Any

from drift.findings import CodeAnchor, Finding, FindingState, Hop, SpecAnchor
from drift.report import CheckReport, InvariantResult, NotAnalysed
from specs.values import dataclass
from sync.cache.shapes import number, text

if TYPE_CHECKING:
    from drift.mentions.removal import Removal

FORMAT = 7
IMPORTER = 9  # where a row names the importer, with the imported module behind it
HOP = (str, str, str, int)


@dataclass(frozen=True, slots=True)
class Judged:
    """A tree held against its specs: the report as if nothing were accepted, and the text of the tree's lock.

    `intent` digests the specs and the configuration that were read; "" where there were none. The report is the same on
    each day from `first` to `last` (ISO dates): exceptions end.
    """

    report: CheckReport
    lock: str = ""
    intent: str = ""
    first: str = ""
    last: str = ""


def encode_judged(judged: Judged) -> bytes:
    """Write what is kept; the same gives the same bytes. Which paths are governed is nothing that a check tells."""
    report = judged.report
    value = {
        "format": FORMAT,
        "lock": judged.lock,
        "intent": judged.intent,
        "days": [judged.first, judged.last],
        "verdict": report.verdict,
        "invariants": [
            [
                *(item.id, item.name, item.kind, item.spec, item.anchor, item.line, item.verdict),
                list(item.findings),
                item.why,
            ]
            for item in report.invariants
        ],
        "findings": [finding_row(item) for item in report.findings],
        "not_analysed": [[item.path, item.reason] for item in report.not_analysed],
        "counts": dict(report.counts),
    }
    return json.dumps(value, separators=(",", ":")).encode("ascii")


def finding_row(item: Finding) -> list[object]:
    """Write one finding as a row."""
    code = [item.code.path, item.code.line, item.code.column] if item.code else None
    return [
        item.invariant,
        item.kind,
        item.severity,
        item.message,
        item.fix,
        [item.spec.path, item.spec.anchor, item.spec.line],
        code,
        list(item.identity),
        [[hop.importer, hop.imported, hop.path, hop.line] for hop in item.evidence],
        item.importer,
        item.imported,
        item.reference,
        removal_row(item.removal),
        item.state,
        [item.before, item.after, list(item.lets_through), list(item.releases)],
    ]


def removal_row(item: "Removal | None") -> list[object] | None:
    """Write what is known of a name that is gone."""
    return None if item is None else [item.commit, item.date, item.subject, list(item.was_in), item.became, item.how]


def decode_judged(payload: bytes) -> Judged | None:
    """Read it back; None for anything that `encode_judged` did not write."""
    try:
        value: Any = json.loads(payload)
        if value["format"] != FORMAT or value["verdict"] not in {"kept", "broken"}:
            return None
        report = CheckReport(
            verdict=value["verdict"],
            invariants=tuple(invariant(row) for row in value["invariants"]),
            findings=tuple(finding(row) for row in value["findings"]),
            not_analysed=tuple(NotAnalysed(text(path), text(reason)) for path, reason in value["not_analysed"]),
            counts={text(name): number(count) for name, count in value["counts"].items()},
        )
        first, last = map(text, value["days"])
        return Judged(report, text(value["lock"]), text(value["intent"]), first, last)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def invariant(row: Any) -> InvariantResult:
    """Read one invariant's row."""
    *texts, line, verdict, findings, why = row
    if verdict not in {"kept", "broken", "unmatched", "error"}:
        raise ValueError(row)
    id_, name, kind, spec, anchor = map(text, texts)
    return InvariantResult(
        id_,
        name,
        kind,
        spec,
        anchor,
        number(line),
        verdict,
        tuple(map(text, findings)),
        why=text(why),
    )


def finding(row: Any) -> Finding:
    """Read one finding's row."""
    id_, kind, severity, message, fix, spec, code, identity, evidence, *names, removal, state, two = row
    before, after, through, releases = two
    if severity not in {"error", "warning", "info"}:
        raise ValueError(row)
    importer, imported, reference = (None if name is None else text(name) for name in names)
    return Finding(
        invariant=text(id_),
        kind=text(kind),
        severity=severity,
        message=text(message),
        fix=text(fix),
        spec=SpecAnchor(text(spec[0]), text(spec[1]), number(spec[2])),
        code=None if code is None else CodeAnchor(text(code[0]), number(code[1]), number(code[2])),
        identity=tuple(map(text, identity)),
        evidence=tuple(map(hop, evidence)),
        importer=importer,
        imported=imported,
        reference=reference,
        removal=None if removal is None else removal_of(removal),
        state=FindingState(state),
        before=text(before),
        after=text(after),
        lets_through=tuple(map(text, through)),
        releases=tuple(map(text, releases)),
    )


def hop(row: Any) -> Hop:
    """Read one import of a chain."""
    if tuple(map(type, row)) != HOP:
        raise TypeError(row)
    return Hop._make(row)


def removal_of(row: Any) -> "Removal":
    """Read what is known of a name that is gone."""
    from drift.mentions.removal import Removal  # noqa: PLC0415 (only where a name is gone)

    commit, day, subject, was_in, became, how = row
    if how not in {"removed", "renamed", "file removed"}:
        raise ValueError(row)
    return Removal(text(commit), text(day), text(subject), tuple(map(text, was_in)), text(became), how)
