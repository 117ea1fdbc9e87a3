"""Reads the lines that a report speaks of from the tree that was checked."""

from drift.excerpts import Excerpts, cut, wanted
from drift.report import CheckReport
from drift.source import CodeTree, FileKind
from specs.errors import HoldfastError

LIMIT = 2_000_000


def read_excerpts(tree: CodeTree, report: CheckReport, under: str = "", base: str = "") -> Excerpts:
    """Give the lines where the findings stand. A file that cannot be read, or is too large, has none."""
    lines = {}
    for path, numbers in wanted(report.findings).items():
        entry = tree.files.get(path)
        if entry is None or entry.kind is not FileKind.FILE:
            continue
        try:
            lines[path] = cut(tree.read(path, LIMIT), numbers)
        except HoldfastError:
            continue
    return Excerpts(lines, under, base)
