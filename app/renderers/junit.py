"""JUnit XML, as CI servers read it: a suite for each spec, a case for each invariant. Warnings are told, not failed.

Follows the schema that Jenkins publishes (junit-10). There is no clock in a report, so no times are given.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from app.wording import clean, in_order, reason_of, results_of
from drift.excerpts import NOTHING, Excerpts
from drift.findings import Finding, FindingState
from drift.report import CheckReport, InvariantResult

CODE_SUITE = "code"


@dataclass(slots=True)
class Case:
    """One case of a suite: an invariant, or what else was looked at, and all findings about it."""

    suite: str
    name: str
    result: InvariantResult | None = None
    findings: list[Finding] = field(default_factory=list)

    @property
    def failures(self) -> list[Finding]:
        """What fails the case: errors that are new."""
        return [one for one in self.findings if one.severity == "error" and one.state is FindingState.INTRODUCED]

    @property
    def told(self) -> list[Finding]:
        """What is only told."""
        failures = self.failures
        return [one for one in self.findings if one not in failures]

    @property
    def unreadable(self) -> bool:
        """Whether the invariant could not be judged at all."""
        return bool(self.result and self.result.verdict == "error" and not self.findings)


def render(report: CheckReport, excerpts: Excerpts = NOTHING) -> str:
    """Write a report."""
    suites: dict[str, list[Case]] = {}
    for case in cases(report, excerpts):
        suites.setdefault(case.suite, []).append(case)
    every = [case for suite in suites.values() for case in suite]
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<testsuites{attributes({'name': 'holdfast', **sums(every)})}>"]
    for name, suite in suites.items():
        lines.append(f"  <testsuite{attributes({'name': name, **sums(suite)})}>")
        for case in suite:
            lines += written(case, excerpts)
        lines.append("  </testsuite>")
    return "\n".join([*lines, "</testsuites>"]) + "\n"


def cases(report: CheckReport, excerpts: Excerpts) -> Iterable[Case]:
    """Give a case for each invariant, in the order they were written, then those for findings of no invariant."""
    found: dict[tuple[str, str], Case] = {}
    for (id_, spec), result in results_of(report).items():
        found[spec, id_] = Case(excerpts.place(spec) or CODE_SUITE, id_ or result.kind, result)
    for item in in_order(report, *FindingState):
        spec, name = item.spec.path, item.invariant or item.kind
        case = found.setdefault((spec, name), Case(excerpts.place(spec) or CODE_SUITE, name))
        case.findings.append(item)
    return found.values()


def sums(suite: list[Case]) -> dict[str, str]:
    """Count a suite as JUnit counts: cases, not findings."""
    failures = sum(bool(case.failures) for case in suite)
    errors = sum(case.unreadable for case in suite)
    return {"tests": str(len(suite)), "failures": str(failures), "errors": str(errors)}


def written(case: Case, excerpts: Excerpts) -> list[str]:
    """Write one case: failed by its new errors, everything else said beside it."""
    title = case.result.name if case.result else ""
    name = f"{case.name}: {title}" if title and title != case.name else case.name
    head = f"    <testcase{attributes({'name': name, 'classname': case.suite})}"
    body: list[str] = []
    if failures := case.failures:
        kind = failures[0].kind
        more = f" (and {len(failures) - 1:,} more)" if failures[1:] else ""
        said = attributes({"message": f"{failures[0].message}{more}", "type": kind})
        body.append(f"      <failure{said}>{escape(told(failures, case.result, excerpts))}</failure>")
    elif case.unreadable:
        body.append(f"      <error{attributes({'message': 'the invariant could not be read', 'type': 'spec'})}/>")
    if case.told:
        body.append(f"      <system-out>{escape(told(case.told, case.result, excerpts))}</system-out>")
    return [f"{head}>", *body, "    </testcase>"] if body else [f"{head}/>"]


def told(findings: Sequence[Finding], result: InvariantResult | None, excerpts: Excerpts) -> str:
    """Tell why the rule is there, then findings one after another: what, where, by which way, what to do."""
    known = {(result.id, result.spec): result} if result else {}
    lines = [f"why: {clean(why)}"] if (why := reason_of(findings[0], known)) else []
    for item in findings:
        state = item.state.value if item.state is not FindingState.INTRODUCED else "new"
        lines.append(f"{item.fingerprint[:8]} {item.severity}, {state}: {clean(item.message)}")
        if item.code:
            lines.append(f"  at {clean(excerpts.place(item.code.path))}:{item.code.line}")
        for hop in item.evidence:
            place = f"{clean(excerpts.place(hop.path))}:{hop.line}"
            lines.append(f"  {clean(hop.importer)} imports {clean(hop.imported)} ({place})")
        if item.fix:
            lines.append(f"  fix: {clean(item.fix)}")
    return "\n".join(["", *lines, ""])


def attributes(values: Mapping[str, str]) -> str:
    """Write attributes; nothing that XML 1.0 forbids gets through."""
    return "".join(f" {name}={quoteattr(clean(value))}" for name, value in values.items())
