"""A check without a server: finds what is checked, answers from what was kept, else reads specs and code.

This module is light, so that a check of an unchanged tree costs a listing and one small file. What parses and evaluates
is `sync.checking.evaluation`, loaded when it is needed.
"""

import hashlib
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from drift.excerpts import Excerpts
from drift.findings import SpecAnchor
from drift.report import CheckReport, NotAnalysed
from specs.errors import UserError
from specs.values import replace
from sync.cache.factcache import FactCache
from sync.cache.stamp import stamp
from sync.cache.verdicts import Judged, decode_judged, encode_judged
from sync.checking.options import CheckOptions
from sync.checking.starting import Start, start
from sync.gitrepo import CommitTree, WorkingTree
from sync.trees.excerpts import read_excerpts
from sync.trees.fstree import FolderTree
from sync.trees.sides import NoSpecsError, Side, base_side, find_side

if TYPE_CHECKING:
    from drift.debt.renames import Renames
    from sync.checking.evaluation import Evaluation
    from sync.specfiles.spectexts import SpecTexts

__all__ = ["CheckOptions", "cache_for", "check_side", "run_check", "spec_passage"]

# Contracts whose verdict is not kept: they are programs, or speak of packages that are installed beside the tree.
NO_END = "9999-12-31"
PROGRAMS = (".js", ".cjs", ".mjs", ".ts", ".json")
MENTIONS_ALONE = frozenset({"mentions"})


def run_check(path: Path, options: CheckOptions) -> CheckReport:
    """Check the project that `path` lies in. Raises `UserError` for what a person must mend first."""
    return check_found(*_asked(path, options))


def run_check_with_code(
    path: Path, options: CheckOptions, started: Start | None = None
) -> tuple[CheckReport, Excerpts]:
    """Check as `run_check` does, and give the lines of code that the report speaks of beside it.

    What is checked may have been `started` on before; then there is time to load what a change takes.
    """
    if started is not None and options.base:
        load_for_changes(options)
    side, options = _asked(path, options, started)
    report = check_found(side, options)
    return report, read_excerpts(side.tree, report, side.under, options.base)


def load_for_changes(options: CheckOptions) -> None:
    """Load what reads code and compares: nearly always wanted with a base, while git is still listing the files."""
    more = (
        ("sync.checking.contracts",) if options.contracts else ("sync.checking.evaluation", "sync.specfiles.spectexts")
    )
    for name in ("sync.checking.comparing", "drift.evaluation", *more):
        import_module(name)
    stamp()


def check_found(side: Side, options: CheckOptions) -> CheckReport:
    """Check a side that was found, and compare it where a base is asked for."""
    cache = cache_for(side, options)
    try:
        judged = check_side(side, cache, options)
        if not options.base:
            return accepted(side, judged, cache, options)
        base = base_side(side, options.base)
        from sync.checking.comparing import Comparison  # noqa: PLC0415 (only for --base)

        return Comparison(side, base, judged, check_base(base, cache, options), cache, options).report()
    finally:
        cache.save()
        if side.repository is not None:
            side.repository.end()


def _asked(path: Path, options: CheckOptions, started: Start | None = None) -> tuple[Side, CheckOptions]:
    """Find the side; contracts are named below its root from here on."""
    begun = started or start(path, options.rev, staged=options.staged, contracts=options.contracts, base=options.base)
    return begun.side(), replace(options, contracts=begun.contracts)


def cache_for(side: Side, options: CheckOptions) -> FactCache:
    """Choose where facts are kept: where the user says, else under the root; a bare repository is left as it is."""
    if not options.cached:
        return FactCache()
    if options.cache_dir is not None:
        return FactCache(options.cache_dir)
    return FactCache.beside(side.root) if side.root is not None else FactCache()


def accepted(side: Side, judged: Judged, cache: FactCache, options: CheckOptions) -> CheckReport:
    """Give a report with the states that the side's lock gives its findings."""
    if not judged.lock:
        return judged.report
    from drift.debt.acceptance import settle  # noqa: PLC0415 (only where there is a lock)
    from drift.debt.lock import parse_lock  # noqa: PLC0415 (same)

    def renames() -> "Renames":
        from sync.checking.intents import since_lock  # noqa: PLC0415 (only where entries and findings are left over)

        return since_lock(side, cache, options)

    return settle(judged.report, parse_lock(judged.lock), options.today, renames, whole=options.only is None)


def check_side(side: Side, cache: FactCache, options: CheckOptions) -> Judged:
    """Check one side as if nothing were accepted, or give what was kept when the very same was asked before."""
    if isinstance(side.tree, FolderTree) and not options.contracts and options.specs is None:
        from sync.specfiles.spectexts import look_for_specs  # noqa: PLC0415 (git knows its files without reading them)

        if options.only != MENTIONS_ALONE:
            look_for_specs(side.tree, side.config)
    key = verdict_key(side, options)
    payload = cache.verdict(key) if key else None
    known = decode_judged(payload) if payload else None
    if known is not None and known.first <= options.today.isoformat() <= known.last:
        return known
    judged = told(_judged(side, cache, options))
    if key:
        cache.keep_verdict(key, encode_judged(judged))
    return judged


def told(judged: Judged) -> Judged:
    """Leave out which paths are governed, which no check tells and which is long: what is kept does not say it."""
    plain = tuple(replace(result, governs=frozenset()) for result in judged.report.invariants)
    return replace(judged, report=replace(judged.report, invariants=plain))


def _judged(side: Side, cache: FactCache, options: CheckOptions) -> Judged:
    from sync.trees.lockfile import lock_text  # noqa: PLC0415 (a verdict that was kept has the lock's text)

    today = options.today.isoformat()
    if options.contracts:
        from sync.checking.contracts import check_contracts, translate  # noqa: PLC0415 (only where contracts are checked)
        from sync.checking.options import Question  # noqa: PLC0415 (a verdict that was kept reads no code)
        from sync.trees.reading import Reading  # noqa: PLC0415 (a verdict that was kept reads no code)

        names = [file.as_posix() for file in options.contracts]
        translations = {name: translate(side, name, options.evaluated) for name in names}
        reading = Reading(progress=options.progress, processes=options.processes)
        question = Question(options.today, options.only)
        report = check_contracts(side, translations, cache, reading, question)
        asked = digest_of([(name, one.contracts, one.in_place) for name, one in translations.items()])
        return Judged(report, lock_text(side.tree), asked, today, NO_END)
    from sync.specfiles.spectexts import read_specs  # noqa: PLC0415 (a verdict that was kept needs no parser)

    specs = read_specs(side, options.specs, cache, prose=options.only == MENTIONS_ALONE)
    report = judge(side, specs, cache, options)
    return Judged(report, lock_text(side.tree), intent(side, specs), today, unchanged_until(specs, today))


def unchanged_until(specs: "SpecTexts", today: str) -> str:
    """Give the last day on which what is said today of these specs is still so: the next exception to end decides."""
    from drift.exceptions import end_of  # noqa: PLC0415 (a verdict that was kept knows)

    blocks = [block for document in specs.documents.values() for block in document.invariants]
    clauses = [clause for block in blocks for clause in block.exceptions]
    ends = {day.isoformat() for clause in clauses if (day := end_of(clause)) is not None}
    return min((end for end in ends if end >= today), default=NO_END)


def intent(side: Side, specs: "SpecTexts") -> str:
    """Digest what a side asks: its specs and the settings that decide what is read."""
    config = side.config
    whole = [(path, document.text) for path, document in sorted(specs.documents.items())]
    settings = (config.specs, config.source_roots, config.exclude, config.weakening, config.packages, config.repository)
    return digest_of((whole, *settings))


def digest_of(value: object) -> str:
    """Name a value by how it is written."""
    return hashlib.sha256(repr(value).encode("utf-8", "backslashreplace")).hexdigest()


def check_base(base: Side, cache: FactCache, options: CheckOptions) -> Judged:
    """Check the side that is compared with. Where it has no specs yet, there is nothing that it kept or broke."""
    try:
        return check_side(base, cache, options)
    except UserError as error:
        if not isinstance(error, NoSpecsError):
            raise
        return Judged(CheckReport("kept", (), (), (), {}))


def judge(side: Side, specs: "SpecTexts", cache: FactCache, options: CheckOptions) -> CheckReport:
    """Evaluate a side, and give the report alone."""
    return weighed(side, specs, cache, options).report


def weighed(side: Side, specs: "SpecTexts", cache: FactCache, options: CheckOptions) -> "Evaluation":
    """Evaluate a side, with its history at hand for names that are gone."""
    from drift.check import SPEC  # noqa: PLC0415 (a verdict that was kept reads no code)
    from sync.checking.evaluation import evaluate  # noqa: PLC0415 (same)
    from sync.checking.options import Question  # noqa: PLC0415 (a verdict that was kept reads no code)
    from sync.past.history import History  # noqa: PLC0415 (same)
    from sync.specfiles.hygiene import with_hygiene  # noqa: PLC0415 (same)
    from sync.trees.reading import Reading  # noqa: PLC0415 (a verdict that was kept reads no code)

    reading = Reading(side.config.source_roots, side.config.excludes, options.progress, options.processes)
    history = History(side, {path: path for path in specs.prose}, cache, reading)
    past = history.past if side.repository is not None else None
    question = Question(options.today, options.only, past)
    documents = specs.documents
    if options.only is None or SPEC in options.only:
        documents = with_hygiene(specs, side.tree, past)
    evaluation = evaluate(side.tree, documents, cache, reading, question)
    report = evaluation.report
    extra = tuple(NotAnalysed(path, reason) for path, reason in specs.left_out.items())
    listed = sorted((*report.not_analysed, *extra), key=lambda item: (item.path, item.reason))
    return replace(evaluation, report=replace(report, not_analysed=tuple(listed)))


def verdict_key(side: Side, options: CheckOptions) -> str:
    """Name all that the report depends on; "" where that is more than the tree (specs from elsewhere, programs)."""
    contracts = [file.as_posix() for file in options.contracts]
    served = options.specs if not isinstance(options.specs, Path) else None
    if (options.specs is not None and served is None) or not all(_is_data(name, side) for name in contracts):
        return ""
    shallow = side.repository.is_shallow if side.repository else False
    parts = (
        *(side.tree.digest, side.head, side.under, shallow, stamp()),
        *(side.config.specs, side.config.source_roots, side.config.exclude, side.config.source, side.config.weakening),
        (side.config.repository, side.config.packages, side.repository.urls() if side.repository else ()),
        sorted(options.only) if options.only is not None else None,
        contracts,
        *((served.name,) if served is not None else ()),
    )
    return digest_of(parts)


def _is_data(contract: str, side: Side) -> bool:
    """Say whether a file of contracts is all there is to know: it is in the tree, and no program.

    Of a commit nothing else can be read: a verdict that was kept of it came of what is in the tree.
    """
    if contract.endswith(PROGRAMS):
        return False
    tree = side.tree
    return isinstance(tree, CommitTree) or (
        tree.holds(contract) if isinstance(tree, WorkingTree) else contract in tree.files
    )


def spec_passage(path: Path, options: CheckOptions, anchor: SpecAnchor) -> str:
    """Give the section of the spec that a finding is about, without its sub-sections; "" where it is gone."""
    from sync.specfiles.spectexts import read_specs  # noqa: PLC0415 (a verdict that was kept needs no parser)

    side = find_side(path, options.rev, staged=options.staged)
    documents = read_specs(side, options.specs, FactCache(), prose=options.only == MENTIONS_ALONE).documents
    document = documents.get(anchor.path)
    sections = document.sections if document else ()
    around = [section for section in sections if section.line <= anchor.line <= section.end_line]
    return max(around, key=lambda section: section.level).body.strip("\n") if around else ""
