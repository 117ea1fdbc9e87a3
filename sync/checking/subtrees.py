"""Holds the specs beside packages against their folders, each as though it were a root of its own.

What they find is told in the names of the whole tree, so that locks, bases and pages know one name for each thing.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property

from drift.check import UNPARSED, UNPLACED, distinct, with_fingerprints
from drift.debt.renames import Renames
from drift.findings import CodeAnchor, Finding
from drift.index import CodeIndex
from drift.inheritance import inherited, part
from drift.report import CheckReport, NotAnalysed, verdict_of
from drift.source import CodeTree, SourceFile
from specs.document import Document
from sync.checking.options import Question
from sync.specfiles.packages import config_of
from sync.trees.reading import Reading

CODE_LEVEL = frozenset({UNPARSED, UNPLACED})


class Subtree:
    """A folder of a tree as a tree of its own."""

    def __init__(self, tree: CodeTree, folder: str) -> None:
        self._tree, self._start = tree, f"{folder}/"

    @property
    def label(self) -> str:
        """What the whole tree is."""
        return self._tree.label

    @cached_property
    def files(self) -> Mapping[str, SourceFile]:
        """Every entry below the folder, by its path there."""
        size = len(self._start)
        inside = ((path[size:], entry) for path, entry in self._tree.files.items() if path.startswith(self._start))
        return {path: entry._replace(path=path) for path, entry in inside}

    @cached_property
    def left_out(self) -> Mapping[str, str]:
        """Paths below the folder that could not be listed, with the reason."""
        size, found = len(self._start), self._tree.left_out.items()
        return {path[size:]: reason for path, reason in found if path.startswith(self._start)}

    @cached_property
    def digest(self) -> str:
        """A name for exactly these entries."""
        told = "".join(f"{entry.path}\0{entry.blob}\0{entry.kind}\n" for entry in self.files.values())
        return hashlib.sha256(told.encode("utf-8", "surrogateescape")).hexdigest()

    def read(self, path: str, limit: int | None = None) -> bytes:
        """Give the bytes of one file of the folder."""
        return self._tree.read(self._start + path, limit)


def reading_of(tree: CodeTree, folder: str, reading: Reading) -> Reading:
    """Say how a package is read: as it says itself, and without what the whole leaves out."""
    config, whole = config_of(tree, folder), reading.excludes
    start = f"{folder}/"
    roots = tuple(root[len(start) :] for root in reading.source_roots if root.startswith(start))
    return replace(
        reading,
        source_roots=config.source_roots or roots,
        excludes=lambda path: config.excludes(path) or whole(start + path),
    )


def with_packages(
    tree: CodeTree,
    documents: Mapping[str, Document],
    reading: Reading,
    question: Question,
    flat: Callable[[CodeTree, Mapping[str, Document], Reading, Question], tuple[CheckReport, CodeIndex]],
) -> tuple[CheckReport, CodeIndex]:
    """Hold a tree against specs some of which lie beside packages. `flat` holds one tree against specs all its own."""
    parted = part(documents)
    inner_question = replace(question, past_reader=None)
    report, index = flat(tree, parted.whole, reading, question)
    report = inherited(report, parted)
    findings, invariants, notes = list(report.findings), list(report.invariants), list(report.not_analysed)
    for folder, own in sorted(parted.packages.items()):
        sub = Subtree(tree, folder)
        told, inner = flat(sub, own, reading_of(tree, folder, reading), inner_question)
        names = Renames({path: f"{folder}/{path}" for path in sub.files}, inner.module_of, index.module_of)
        findings += [placed(names.finding(one), folder) for one in told.findings if one.kind not in CODE_LEVEL]
        invariants += [
            replace(one, governs=frozenset(f"{folder}/{path}" for path in one.governs)) for one in told.invariants
        ]
        notes += [one for one in told.not_analysed if one.path in own]
    ordered = distinct(findings)
    results = sorted(invariants, key=lambda result: (result.spec, result.line, result.id))
    whole = replace(
        report,
        findings=tuple(ordered),
        invariants=tuple(with_fingerprints(results, ordered)),
        not_analysed=tuple(sorted(set[NotAnalysed](notes), key=lambda one: (one.path, one.reason))),
        verdict=verdict_of(ordered),
        counts={**report.counts, "invariants": len(results)},
    )
    return whole, index


def placed(finding: Finding, folder: str) -> Finding:
    """Give a finding of a package with its places as they are in the whole tree."""
    code = finding.code
    return replace(
        finding,
        code=CodeAnchor(f"{folder}/{code.path}", code.line, code.column) if code is not None else None,
        evidence=tuple(hop._replace(path=f"{folder}/{hop.path}" if hop.path else "") for hop in finding.evidence),
    )
