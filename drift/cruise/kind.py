"""The kind by which dependency-cruiser's rules are judged in place: what breaks them, as findings. Not for specs."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from drift.cruise.files import Disk, Files
from drift.cruise.modules import Cruise, Dependency, Module, initial
from drift.cruise.options import Options, Rule
from drift.cruise.tsconfig import read_config
from drift.cruise.violations import Violation, find_violations, governed
from drift.extract import extract, language_for
from drift.facts import RawImport, Tier
from drift.findings import CodeAnchor, Finding, Hop, SpecAnchor
from drift.index import CodeIndex
from drift.invariants import Invariant, Outcome, World
from drift.selection.select import shown
from specs.document import InvariantBlock
from specs.problem import Problem
from specs.suggest import listed

NAME = "dependency-cruiser"
MOST_HOPS = 100
_NOTHING: Sequence[RawImport] = ()


@dataclass(slots=True)
class Cruiser:
    """Judges the rules of one configuration. `named` has them by the id of their invariant; `folders` are visited."""

    rules: tuple[Rule, ...]
    named: Mapping[str, Rule]
    options: Options
    base: str
    folders: tuple[str, ...]
    read: Callable[[str], str | None]
    disk: Disk
    name: str = NAME
    _last: "tuple[CodeIndex, _Look] | None" = field(default=None, init=False)

    def tier(self, block: InvariantBlock) -> Tier:  # noqa: ARG002 - all rules are about imports
        """Say how far files must be read."""
        return Tier.IMPORTS

    def validate(self, block: InvariantBlock) -> Sequence[Problem]:  # noqa: ARG002 - read with the configuration
        """Check nothing: the configuration was read before."""
        return ()

    def evaluate(self, invariant: Invariant, world: World) -> Outcome:
        """Give what breaks one rule."""
        rule = self.named[invariant.block.id]
        look = self._look(world.index)
        findings = [look.finding(invariant, one) for one in look.violations if one.rule is rule]
        near = governed(rule, look.modules)
        unmatched: tuple[str, ...] = ()
        pattern = (rule.module or rule.source).path
        if pattern and not near and rule.sort != "allowed":
            unmatched = (pattern,)
            findings.append(_unmatched(invariant, pattern))
        places = (look.files.path(name) for name in near)
        return Outcome(tuple(findings), unmatched, frozenset(place for place in places if place))

    def first(self, paths: Iterable[str]) -> frozenset[str]:
        """Give the files that are visited in any case; what they lead to is read when it is reached."""
        files = Files(self.base, paths, self.read, self.disk)
        found = (files.path(name) for name in initial(files, self.options, self.folders))
        return frozenset(path for path in found if path and language_for(path))

    def _look(self, index: CodeIndex) -> "_Look":
        """Visit the tree once for all rules."""
        if self._last is None or self._last[0] is not index:
            files = Files(self.base, index.paths, self.read, self.disk)
            config = read_config(files, self.options.ts_config)

            def facts(path: str) -> Sequence[RawImport]:
                known = index.facts.get(path)
                if known is None and path not in index.unread and language_for(path):
                    known = extract(path, (self.read(path) or "").encode("utf-8", "replace"), Tier.IMPORTS)
                return known.imports if known else _NOTHING

            modules = Cruise(files, self.options, config, facts).modules(self.folders)
            self._last = (index, _Look(files, modules, find_violations(self.rules, modules)))
        return self._last[1]


@dataclass(frozen=True, slots=True)
class _Look:
    """What one visit to a tree found."""

    files: Files
    modules: Sequence[Module]
    violations: Sequence[Violation]

    def finding(self, invariant: Invariant, one: Violation) -> Finding:
        """Put a violation into words."""
        message, fix = _words(one)
        where = self._place(one.source, one.dependency)
        hops = [self._hop(source, step) for source, step in one.chain[:MOST_HOPS]]
        if not hops and one.dependency is not None:
            hops = [self._hop(one.source, one.dependency)]
        about_import = one.form != "module"
        found = Finding(
            invariant=invariant.block.id,
            kind=invariant.block.kind,
            severity=invariant.block.severity,
            message=message,
            fix=fix,
            spec=SpecAnchor(invariant.spec_path, invariant.block.anchor, invariant.block.line),
            code=where,
            identity=(one.source, one.target) if about_import else (one.source,),
            evidence=tuple(hops),
            reference=None if about_import else one.source,
        )
        if one.form == "cycle":
            found = replace(found, identity=("cycle", *sorted(source for source, _ in one.chain)))
        return replace(found, importer=one.source, imported=one.target) if about_import else found

    def _place(self, name: str, dependency: Dependency | None) -> CodeAnchor | None:
        path = self.files.path(name)
        if path is None:
            return None
        raw = dependency.raw if dependency else None
        return CodeAnchor(path, raw.line, raw.column) if raw else CodeAnchor(path, 1)

    def _hop(self, source: str, step: Dependency) -> Hop:
        return Hop(source, step.resolved, self.files.path(source) or source, step.raw.line)


def _words(one: Violation) -> tuple[str, str]:
    """Say what is wrong, and what to do."""
    source, target = shown(one.source), shown(one.target)
    name = shown(one.rule.name)
    if one.form == "cycle":
        way = listed([shown(step.resolved) for _, step in one.chain], most=6)
        return f"{source} imports itself in a circle, by way of {way}.", f"Cut one import of the circle ({name})."
    if one.form == "reachability":
        return f"{source} reaches {target}, which {name} forbids.", "Cut the chain of imports at one of its links."
    if one.form == "module":
        return _about_module(one), f"Change it, or the rule {name}."
    if one.rule.sort == "allowed":
        return f"{source} imports {target}, which no rule allows.", f"Remove the import of {target} from {source}."
    what = "which is not found" if one.dependency and one.dependency.unresolved else f"which {name} forbids"
    if one.form == "instability":
        what = f"which is less stable ({name})"
    return f"{source} imports {target}, {what}.", f"Remove the import of {target} from {source}."


def _about_module(one: Violation) -> str:
    source, name, rule = shown(one.source), shown(one.rule.name), one.rule
    if "orphan" in rule.source.says:
        return f"{source} is an orphan: it imports nothing, and nothing imports it ({name})."
    if rule.sort == "required":
        return f"{source} does not import what {name} requires."
    if rule.sort == "allowed":
        return f"{source} is a module that no rule allows."
    if "reachable" in rule.target.says:
        return f"{source} cannot be reached from where {name} says."
    return f"{source} is imported by as many modules as {name} forbids."


def _unmatched(invariant: Invariant, pattern: str) -> Finding:
    text = f"`{shown(pattern)}` matches no module that is looked at, so nothing is checked there."
    spec = SpecAnchor(invariant.spec_path, invariant.block.anchor, invariant.block.line)
    fix = "Correct the pattern, or let the options of the configuration keep those modules."
    return Finding(
        invariant.block.id, invariant.block.kind, "info", text, fix, spec, None, ("unmatched", "from", pattern)
    )
