"""Context without a server: from the specs and the code of the repository one stands in. Keeps no receipt.

Reads the tree as a check does, with the same cache; choosing and packing are the same as on a server.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

from drift.findings import Finding
from drift.index import CodeIndex
from drift.report import CheckReport
from specs.document import Document
from specs.revision import text_digest
from sync.cache.verdicts import Judged
from sync.contexts.bundle import Bundle, pack
from sync.contexts.context import OpenFinding, SpecSource, candidates, governing, standing_of
from sync.contexts.ties import Area
from sync.contexts.wanted import Wanted
from sync.evaluation import Evaluation, evaluate
from sync.local import CheckOptions, accepted, cache_for
from sync.lockfile import lock_text
from sync.options import Question
from sync.reading import Reading
from sync.sides import find_side
from sync.spectexts import read_specs


def local_context(path: Path, options: CheckOptions, wanted: Wanted, delimiter: str) -> Bundle:
    """Pack what the specs of the project around `path` say about a task. Raises `UserError` where there are none."""
    side = find_side(path, options.rev, staged=options.staged)
    cache = cache_for(side, options)
    specs = read_specs(side, options.specs, cache)
    reading = Reading(side.config.source_roots, side.config.excludes, options.progress, options.processes)
    try:
        evaluation = evaluate(side.tree, specs.documents, cache, reading, Question(options.today))
        report = accepted(side, Judged(evaluation.report, lock_text(side.tree)), cache, options)
    finally:
        cache.save()
    area = area_of(wanted.paths, evaluation)
    findings = open_findings(report, wanted.paths)
    return pack(candidates(wanted.task, sources(specs.documents), area, findings), wanted.budget, delimiter)


def sources(documents: Mapping[str, Document]) -> list[SpecSource]:
    """Name each spec by the digest of its text: there are no revisions without a server."""
    return [SpecSource(path, text_digest(document.text), document) for path, document in sorted(documents.items())]


def area_of(paths: Sequence[str], evaluation: Evaluation) -> Area:
    """Say what is known of the touched paths. A file that is yet to be written stands for its folder."""
    index = evaluation.index
    ruled = {result.id: result.governs for result in evaluation.report.invariants}
    wanted = [path.removeprefix("./").strip("/") for path in paths]
    present = [path if _known(path, index) else str(PurePosixPath(path).parent) for path in wanted]
    names = frozenset(module for file, module in index.module_of.items() if _inside(file, present))
    near = {edge.imported for edge in index.edges if edge.importer in names}
    near |= {edge.importer for edge in index.edges if edge.imported in names}
    return Area(
        tuple(wanted), names, frozenset(near - names), governing(ruled, [path for path in present if path != "."])
    )


def _known(path: str, index: CodeIndex) -> bool:
    return path in index.paths or any(file.startswith(f"{path}/") for file in index.paths)


def _inside(file: str, paths: Sequence[str]) -> bool:
    return any(file == path or file.startswith(f"{path}/") for path in paths)


def open_findings(report: CheckReport, paths: Sequence[str]) -> list[OpenFinding]:
    """Give the findings that stand in the touched code."""
    wanted = [path.removeprefix("./").strip("/") for path in paths]
    return [_open(finding) for finding in report.findings if finding.code and _inside(finding.code.path, wanted)]


def _open(finding: Finding) -> OpenFinding:
    return OpenFinding(
        finding.fingerprint,
        finding.invariant,
        finding.severity,
        finding.message,
        finding.fix,
        finding.code.path if finding.code else "",
        finding.code.line if finding.code else 0,
        standing_of(finding.state, finding.accepted.until if finding.accepted else ""),
    )
