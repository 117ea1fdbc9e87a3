"""Holds all specs against all code: every problem is a finding, every invariant gets a verdict, none stops another.

Pure: documents, code index and today's date in, a report out; the same input gives the same bytes. Knows neither where
texts come from nor how a report is shown.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from drift.asking import Ask
from drift.exceptions import split_by_date
from drift.facts import Tier
from drift.findings import CodeAnchor, Finding, SpecAnchor, Verdict
from drift.index import CodeIndex
from drift.invariants import AskingKind, Invariant, Kind, Outcome, ShapeKind, World
from drift.kinds import KINDS, find_kind
from drift.report import CheckReport, InvariantResult, NotAnalysed, verdict_of
from drift.selection.select import shown
from specs.document import BrokenBlock, Document, ExceptionClause, InvariantBlock
from specs.places import is_decision
from specs.problem import Problem, Severity
from specs.suggest import did_you_mean, either
from specs.values import dataclass, field, replace

SPEC, UNPARSED, UNPLACED = "spec", "unparsed", "unplaced"
# Mentions are held against the code in every spec, said or not; the spec's own block may say otherwise.
ALWAYS = "mentions"
# Each exception whose day has passed costs an evaluation, to say what it let through.
MOST_LAPSED = 20


def check(
    documents: Mapping[str, Document],
    world: World,
    only: frozenset[str] | None = None,
    *,
    today: date,
    more: Sequence[Kind] = (),
) -> CheckReport:
    """Evaluate every invariant of the documents. `only` restricts the kinds; `today` ends exceptions.

    `more` are kinds that only these documents know: rules of a peer, judged as the peer does.
    """
    if world.documents is not documents:
        world = replace(world, documents=documents)
    run = _Run(world, today, only, more)
    for path in sorted(documents):
        if documents[path].front_matter.status != "retired":
            run.document(path, documents[path])
    run.code(world.index)
    findings = distinct(run.findings)
    results = sorted(run.results, key=lambda result: (result.spec, result.line, result.id))
    return CheckReport(
        verdict=verdict_of(findings),
        invariants=tuple(with_fingerprints(results, findings)),
        findings=tuple(findings),
        not_analysed=tuple(sorted(run.not_analysed, key=lambda one: (one.path, one.reason))),
        counts=_counts(world.index, documents, len(results)),
    )


def needed_tier(documents: Mapping[str, Document], only: frozenset[str] | None = None) -> Tier:
    """Say how far the files of the tree must be read to check these documents."""
    tiers = [Tier.IMPORTS]
    for path, document in documents.items():
        if document.front_matter.status == "retired":
            continue
        implied = [_implicit_mentions()] if _has_prose(path, document) else []
        for block in (*here(document), *implied):
            kind = find_kind(block.kind)
            if kind is not None and (only is None or block.kind in only):
                tiers.append(kind.tier(block))
    return max(tiers)


def asked(documents: Mapping[str, Document], world: World, only: frozenset[str] | None = None) -> frozenset[Ask]:
    """Give all that the invariants of the documents want to know of sources; `check` wants the answers in its world."""
    found: set[Ask] = set()
    for path, document in documents.items():
        for block in here(document) if document.front_matter.status != "retired" else ():
            kind = find_kind(block.kind)
            if not isinstance(kind, AskingKind) or not (only is None or block.kind in only):
                continue
            if not any(problem.severity == "error" for problem in kind.validate(block)):
                found.update(kind.asks(Invariant(block, path, block.options), world))
    return frozenset(found)


@dataclass(slots=True)
class _Run:
    """One check in the making."""

    world: World
    today: date
    only: frozenset[str] | None
    more: Sequence[Kind] = ()
    findings: list[Finding] = field(default_factory=list)
    results: list[InvariantResult] = field(default_factory=list)
    not_analysed: set[NotAnalysed] = field(default_factory=set)
    taken: dict[str, str] = field(default_factory=dict)

    def kind(self, name: str) -> Kind | None:
        return next((kind for kind in self.more if kind.name == name), None) or find_kind(name)

    def wants(self, kind: str) -> bool:
        return self.only is None or kind in self.only

    def document(self, path: str, document: Document) -> None:
        """Evaluate one spec: what is wrong with it, its invariants, and its mentions."""
        for problem in document.problems if not document.guest else ():
            anchor, owner = _anchor_at(document, problem.line), _owner_at(document, problem.line)
            self.problem(path, problem, anchor, owner, draft=is_draft(document, anchor))
        if self.wants(SPEC) and not document.guest:
            self.results += [_result(path, broken, Outcome(()), "error") for broken in document.broken]
        for block in here(document):
            if self.wants(block.kind):
                self.invariant(path, document, block)
        if document.elsewhere and not document.guest:
            self.not_analysed.add(NotAnalysed(path, said_elsewhere(document)))
        explicit = any(block.kind == ALWAYS for block in document.invariants)
        if _has_prose(path, document) and not explicit and self.wants(ALWAYS):
            self.evaluate(path, document, _implicit_mentions())

    def invariant(self, path: str, document: Document, block: InvariantBlock) -> None:
        """Evaluate one block, or say why it cannot be."""
        kind = self.kind(block.kind)
        owner = self.taken.setdefault(block.id, path) if kind else path
        problems: list[Problem] = []
        if block.extends and not document.within:
            text = f"{shown(block.extends)} cannot be extended here: this spec lies beside no package."
            hint = "Only a spec in a folder of `packages` restates what specs above it say."
            problems.append(Problem("no-parent", text, block.line, 1, hint))
        if kind is None:
            names = [one.name for one in KINDS]
            hint = did_you_mean(block.kind, names) or f"The kinds are {either(names)}."
            problems.append(Problem("unknown-kind", f"There is no kind {shown(block.kind)!r}.", block.line, 1, hint))
        elif owner != path:
            text = f"The id {block.id} is taken by an invariant of {shown(owner)}."
            problems.append(Problem("duplicate-id", text, block.line, 1, "Give each invariant an id of its own."))
        else:
            problems += kind.validate(block)
        for problem in problems:
            self.problem(path, problem, block.anchor, block.id, draft=is_draft(document, block.anchor, block.line))
        if any(problem.severity == "error" for problem in problems) or _repeats(document, block):
            self.results.append(_result(path, block, Outcome(()), "error"))
        else:
            self.evaluate(path, document, block)

    def evaluate(self, path: str, document: Document, block: InvariantBlock) -> None:
        """Let the kind judge a well-formed block, with the exceptions that still hold."""
        kind = self.kind(block.kind)
        if kind is None:
            return
        live, lapsed = split_by_date(block.exceptions, self.today)
        invariant = Invariant(replace(block, exceptions=live), path, block.options)
        outcome = self.judged(kind, invariant)
        ended = self.ended(kind, invariant, lapsed, outcome) if lapsed else {}
        findings = [noted(finding, ended.get(finding.fingerprint)) for finding in outcome.findings]
        if is_draft(document, block.anchor, block.line):
            findings = [replace(finding, severity=_at_most_warning(finding.severity)) for finding in findings]
        self.findings += findings
        self.not_analysed.update(NotAnalysed(path, reason) for reason in outcome.not_analysed)
        self.results.append(_result(path, block, outcome, _verdict(outcome)))

    def judged(self, kind: Kind, invariant: Invariant) -> Outcome:
        """Let the kind judge, unless it is known what it would say."""
        known = self.world.known if isinstance(kind, ShapeKind) else None
        outcome = known.get(invariant) if known else None
        if outcome is None:
            outcome = kind.evaluate(invariant, self.world)
            if known:
                known.keep(invariant, outcome)
        return outcome

    def ended(
        self, kind: Kind, invariant: Invariant, lapsed: tuple[ExceptionClause, ...], outcome: Outcome
    ) -> dict[str, ExceptionClause]:
        """Give, by fingerprint, the exception that would let a finding through, had its day not passed."""
        found: dict[str, ExceptionClause] = {}
        for clause in lapsed[:MOST_LAPSED] if outcome.findings else ():
            block = replace(invariant.block, exceptions=(*invariant.block.exceptions, clause))
            still = {one.fingerprint for one in kind.evaluate(replace(invariant, block=block), self.world).findings}
            for finding in outcome.findings:
                if finding.fingerprint not in still:
                    found.setdefault(finding.fingerprint, clause)
        return found

    def problem(self, path: str, problem: Problem, anchor: str, identifier: str = "", *, draft: bool) -> None:
        """Make a finding of what is wrong in a spec itself."""
        if self.wants(SPEC):
            severity = _at_most_warning(problem.severity) if draft else problem.severity
            place = SpecAnchor(path, anchor, problem.line)
            identity = (path, identifier, problem.code, problem.message)
            self.findings.append(
                Finding(identifier, SPEC, severity, problem.message, problem.hint, place, None, identity)
            )

    def code(self, index: CodeIndex) -> None:
        """Make findings of files that could not be read or placed, and list what was left out."""
        wrong: Mapping[str, tuple[Problem, ...]] = index.problems
        if needed_tier(self.world.documents, self.only) > Tier.IMPORTS:
            wrong = {**index.syntax, **index.problems}
        for path, problems in wrong.items():
            first = problems[0]
            more = f" and {len(problems) - 1} more" if problems[1:] else ""
            text = f"{first.message.rstrip('.')}{more}"
            self.left_out(UNPARSED, path, replace(first, message=text))
        for path, reason in index.unread.items():
            self.left_out(UNPARSED, path, Problem("unread", reason, 1, 1, "Nothing in this file was checked."))
        for path, reason in index.unplaced.items():
            hint = "Set the source roots in the configuration, or move the file."
            self.left_out(UNPLACED, path, Problem("unplaced", reason, 1, 1, hint))
        for one in index.unresolved:
            self.not_analysed.add(NotAnalysed(one.path, f"import not resolved: {one.reason}"))

    def left_out(self, kind: str, path: str, problem: Problem) -> None:
        """Note that a file was not, or not wholly, understood."""
        reason = problem.message.rstrip(".")
        self.not_analysed.add(NotAnalysed(path, reason))
        if self.wants(kind):
            said = "could not be read in full" if kind == UNPARSED else "belongs to no module"
            place = CodeAnchor(path, max(problem.line, 1), max(problem.column, 1))
            message = f"{shown(path)} {said}: {shown(reason)}."
            fix = problem.hint or "Correct the file, or leave it out of the tree."
            spec = SpecAnchor("", "", 0)
            self.findings.append(Finding("", kind, "warning", message, fix, spec, place, (path,)))


def here(document: Document) -> tuple[InvariantBlock, ...]:
    """Give the invariants of a spec that are about the repository at hand."""
    away = document.elsewhere
    return tuple(one for one in document.invariants if one.line not in away) if away else document.invariants


def said_elsewhere(document: Document) -> str:
    """Say how much of a spec is about other repositories."""
    count = len(document.elsewhere)
    return f"{count} {'invariant is' if count == 1 else 'invariants are'} about other repositories"


def _has_prose(path: str, document: Document) -> bool:
    """Say whether a spec has names in its prose that the code at hand is held to."""
    return bool(document.mentions) and not document.away and not is_decision(path, document.text)


def noted(finding: Finding, clause: ExceptionClause | None) -> Finding:
    """Say in a finding that an exception once let it through."""
    if clause is None:
        return finding
    note = f" The exception for {shown(clause.what)} ended on {shown(clause.until or '')}."
    return replace(finding, message=finding.message + note)


def _result(path: str, block: InvariantBlock | BrokenBlock, outcome: Outcome, verdict: Verdict) -> InvariantResult:
    """Say how an invariant fared; its findings are looked up when all are known."""
    name, kind, why = (block.name, block.kind, block.why) if isinstance(block, InvariantBlock) else ("", SPEC, "")
    place = (path, block.anchor, block.line)
    return InvariantResult(block.id, name, kind, *place, verdict, (), outcome.governs, why)


def _repeats(document: Document, block: InvariantBlock) -> bool:
    """Say whether an earlier block of the spec has the id; the parser has told."""
    return any(other.id == block.id and other.line < block.line for other in document.invariants)


def _implicit_mentions() -> InvariantBlock:
    return InvariantBlock(
        id=ALWAYS,
        kind=ALWAYS,
        name="",
        why="A spec that names what is gone misleads its readers.",
        severity="warning",
        owner="",
        exceptions=(),
        options={},
        option_lines={},
        anchor="",
        line=1,
        text="",
    )


def is_draft(document: Document, anchor: str, line: int = 0) -> bool:
    """Say whether what stands there may warn at most: the spec is a draft, or the section or block awaits a person."""
    front = document.front_matter
    if front.status == "draft" or line in document.unconfirmed:
        return True
    parents = {section.anchor: section.parent for section in document.sections}
    seen: set[str] = set()
    while anchor and anchor not in seen:
        if anchor in front.inferred:
            return True
        seen.add(anchor)
        anchor = parents.get(anchor, "")
    return False


def _at_most_warning(severity: Severity) -> Severity:
    return "warning" if severity == "error" else severity


def _anchor_at(document: Document, line: int) -> str:
    """Give the innermost section that a line stands in."""
    return next((one.anchor for one in reversed(document.sections) if one.line <= line <= one.end_line), "")


def _owner_at(document: Document, line: int) -> str:
    """Give the id of the invariant in whose block a line stands."""
    ends = {block.line: block.line + block.text.count("\n") for block in document.blocks}
    owners: list[InvariantBlock | BrokenBlock] = [*document.invariants, *document.broken]
    return next((one.id for one in owners if one.line <= line <= ends.get(one.line, one.line)), "")


def _verdict(outcome: Outcome) -> Verdict:
    """An info never breaks; what is about nothing is unmatched, unless something else is broken as well."""
    broken = [one for one in outcome.findings if one.severity != "info" and one.identity[:1] != ("unmatched",)]
    if broken:
        return "broken"
    return "unmatched" if outcome.unmatched else "kept"


def distinct(findings: Iterable[Finding]) -> list[Finding]:
    """Order the findings, and number those that would else have one fingerprint."""
    ordered = sorted(findings, key=_order)
    seen: dict[str, int] = {}
    found = []
    for finding in ordered:
        count = seen[finding.fingerprint] = seen.get(finding.fingerprint, 0) + 1
        found.append(finding if count == 1 else replace(finding, identity=(*finding.identity, f"#{count}")))
    return found


def _order(finding: Finding) -> tuple[object, ...]:
    code = finding.code or CodeAnchor("", 0)
    spec = finding.spec
    place = (not spec.path, spec.path, spec.line, finding.invariant, finding.kind)
    return (*place, finding.identity, code.path, code.line, code.column, finding.message)


def with_fingerprints(results: Iterable[InvariantResult], findings: Iterable[Finding]) -> Iterable[InvariantResult]:
    """Give each result its findings: those of its id and spec."""
    own: dict[tuple[str, str], list[str]] = {}
    for finding in findings:
        own.setdefault((finding.invariant, finding.spec.path), []).append(finding.fingerprint)
    for result in results:
        yield replace(result, findings=tuple(own.get((result.id, result.spec), ())) if result.id else ())


def _counts(index: CodeIndex, documents: Mapping[str, Document], invariants: int) -> dict[str, int]:
    return {
        "files": len(index.paths),
        "modules": len(index.modules),
        "edges": len(index.edges),
        "externals": len(index.externals),
        "unresolved": len(index.unresolved),
        "specs": len(documents),
        "invariants": invariants,
    }
