"""Holds a tree against a peer's own contracts, in place: finds the file, has it translated, looks with the peer's eyes.

Knows no particular peer; what it reads comes through the side's tree.
"""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path

from drift.check import check
from drift.columns import attributes_in
from drift.cruise.files import NoDisk
from drift.facts import EdgeAttribute
from drift.findings import Finding, Verdict
from drift.index import CodeIndex
from drift.invariants import World
from drift.report import CheckReport, NotAnalysed, verdict_of
from drift.source import plain_paths
from specs.document import Document, Yaml
from specs.errors import HoldfastError, UserError
from specs.values import replace
from sync.cache.factcache import FactCache
from sync.cache.outcomes import Narrowed, Outcomes, outcomes_of
from sync.checking.options import Question
from sync.gitrepo import read_plain_file
from sync.importers import IMPORTERS, find_importer
from sync.importers.support.translated import document_of, said, seen_by_us
from sync.importers.support.translation import Source, Translation
from sync.trees.installed import Beside
from sync.trees.reading import Reading, not_read, read_index
from sync.trees.sides import NoSpecsError, Side, text_of

CONTRACT_LIMIT = 4_000_000
# The trees that are what lies on disk, so that what lies beside them belongs to them.
SHORT = 12
ON_DISK = frozenset({"working tree", "folder"})
# Runs a configuration that is a program, and gives what it exports. Raises `UserError`.
Evaluated = Callable[[Path], Yaml]
Retold = Callable[[Finding, Callable[[str], str | None]], Sequence[Finding]]
Links = AbstractSet[tuple[str | None, str | None]]


def translate(side: Side, name: str, evaluated: Evaluated | None) -> Translation:
    """Translate one file of contracts. Raises `UserError` for a file that is missing or that no importer knows."""
    text = _text(side, name)
    importer = find_importer(name, text)
    if importer is None:
        peers = ", ".join(one.name for one in IMPORTERS)
        raise UserError(f"{name} is not a file of contracts that is understood", f"understood are those of {peers}")

    def read(path: str) -> str | None:
        return _text(side, path) if path in side.tree.files else None

    def run(path: str) -> Yaml:
        if evaluated is None or side.root is None:
            raise UserError(f"{path} is a program, and here none is run", "name a configuration that is data (JSON)")
        if not _lies_here(side, side.root, path):
            said = f"{path} is a program, and in {side.tree.label[:SHORT]} another one than on disk, where it is run"
            raise UserError(said, "check out that commit, or name a configuration that is data (JSON)")
        return evaluated(side.root / path)

    paths = _plain(side)
    disk = Beside(side.root) if side.root is not None else NoDisk()
    return importer.translate(Source(name, text, paths, read, run, disk))


def _lies_here(side: Side, root: Path, path: str) -> bool:
    """Tell whether a file of the side is the one that lies on disk."""
    if side.tree.label in ON_DISK:
        return True
    try:
        return side.tree.read(path, CONTRACT_LIMIT) == read_plain_file(root, path, CONTRACT_LIMIT)
    except HoldfastError:
        return False


def _plain(side: Side) -> frozenset[str]:
    return frozenset(plain_paths(side.tree.files))


def _text(side: Side, name: str) -> str:
    """Read a file of the tree; one that git ignores is read from disk where the tree is what lies there."""
    here = side.root if side.tree.label in ON_DISK else None
    if name not in side.tree.files and here is None:
        raise NoSpecsError(f"there is no {name} in {side.tree.label}", "name a file of contracts that is there")
    try:
        if name in side.tree.files or here is None:
            return text_of(side.tree.read(name, CONTRACT_LIMIT), name)
        return text_of(read_plain_file(here, name, CONTRACT_LIMIT), name)
    except UserError:
        raise
    except HoldfastError as error:
        raise UserError(f"{name}: {error.message}", error.hint or "name a plain file") from error


def _text_or_none(side: Side, path: str) -> str | None:
    try:
        return side.tree.read(path, CONTRACT_LIMIT).decode("utf-8", "replace")
    except HoldfastError:
        return None


def check_contracts(
    side: Side, translations: Mapping[str, Translation], cache: FactCache, reading: Reading, question: Question
) -> CheckReport:
    """Check the contracts of files that are translated, each by itself, and join what was found."""
    reports = []
    for name, translation in translations.items():
        if question.only is not None and translation.view.kinds:
            raise UserError(f"--only chooses kinds, and the rules of {name} are of none", "leave --only out")
        own = contract_reading(reading, translation)
        index = read_index(side.tree, cache, own)
        known = outcomes_of(side.tree, cache, index)
        report = _check_one(index, name, translation, question, known)
        if known is not None:
            known.save()
        if translation.view.retold is not None:
            report = _retold(report, translation.view.retold, lambda path: _text_or_none(side, path))
        lost = [NotAnalysed(name, said(dropped)) for dropped in translation.dropped]
        lost += [NotAnalysed(path, reason) for path, reason in not_read(side.tree, own).items()]
        lost += [
            NotAnalysed(path, reason)
            for path, reason in translation.view.left_out(index.paths, index.module_of).items()
        ]
        reports.append(replace(report, not_analysed=(*report.not_analysed, *lost)))
    findings = tuple(finding for report in reports for finding in report.findings)
    invariants = tuple(result for report in reports for result in report.invariants)
    missing = sorted({one for report in reports for one in report.not_analysed}, key=lambda one: (one.path, one.reason))
    counts = {**reports[0].counts, "invariants": len(invariants), "specs": len(reports)}
    return CheckReport(verdict_of(findings), invariants, findings, tuple(missing), counts)


def contract_reading(reading: Reading, translation: Translation) -> Reading:
    """Give the way to read a tree with a peer's eyes."""
    view = translation.view
    return replace(reading, source_roots=(), excludes=view.excludes, languages=view.languages, wanted=view.reads)


def _check_one(
    index: CodeIndex, name: str, translation: Translation, question: Question, known: Outcomes | None
) -> CheckReport:
    document = document_of(translation)

    def judged(asked: Document) -> CheckReport:
        documents = {name: asked}
        more = translation.view.kinds
        seen = Narrowed(known, ours) if known is not None and asked is not document else known
        world = World(index, documents, known=seen)
        return check(documents, world, question.only, today=question.today, more=more)

    ours = _seen_by_us_alone(index, frozenset(map(EdgeAttribute, translation.view.unseen)))
    report = judged(document)
    if ours:
        wider = judged(seen_by_us(document, translation.view.unseen))
        report = _joined(report, _only_ours(report, wider, ours, translation.peer))
    return report


def _seen_by_us_alone(index: CodeIndex, unseen: AbstractSet[EdgeAttribute]) -> Links:
    """Give the imports of one module by another that no statement makes which the peer sees."""
    odd = {attributes for attributes in attributes_in(index.edges) if not unseen.isdisjoint(attributes)}
    if not odd:
        return frozenset()
    ours = {(edge.importer, edge.imported) for edge in index.edges if edge.attributes in odd}
    return ours - {edge[:2] for edge in index.edges if edge[:2] in ours and edge.attributes not in odd}


def _retold(report: CheckReport, retold: Retold, read: Callable[[str], str | None]) -> CheckReport:
    """Tell each finding as the peer would; an invariant is kept where nothing of what broke it is left."""
    told = {finding.fingerprint: tuple(retold(finding, read)) for finding in report.findings}
    results = []
    for one in report.invariants:
        left = [new for old in one.findings for new in told[old]]
        was_broken = one.verdict == "broken" and not any(new.severity != "info" for new in left)
        verdict: Verdict = "kept" if was_broken else one.verdict
        results.append(replace(one, verdict=verdict, findings=tuple(new.fingerprint for new in left)))
    findings = tuple(new for finding in report.findings for new in told[finding.fingerprint])
    return replace(report, verdict=verdict_of(findings), findings=findings, invariants=tuple(results))


def _only_ours(report: CheckReport, wider: CheckReport, ours: Links, peer: str) -> list[Finding]:
    """Give, as information, the findings about imports that the peer does not count."""
    known = {finding.fingerprint for finding in report.findings}
    note = f" {peer} does not see this import, so it breaks nothing."
    return [
        replace(finding, severity="info", message=finding.message + note)
        for finding in wider.findings
        if (finding.importer, finding.imported) in ours and finding.fingerprint not in known
    ]


def _joined(report: CheckReport, more: Sequence[Finding]) -> CheckReport:
    own: dict[str, list[str]] = {}
    for finding in more:
        own.setdefault(finding.invariant, []).append(finding.fingerprint)
    results = [replace(one, findings=(*one.findings, *own.get(one.id, ()))) for one in report.invariants]
    return replace(report, findings=(*report.findings, *more), invariants=tuple(results))
