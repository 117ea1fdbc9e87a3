"""Some modules never import some others.

What it checks
    No module of `from` imports one of `to`, neither directly nor through any other code (`indirect: false` looks at
    direct imports alone). `to` may name external packages. A selector means a module and everything below it;
    `as_packages: false` takes every name alone. `imports: runtime` leaves out imports made for types alone;
    `imports: {without: [test, lazy]}` leaves out what carries one of these attributes. Where matches of globs on both
    sides overlap, that pair is passed over, as import-linter does; where two plain names nest, the inner one is taken
    out of the outer (`nested: part`, the default) or that pair is passed over as well (`nested: apart`). A selector in
    parentheses may match nothing. `from_not` and `to_not` take modules out of either side.

    A selector `re:PATTERN` is a regular expression searched for in the paths of files, and in names of packages; each
    match stands for itself alone. With `indirect: false`, `$1` in `to` and `to_not` is what the first group of `from`
    caught in the importing file.

Why
    Some things must stay replaceable, startable or testable without others: a domain without the web, a check without
    a database, code without its tests.

Example
    ```yaml invariant
    id: domain-without-web
    kind: forbidden
    from: [payments.domain]
    to: [payments.api, django]
    why: The domain runs in batch jobs, where no web framework is installed.
    ```

Breaks when
    `payments.domain.order` imports `django.db`, or imports `payments.util`, which does. The finding stands at the
    import that is best removed: the fewest that part the two sides. It shows the whole chain, and the other imports by
    which such chains begin. A package that nothing imports is no finding; a selector for own code that matches nothing
    is one.

How to fix
    Remove the import that the finding names. If it is needed, ask what is really wanted from the other side and give
    it a place that both may import, or pass it in as an argument. An exception `a -> b` lets one import through.
"""

import re
from collections.abc import Mapping, Sequence
from typing import ClassVar

from drift.evaluation import Evaluation
from drift.exceptions import exception_problems
from drift.facts import Tier
from drift.graphs.crossings import Crossing, Crossings, find_crossings, outer_chains
from drift.graphs.graph import EdgeFilter, Graph, Link
from drift.graphs.names import separator_of
from drift.invariants import Invariant, Outcome, World
from drift.matching.regexes import filled, groups_of, matches
from drift.options import OptionReader
from drift.selection.select import Selector
from drift.strictness import FEWER, IMPORTS, MORE, ON_BY_DEFAULT, Tightens
from specs.document import InvariantBlock
from specs.problem import Problem
from specs.suggest import close_names
from specs.values import dataclass, replace

# A group of `from`, named in `to`.
REFERENCE = re.compile(r"\$[0-9]")
Roots = Mapping[str, frozenset[int]]
# Past this many pairs of roots a chain for each would cost more than it tells.
MOST_PAIRS = 400
# How alike a package's name and an own one must be for the first to be taken for a slip of the pen.
MISSPELT = 0.8


@dataclass(frozen=True, slots=True)
class Options:
    """The options of the kind, read."""

    sources: tuple[Selector, ...]
    targets: tuple[Selector, ...]
    indirect: bool
    imports: EdgeFilter
    parted: bool = True
    sources_not: tuple[Selector, ...] = ()
    targets_not: tuple[Selector, ...] = ()

    @property
    def refers(self) -> bool:
        """Whether the far side depends on what the near side caught."""
        return any(REFERENCE.search(one.pattern) for one in (*self.targets, *self.targets_not) if "regex" in one.forms)


@dataclass(frozen=True, slots=True)
class Side:
    """Sources that share their targets, by name of the match."""

    sources: Roots
    targets: Roots


def read(block: InvariantBlock) -> tuple[Options, tuple[Problem, ...]]:
    """Read the options of a block and say what is wrong with them."""
    reader = OptionReader(block, exception_problems(block))
    sources = reader.selectors("from", required=True)
    targets = reader.selectors("to", required=True)
    if not reader.flag("as_packages", default=True):
        sources = tuple(replace(selector, alone=True) for selector in sources)
        targets = tuple(replace(selector, alone=True) for selector in targets)
    parted = reader.choice("nested", ("part", "apart")) == "part"
    indirect = reader.flag("indirect", default=True)
    apart = [reader.selectors(key) for key in ("from_not", "to_not")]
    options = Options(sources, targets, indirect, reader.imports(), parted, *apart)
    if indirect and options.refers:
        text = "`$1` in `to` speaks of the importing file, so it needs `indirect: false`."
        reader.say("unknown-value", text, "to", "Write `indirect: false`.")
    return options, reader.done()


class Forbidden:
    """See the module's docstring."""

    name = "forbidden"
    by_shape = True
    tightens: ClassVar[Mapping[str, Tightens]] = {
        "from": MORE,
        "to": MORE,
        "as_packages": ON_BY_DEFAULT,
        "indirect": ON_BY_DEFAULT,
        "from_not": FEWER,
        "to_not": FEWER,
        "imports": IMPORTS,
    }

    def tier(self, block: InvariantBlock) -> Tier:  # noqa: ARG002 - the same for all blocks
        """Imports alone are looked at."""
        return Tier.IMPORTS

    def validate(self, block: InvariantBlock) -> Sequence[Problem]:
        """Check the options of the block."""
        return read(block)[1]

    def evaluate(self, invariant: Invariant, world: World) -> Outcome:
        """Look for ways from one side to the other."""
        options, _ = read(invariant.block)
        evaluation = Evaluation(invariant, world, options.imports)
        roots = evaluation.roots("from", options.sources, each=True, own=True)
        spared = evaluation.nodes("from_not", options.sources_not)
        sources = {name: nodes - spared for name, nodes in roots.items()}
        if not options.indirect and any("regex" in one.forms for one in (*options.sources, *options.targets)):
            return _matched(evaluation, options, frozenset().union(*sources.values()))
        present = [to for to in options.targets if not _is_absent_package(evaluation, to)]
        targets = evaluation.roots("to", present, each=True)
        if options.targets_not:
            let = evaluation.nodes("to_not", options.targets_not)
            targets = {name: nodes - let for name, nodes in targets.items()}
        named = (*options.sources, *options.targets) if options.parted else ()
        plain = {selector.pattern for selector in named if "*" not in selector.pattern}
        found: dict[Link, Crossing] = {}
        for side in sides(sources, targets, plain):
            for link, crossing in _cross(evaluation.graph, side, indirect=options.indirect).by_link.items():
                known = found.setdefault(link, crossing)
                if known is not crossing:
                    known.more |= crossing.more | {(crossing.chain[0], crossing.chain[1])}
        for _, crossing in sorted(found.items(), key=lambda pair: pair[0]):
            first, last = (_root_of(crossing.chain[0], sources), _root_of(crossing.chain[-1], targets))
            _report(evaluation, crossing, f"{first} must not import {last}")
        return evaluation.outcome(frozenset().union(*sources.values()))


def _matched(evaluation: Evaluation, options: Options, sources: frozenset[int]) -> Outcome:
    """Hold each module against the direct imports that patterns forbid it."""
    near, far = (" or ".join(f"`{one.text}`" for one in side) for side in (options.sources, options.targets))
    fixed = [one for one in (*options.targets, *options.targets_not) if not REFERENCE.search(one.pattern)]
    known = {one: evaluation.nodes("to" if one in options.targets else "to_not", [one]) for one in fixed}

    def selects(selector: Selector, node: int, groups: tuple[str, ...]) -> bool:
        if selector in known:
            return node in known[selector]
        return any(matches(filled(selector.pattern, groups), name) for name in _names(evaluation, node))

    for node in sorted(sources):
        groups = _caught(evaluation, options.sources, node) if options.refers else ()
        for target in sorted(evaluation.graph.out[node]):
            let = any(selects(one, target, groups) for one in options.targets_not)
            if not let and any(selects(one, target, groups) for one in options.targets):
                _report(evaluation, Crossing((node, target), (node, target)), f"{near} must not import {far}")
    return evaluation.outcome(sources)


def _caught(evaluation: Evaluation, selectors: Sequence[Selector], node: int) -> tuple[str, ...]:
    """Give what the groups of the first pattern that fits a module caught in its path."""
    patterns = [one.pattern for one in selectors if "regex" in one.forms]
    found = (groups_of(pattern, name) for pattern in patterns for name in _names(evaluation, node))
    return next((groups for groups in found if groups), ())


def _names(evaluation: Evaluation, node: int) -> Sequence[str]:
    """Give the paths of a module's files, or the name of a package."""
    name = evaluation.table.names[node]
    module = evaluation.index.modules.get(name)
    return (module.members or (module.path,)) if module else (name,)


def sides(sources: Roots, targets: Roots, plain: set[str]) -> list[Side]:
    """Divide the sources by the targets they can have: a match that overlaps a target is not held against it."""
    every_target = frozenset().union(*targets.values())
    if every_target.isdisjoint(frozenset().union(*sources.values())):
        return [Side(sources, targets)]
    grouped: dict[tuple[str, ...], dict[str, frozenset[int]]] = {}
    found: list[Side] = []
    for name, nodes in sources.items():
        apart = {other: target for other, target in targets.items() if target.isdisjoint(nodes)}
        grouped.setdefault(tuple(apart), {})[name] = nodes
        for other, target in targets.items():
            if other not in apart and other != name and {other, name} <= plain:
                found.append(Side({name: nodes - target}, {other: target - nodes if nodes < target else target}))
                if nodes < target:
                    found[-1] = Side({name: nodes}, {other: target - nodes})
    found += [Side(group, {name: targets[name] for name in names}) for names, group in grouped.items() if names]
    return found


def _cross(graph: Graph, side: Side, *, indirect: bool) -> Crossings:
    sources = frozenset().union(*side.sources.values())
    targets = frozenset().union(*side.targets.values())
    crossings = find_crossings(graph, sources, targets, frozenset(), indirect=indirect)
    if crossings.by_link and indirect and 1 < len(side.sources) * len(side.targets) <= MOST_PAIRS:
        for nodes in side.sources.values():
            # Seen from one source, a chain may begin with an import of another one.
            for chain in outer_chains(graph, nodes, targets - nodes) if len(side.sources) > 1 else ():
                crossings.add(chain)
            reached = graph.reach(nodes)
            for goal in side.targets.values():
                if reached.isdisjoint(goal):
                    continue
                if shortest := graph.shortest_chain(nodes, goal):
                    crossings.add(shortest)
    return crossings


def _is_absent_package(evaluation: Evaluation, selector: Selector) -> bool:
    """Say whether the selector names an outside package that nothing imports: for `to`, that is how it should be.

    A name that could be own code misspelt is not taken for one.
    """
    name = selector.pattern
    if "*" in name or "name" not in selector.forms or selector.roots(evaluation.table):
        return False
    own = {_head(module) for module in evaluation.index.modules}
    head = _head(name)
    return (
        head not in own and not close_names(head, own, limit=1, cutoff=MISSPELT) and head not in evaluation.index.paths
    )


def _head(name: str) -> str:
    """Give the part of a name that says whose it is: the first segment, or host, owner and repository."""
    separator = separator_of(name)
    segments = name.split(separator)
    hosted = separator == "/" and "." in segments[0]
    return separator.join(segments[:3] if hosted else segments[:1])


def _root_of(node: int, roots: Roots) -> str:
    """Give the most closely named root that a node stands in."""
    return min((name for name in roots if node in roots[name]), key=lambda name: (len(roots[name]), name))


def _report(evaluation: Evaluation, crossing: Crossing, rule: str) -> None:
    link = crossing.link
    importer, imported = evaluation.name(link[0]), evaluation.name(link[1])
    last = evaluation.name(crossing.chain[-1])
    message = f"{evaluation.way(crossing)}, but {rule}."
    needs = "" if imported == last else f", which leads to {last}"
    fix = f"Remove the import of {imported} from {importer}{needs}, or move what is needed to where both may import it."
    evaluation.findings.append(evaluation.import_finding(message, fix, link, evaluation.evidence(crossing)))
