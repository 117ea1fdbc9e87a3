"""Reads what `holdfast graph` draws: the import graph of a project, held against its specs where it has some."""

from pathlib import Path

from drift.drawing import Drawing, Wish, draw, titled, within
from drift.graphs.names import separator_of
from drift.index import CodeIndex
from drift.report import CheckReport, InvariantResult
from specs.errors import UserError
from specs.suggest import did_you_mean
from sync.cache.factcache import FactCache
from sync.checking.evaluation import evaluate_index
from sync.checking.local import CheckOptions, cache_for
from sync.checking.options import Question
from sync.specfiles.spectexts import read_specs
from sync.trees.reading import Reading, read_index
from sync.trees.sides import Side, find_side


def read_drawing(path: Path, options: CheckOptions, wish: Wish) -> Drawing:
    """Draw the project that `path` lies in. Raises `UserError` for a module or an invariant that is not there."""
    side = find_side(path, options.rev, staged=options.staged)
    cache = cache_for(side, options)
    reading = Reading(side.config.source_roots, side.config.excludes, options.progress, options.processes)
    try:
        index = read_index(side.tree, cache, reading)
        report = held(side, index, cache, options, needed=bool(wish.invariant))
    finally:
        cache.save()
    if wish.focus:
        check_focus(index, wish.focus)
    result = invariant_of(report, wish.invariant) if wish.invariant else None
    about = result.governs if result else None
    drawing = draw(index, report.findings, wish, about)
    root = side.root.resolve().name if side.root else side.tree.label[:12]
    return titled(drawing, f"{root}: {(result.name or result.id) if result else wish.focus or 'imports'}")


def held(side: Side, index: CodeIndex, cache: FactCache, options: CheckOptions, *, needed: bool) -> CheckReport:
    """Hold the index against the specs; without any there is nothing that is broken, unless they are `needed`."""
    try:
        documents = read_specs(side, options.specs, cache).documents
    except UserError:
        if needed or options.specs is not None:
            raise
        return CheckReport("kept", (), (), (), {})
    return evaluate_index(index, documents, Question(options.today))


def check_focus(index: CodeIndex, focus: str) -> None:
    """Refuse a module that is not there. Raises `UserError`."""
    if any(within(name, focus) for name in index.modules):
        return
    known = set(index.modules)
    for name in index.modules:
        separator = separator_of(name)
        parts = name.split(separator)
        known.update(separator.join(parts[:length]) for length in range(1, len(parts)))
    hint = did_you_mean(focus, known) or "`holdfast graph` draws them all"
    raise UserError(f"there is no module {focus!r} here", hint)


def invariant_of(report: CheckReport, id_: str) -> InvariantResult:
    """Find an invariant by its id. Raises `UserError`."""
    for result in report.invariants:
        if result.id == id_:
            return result
    names = [result.id for result in report.invariants]
    hint = did_you_mean(id_, names) or f"there are {', '.join(sorted(names)[:12]) or 'none'}"
    raise UserError(f"there is no invariant {id_!r} here", hint)
