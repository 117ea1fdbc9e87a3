"""What a comparison needs where things moved or specs changed: names of both trees, one's specs on the other's code.

Loaded only then: most changes touch neither.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from drift.build import manifest_names
from drift.debt import LOCK_FILE
from drift.debt.lock import Lock
from drift.debt.renames import Renames
from drift.findings import Finding
from drift.kinds import KINDS
from drift.report import CheckReport
from drift.weakening import Intent, same_rules, weakenings
from specs.document import Document
from specs.errors import HoldfastError
from specs.problem import SEVERITIES
from sync.cache.factcache import FactCache
from sync.checking.contracts import check_contracts, translate
from sync.checking.evaluation import evaluate
from sync.checking.options import CheckOptions, Question
from sync.importers.support.translated import document_of
from sync.importers.support.translation import Translation
from sync.specfiles.spectexts import read_specs
from sync.trees.moves import moves
from sync.trees.reading import Reading, read_index
from sync.trees.sides import NoSpecsError, Side, commit_side_of


@dataclass(frozen=True)
class Sides:
    """The side that is checked and the one that it is compared with; `asks` says whether the base had specs."""

    head: Side
    base: Side
    cache: FactCache
    options: CheckOptions
    asks: bool = True

    @cached_property
    def documents(self) -> Mapping[str, Document]:
        """The specs of the head."""
        return documents_of(self.head, self.options, self.cache)

    @cached_property
    def old_documents(self) -> Mapping[str, Document]:
        """The specs of the base."""
        return documents_of(self.base, self.options, self.cache) if self.asks else {}

    def renames(self, *, new_intent: bool = False) -> Renames:
        """Say what things of the base are called on this side; ids of invariants too, where specs changed."""
        paths = moves(self.base.tree, self.head.tree)
        ids = same_rules(self.old_documents, self.documents) if new_intent else {}
        same_roots = self.base.config.source_roots == self.head.config.source_roots
        if not paths and same_roots and not self.manifests_changed():
            return Renames(ids=ids)
        return Renames(paths, self.modules(self.base), self.modules(self.head), ids)

    def manifests_changed(self) -> bool:
        """Say whether a file that names modules is another now."""
        names = manifest_names()
        old, new = self.base.tree.files, self.head.tree.files
        both = (path for path in old if path in new and path.rpartition("/")[2] in names)
        return any(old[path].blob != new[path].blob for path in both)

    def modules(self, side: Side) -> Mapping[str, str]:
        """Name the module of each file of a side."""
        reading = Reading(side.config.source_roots, side.config.excludes, self.options.progress)
        return read_index(side.tree, self.cache, reading).module_of

    def crosswise(self, code: Side, intent: Side, documents: Mapping[str, Document]) -> CheckReport:
        """Hold the code of one side against the specs and the settings of the other."""
        config, options = intent.config, self.options
        if options.contracts:
            reading = Reading(progress=options.progress, processes=options.processes)
            question = Question(options.today, options.only)
            return check_contracts(code, translations(intent, options), self.cache, reading, question)
        reading = Reading(config.source_roots, config.excludes, options.progress, options.processes)
        known = frozenset(kind.name for kind in KINDS) - {"mentions"}
        only = known if options.only is None else known & options.only
        return evaluate(code.tree, documents, self.cache, reading, Question(options.today, only)).report

    def head_on_base(self) -> CheckReport:
        """Hold the code of the base against the head's specs."""
        return self.crosswise(self.base, self.head, self.documents)

    def weakenings(self, after: CheckReport, locks: tuple[Lock, Lock], renames: Renames | None) -> tuple[Finding, ...]:
        """Say what the change makes the specs stop asking. `locks` are the base's, in present names, and the head's.

        `renames` None says that specs and settings are what they were.
        """
        severity = min(self.base.config.weakening, self.head.config.weakening, key=SEVERITIES.index)
        source = self.head.config.source
        new = Intent(self.documents, after, locks[1], settings(self.head), source)
        if renames is None:
            old = Intent(self.documents, after, locks[0], settings(self.head), source)
        else:
            documents = {path: renames.document(document) for path, document in self.old_documents.items()}
            report = self.crosswise(self.head, self.base, documents)
            old = Intent(documents, report, locks[0], settings(self.base), self.base.config.source)
        return weakenings(old, new, severity, self.options.only)


def documents_of(side: Side, options: CheckOptions, cache: FactCache) -> Mapping[str, Document]:
    """Read the specs of a side, or the contracts in their place; none where there are none."""
    try:
        if options.contracts:
            return {name: document_of(one) for name, one in translations(side, options).items()}
        return read_specs(side, options.specs, cache).documents
    except NoSpecsError:
        return {}


def translations(side: Side, options: CheckOptions) -> dict[str, Translation]:
    """Translate the contracts of other tools as a side has them."""
    names = [file.as_posix() for file in options.contracts]
    return {name: translate(side, name, options.evaluated) for name in names}


def settings(side: Side) -> dict[str, tuple[str, ...]]:
    """Give the settings that decide what is read and what is said of weakening."""
    config = side.config
    return {
        "exclude": config.exclude,
        "source_roots": config.source_roots,
        "specs": config.specs,
        "weakening": (config.weakening,),
        "packages": ("*",) if config.packages is None else config.packages,
        "repository": (config.repository,),
    }


def since_lock(side: Side, cache: FactCache, options: CheckOptions) -> Renames:
    """Say what things that the lock names are called now: how they moved since it was last written."""
    repository = side.repository
    if repository is None or not side.head:
        return Renames()
    name = f"{side.under}/{LOCK_FILE}" if side.under else LOCK_FILE
    commits = repository.first_parents(side.head)
    place = next((place for place, _, _ in repository.versions(commits, [name])), None)
    if place is None:
        return Renames()
    try:
        return Sides(side, commit_side_of(side, commits[place]), cache, options).renames()
    except HoldfastError:
        return Renames()
