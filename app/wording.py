"""Words that every output of a check shares: texts made safe to show, counts, the verdict as a sentence. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from drift.findings import TWO_TEXTS, WEAKENING, Finding, FindingState
from drift.report import CheckReport, InvariantResult, NotAnalysed, counts, waived_in

HIDDEN = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160))} | {
    code: f"\\u{code:04x}"
    for code in (*range(0x200B, 0x2010), *range(0x2028, 0x202F), *range(0x2060, 0x206A), 0xFEFF, 0xFFFE, 0xFFFF)
}
SEVERITY_ORDER = ("error", "warning", "info")
SEVERITY_WORDS: Mapping[str, str] = MappingProxyType({"error": "error", "warning": "warning", "info": "note"})


def clean(text: str) -> str:
    """Show what must not reach a reader as it is: control characters, direction marks, bytes that are no text."""
    return encodable(text.translate(HIDDEN))


def encodable(text: str) -> str:
    """Show bytes that are no text (of a file name) as escapes; all else stays as it is."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def counted(count: int, word: str) -> str:
    """Say how many."""
    return f"{count:,} {word}" + ("" if count == 1 else "s")


def amount(number: int) -> str:
    """Write a large number short: 950, 12.5k, 1.2M."""
    for size, mark in ((1_000_000, "M"), (1_000, "k")):
        if number >= size:
            return f"{number / size:.1f}".removesuffix(".0") + mark
    return str(number)


def results_of(report: CheckReport) -> dict[tuple[str, str], InvariantResult]:
    """Give the invariants of a report by id and spec."""
    return {(item.id, item.spec): item for item in report.invariants}


def order(item: Finding, results: Mapping[tuple[str, str], InvariantResult]) -> tuple[object, ...]:
    """Sort by severity, then by where the invariant is written, then by place in the code or in the text."""
    result = results.get((item.invariant, item.spec.path))
    place = (item.spec.path, result.line if result else item.spec.line)
    code = (item.code.path, item.code.line) if item.code else ("", item.spec.line)
    weaker = bool(two_texts(item))
    return (SEVERITY_ORDER.index(item.severity), weaker, place, item.invariant, code, item.fingerprint)


def in_order(report: CheckReport, *states: FindingState) -> list[Finding]:
    """Give the findings of these states, the gravest first."""
    results = results_of(report)
    return sorted((item for item in report.findings if item.state in states), key=lambda item: order(item, results))


def kept_and_all(report: CheckReport) -> tuple[int, int]:
    """Count the invariants that people wrote: those that are kept, and all of them."""
    written = [item for item in report.invariants if counts(item.id, item.kind, item.anchor, item.verdict)]
    return sum(item.verdict == "kept" for item in written), len(written)


def by_reason(left: Iterable[NotAnalysed]) -> list[tuple[str, list[str]]]:
    """Join what was left out for the same reason, in the order in which reasons first come."""
    found: dict[str, list[str]] = {}
    for one in left:
        found.setdefault(one.reason, []).append(one.path)
    return list(found.items())


def left_out(reason: str, paths: Sequence[str]) -> str:
    """Say what was left out for one reason."""
    return f"{paths[0]}: {reason}" if len(paths) == 1 else f"{reason} ({len(paths):,}): {', '.join(paths)}"


def reason_of(item: Finding, results: Mapping[tuple[str, str], InvariantResult]) -> str:
    """Give the reason that the spec gives for the invariant of a finding; "" for none, and where two texts are told."""
    result = results.get((item.invariant, item.spec.path))
    return result.why if result and not two_texts(item) else ""


def and_waived(report: CheckReport) -> str:
    """Say how many invariants are broken in what is waived alone, to stand behind how many are kept; "" for none."""
    count = len(waived_in(report))
    return f" and {count:,} waived" if count else ""


def two_texts(item: Finding) -> str:
    """Give the kind of a finding that sets one text of an invariant beside another; "" for any other."""
    return item.kind if item.kind in TWO_TEXTS else ""


def tally(report: CheckReport) -> list[str]:
    """Say how many invariants are kept, and how many findings there are of each severity and state."""
    kept, whole = kept_and_all(report)
    first = f"{kept} of {counted(whole, 'invariant')} kept" if kept < whole else f"{counted(kept, 'invariant')} kept"
    first += and_waived(report)
    states = (FindingState.EXISTING, FindingState.FIXED, FindingState.WAIVED)
    sizes = {state: sum(item.state is state for item in report.findings) for state in states}
    weaker = [counted(count, WEAKENING)] if (count := report.counts.get("weakenings", 0)) else []
    return [
        first,
        *severities(report.findings),
        *weaker,
        *(f"{size:,} {state.value}" for state, size in sizes.items() if size),
    ]


def severities(findings: Iterable[Finding]) -> list[str]:
    """Say how many of the findings are new, by severity."""
    new = [item.severity for item in findings if item.state is FindingState.INTRODUCED]
    return [counted(new.count(one), SEVERITY_WORDS[one]) for one in SEVERITY_ORDER if one in new]
