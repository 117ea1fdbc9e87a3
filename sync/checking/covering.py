"""Reads what `holdfast coverage` tells: which code of a tree no spec governs, and which specs no code follows."""

from pathlib import Path

from drift.picture.coverage import Claim, Coverage, Ground, coverage, cut, hold, straight
from drift.report import CheckReport, counts
from specs.document import Document
from specs.errors import UserError
from specs.suggest import did_you_mean
from sync.checking.evaluation import evaluate
from sync.checking.local import CheckOptions, cache_for
from sync.checking.options import Question
from sync.specfiles.spectexts import read_specs
from sync.trees.reading import Reading
from sync.trees.sides import find_side

MENTIONS = "mentions"


def read_coverage(path: Path, options: CheckOptions, at: str = "", most: int = 60) -> Coverage:
    """Map the folder `at` of the project that `path` lies in. Raises `UserError` for a folder without code."""
    side = find_side(path, options.rev, staged=options.staged)
    cache = cache_for(side, options)
    reading = Reading(side.config.source_roots, side.config.excludes, options.progress, options.processes)
    try:
        documents = read_specs(side, options.specs, cache).documents
        done = evaluate(side.tree, documents, cache, reading, Question(options.today))
    finally:
        cache.save()
    claims = [claim_of(spec, document, done.report) for spec, document in sorted(documents.items())]
    counted = {name for claim in claims for name in claim.invariants}
    governed: dict[str, list[str]] = {}
    for result in done.report.invariants:
        for name in result.governs:
            if result.id in counted:
                governed.setdefault(name, []).append(result.id)
    index = done.index
    files = [
        Ground(name, facts.lines if (facts := index.facts.get(name)) else 0, tuple(governed.get(name, ())))
        for name in sorted(index.module_of)
    ]
    place = at.strip("/")
    if place and not any(file.path == place or file.path.startswith(f"{place}/") for file in files):
        folders = {str(parent) for file in files for parent in Path(file.path).parents}
        raise UserError(f"there is no code in {place!r}", did_you_mean(place, folders) or "Begin at the top.")
    held = hold(files, claims)
    made = coverage(held, place)
    return cut(made if place else straight(made, held), most)


def claim_of(spec: str, document: Document, report: CheckReport) -> Claim:
    """Say what a spec asks of code: its invariants, those of them that match nothing, and what it covers."""
    if document.front_matter.status == "retired":
        return Claim(spec)
    ours = [
        one
        for one in report.invariants
        if one.spec == spec and one.kind != MENTIONS and counts(one.id, one.kind, one.anchor, one.verdict)
    ]
    unmatched = tuple(sorted(one.id for one in ours if one.verdict == "unmatched"))
    return Claim(spec, frozenset(one.id for one in ours), unmatched, document.front_matter.covers)
