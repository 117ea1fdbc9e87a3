"""Only what is new: holds a side against where it left another branch, and says what the change does to the intent.

Both sides are analysed whole, or known from before. Moves, and the former intent on the present code, cost something;
they are looked at only where something came and something went, or where specs, settings or lock changed at all.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from drift.compare import compare
from drift.debt import key_of, settle
from drift.findings import WEAKENING, Finding, FindingState
from drift.lock import FILE_NAME, Entry, Lock, parse_lock
from drift.renames import Renames
from drift.report import CheckReport, verdict_of
from drift.weakening import Intent, same_rules, weakenings
from specs.document import Document
from specs.errors import HoldfastError, UserError
from specs.problem import SEVERITIES, Severity
from sync.evaluation import Question, Reading, evaluate, read_index
from sync.factcache import FactCache
from sync.moves import moves
from sync.options import CheckOptions
from sync.sides import Side, commit_side_of
from sync.spectexts import read_specs
from sync.verdicts import Judged

GROWS = " This change freezes it in holdfast.lock, but frozen debt may only shrink: mend it, or waive it until a date."


@dataclass(frozen=True)
class Comparison:
    """A side, the side it is compared with, and what each came to with nothing accepted."""

    head: Side
    base: Side
    after: Judged
    before: Judged
    cache: FactCache
    options: CheckOptions

    def report(self) -> CheckReport:
        """Give the head's report with everything marked introduced, existing, waived or fixed, and with weakenings."""
        lock = parse_lock(self.after.lock)
        grown = self.grown(lock) if self.after.lock != self.before.lock else frozenset()
        allowed = replace(lock, entries=tuple(entry for entry in lock.entries if entry.key not in grown))
        whole, today = self.options.only is None, self.options.today
        after = settle(self.after.report, allowed, today, self.renames, whole=whole)
        before = settle(self.before.report, self.old_lock, today, whole=whole)
        compared = compare(before, after, self.renames)
        found = [noted(finding, grown) for finding in compared.findings]
        weaker = self.weakenings(lock)
        counts = {**compared.counts, "weakenings": len(weaker)}
        return replace(compared, findings=(*found, *weaker), verdict=verdict_of((*found, *weaker)), counts=counts)

    def renames(self) -> Renames:
        """Say what things of the base are called on this side."""
        return self._renames

    @cached_property
    def _renames(self) -> Renames:
        paths = moves(self.base.tree, self.head.tree)
        ids = same_rules(self.old_documents, self.documents) if self.new_intent else {}
        same_names = self.base.config.source_roots == self.head.config.source_roots
        if not paths and same_names and not self.manifests_changed:
            return Renames(ids=ids)
        return Renames(paths, modules(self.base, self), modules(self.head, self), ids)

    @cached_property
    def manifests_changed(self) -> bool:
        """Whether a file that names modules is another now."""
        from drift.build import manifest_names  # noqa: PLC0415 (only where something came and went)

        names = manifest_names()
        old, new = self.base.tree.files, self.head.tree.files
        both = (path for path in old if path in new and path.rpartition("/")[2] in names)
        return any(old[path].blob != new[path].blob for path in both)

    @property
    def new_intent(self) -> bool:
        """Whether specs or configuration changed."""
        return self.after.intent != self.before.intent

    @cached_property
    def old_lock(self) -> Lock:
        """The lock of the base."""
        return parse_lock(self.before.lock)

    @cached_property
    def documents(self) -> Mapping[str, Document]:
        """The specs of this side."""
        return documents_of(self.head, self.options)

    @cached_property
    def old_documents(self) -> Mapping[str, Document]:
        """The specs of the base."""
        return documents_of(self.base, self.options) if self.before.intent else {}

    def grown(self, lock: Lock) -> frozenset[tuple[str, str]]:
        """Name the entries that this change freezes, and that are not about code of the base: debt that grew."""
        known = {entry.key for entry in self.old_lock.entries}
        came = {entry.key for entry in lock.entries if entry.state == "frozen" and entry.key not in known}
        came &= {key_of(finding) for finding in self.after.report.findings}
        if not came:
            return frozenset()
        names = self.renames()
        came -= {names.entry(entry).key for entry in self.old_lock.entries}
        report = self.before.report
        if came and self.new_intent:
            report = self.crosswise(self.base, self.head, self.documents)
        return frozenset(came - {key_of(names.finding(finding)) for finding in report.findings})

    def weakenings(self, lock: Lock) -> tuple[Finding, ...]:
        """Say what the change makes the specs stop asking."""
        if not self.before.intent or (not self.new_intent and self.after.lock == self.before.lock):
            return ()
        severity = self.severity
        entries: tuple[Entry, ...] = self.old_lock.entries
        after = Intent(self.documents, self.after.report, lock, settings(self.head), self.head.config.source)
        if not self.new_intent:
            before = Intent(self.documents, self.after.report, self.renamed_lock(lock), settings(self.head))
            return weakenings(before, after, severity, self.options.only)
        names = self.renames()
        documents = {path: names.document(document) for path, document in self.old_documents.items()}
        report = self.crosswise(self.head, self.base, documents)
        old = Lock(tuple(names.entry(entry) for entry in entries))
        before = Intent(documents, report, old, settings(self.base), self.base.config.source)
        return weakenings(before, after, severity, self.options.only)

    def renamed_lock(self, lock: Lock) -> Lock:
        """Give the base's lock in present names; moves are looked for only where an entry came and one went."""
        old, new = self.old_lock.entries, {entry.key for entry in lock.entries}
        if all(entry.key in new for entry in old) or new <= {entry.key for entry in old}:
            return self.old_lock
        return Lock(tuple(self.renames().entry(entry) for entry in old))

    @property
    def severity(self) -> Severity:
        """How severe a weakening is: the stricter of what both sides say."""
        return min(self.base.config.weakening, self.head.config.weakening, key=SEVERITIES.index)

    def crosswise(self, code: Side, intent: Side, documents: Mapping[str, Document]) -> CheckReport:
        """Hold the code of one side against the specs and the settings of the other."""
        from drift.kinds import KINDS  # noqa: PLC0415 (only where specs changed)

        config, options = intent.config, self.options
        reading = Reading(config.source_roots, config.excludes, options.progress, options.processes)
        known = frozenset(kind.name for kind in KINDS) - {"mentions"}
        only = known if options.only is None else known & options.only
        return evaluate(code.tree, documents, self.cache, reading, Question(options.today, only)).report


def documents_of(side: Side, options: CheckOptions) -> Mapping[str, Document]:
    """Read the specs of a side; none where there are none."""
    try:
        return read_specs(side, options.specs).documents
    except UserError:
        return {}


def settings(side: Side) -> dict[str, tuple[str, ...]]:
    """Give the settings that decide what is read and what is said of weakening."""
    config = side.config
    return {
        "exclude": config.exclude,
        "source_roots": config.source_roots,
        "specs": config.specs,
        "weakening": (config.weakening,),
    }


def noted(finding: Finding, grown: frozenset[tuple[str, str]]) -> Finding:
    """Say in a finding that the change tried to freeze it."""
    if finding.kind == WEAKENING or finding.state is not FindingState.INTRODUCED or key_of(finding) not in grown:
        return finding
    return replace(finding, message=finding.message + GROWS)


def modules(side: Side, comparison: Comparison) -> Mapping[str, str]:
    """Name the module of each file of a side."""
    reading = Reading(side.config.source_roots, side.config.excludes, comparison.options.progress)
    return read_index(side.tree, comparison.cache, reading).module_of


def since_lock(side: Side, cache: FactCache, options: CheckOptions) -> Renames:
    """Say what things that the lock names are called now: how they moved since it was last written."""
    repository = side.repository
    if repository is None or not side.head:
        return Renames()
    name = f"{side.under}/{FILE_NAME}" if side.under else FILE_NAME
    commits = repository.first_parents(side.head)
    place = next((place for place, _, _ in repository.versions(commits, [name])), None)
    if place is None:
        return Renames()
    try:
        base = commit_side_of(side, commits[place])
        nothing = Judged(CheckReport("kept", (), (), (), {}))
        return Comparison(side, base, nothing, nothing, cache, options).renames()
    except HoldfastError:
        return Renames()
