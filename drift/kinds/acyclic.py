"""Modules, or packages side by side, never import each other in a circle.

What it checks
    `within` names packages or folders. With `level: packages` (the default) the parts that lie side by side in it are
    looked at, each with everything below it as one, then the parts of each part, down to `depth` levels (all levels,
    if nothing is said), but not inside the packages named in `skip`. With `level: modules` the single modules in
    `within` are looked at instead. `imports: runtime` leaves out imports made for types alone;
    `imports: {without: [lazy]}` leaves out what carries one of these attributes.

Why
    Parts in a circle are one part with several names: none can be understood, tested, moved or released without the
    others, and the order in which they are loaded begins to matter.

Example
    ```yaml invariant
    id: payments-acyclic
    kind: acyclic
    within: payments
    why: A cycle hides which of two modules may change without the other.
    ```

Breaks when
    `payments.cards.form` imports `payments.ledger.book` while `payments.ledger.audit` imports
    `payments.cards.mask`. There is one finding for each circle, short circles first; mending the import that each of
    them names leaves no circle at all.

How to fix
    Move what both sides need into a third part that imports neither, or join the two. The finding names the side of
    the circle with the fewest imports: cutting there is the least work.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import takewhile
from typing import ClassVar

from drift.evaluation import Evaluation
from drift.exceptions import exception_problems
from drift.facts import Tier
from drift.graphs.cycles import Cycle, cycles_to_mend
from drift.graphs.graph import EdgeFilter, Link
from drift.graphs.names import separator_of
from drift.invariants import Invariant, Outcome, World
from drift.options import OptionReader
from drift.selection.select import Selector, called
from drift.strictness import HIGHER, IMPORTS, MORE, Tightens
from specs.document import InvariantBlock
from specs.problem import Problem
from specs.suggest import listed
from specs.values import dataclass

DEEPEST = 100
Segments = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Options:
    """The options of the kind, read."""

    within: tuple[Selector, ...]
    packages: bool
    depth: int
    imports: EdgeFilter
    skip: tuple[Selector, ...] = ()


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts in one place: their names, who imports whom, and the module imports behind that."""

    place: str
    names: Sequence[str]
    successors: Mapping[int, set[int]]
    links: Mapping[Link, list[Link]]


def read(block: InvariantBlock) -> tuple[Options, tuple[Problem, ...]]:
    """Read the options of a block and say what is wrong with them."""
    reader = OptionReader(block, exception_problems(block))
    within = reader.selectors("within", required=True)
    packages = reader.choice("level", ("packages", "modules")) == "packages"
    depth, skip = reader.number("depth", default=DEEPEST), reader.selectors("skip")
    return Options(within, packages, depth, reader.imports(), skip), reader.done()


class Acyclic:
    """See the module's docstring."""

    name = "acyclic"
    tightens: ClassVar[Mapping[str, Tightens]] = {"within": MORE, "depth": HIGHER, "imports": IMPORTS}

    def tier(self, block: InvariantBlock) -> Tier:  # noqa: ARG002 - the same for all blocks
        """Imports alone are looked at."""
        return Tier.IMPORTS

    def validate(self, block: InvariantBlock) -> Sequence[Problem]:
        """Check the options of the block."""
        return read(block)[1]

    def evaluate(self, invariant: Invariant, world: World) -> Outcome:
        """Look for circles, in the whole or level by level."""
        options, _ = read(invariant.block)
        evaluation = Evaluation(invariant, world, options.imports)
        found: dict[tuple[str, ...], tuple[Parts, Cycle]] = {}
        governed: set[int] = set()
        skipped = frozenset(evaluation.roots("skip", options.skip))
        for selector in options.within:
            whole = selector.pattern == "**"
            each = not whole and options.depth < DEEPEST
            for root, nodes in evaluation.roots("within", [selector], each=each).items():
                members = evaluation.modules(range(len(evaluation.graph.out)) if whole else nodes)
                governed |= members
                for parts in _levels(evaluation, "" if whole else root, members, options):
                    if skipped and _is_skipped(parts.place, root, skipped):
                        continue
                    for cycle in cycles_to_mend(parts.successors, _weights(parts)):
                        found.setdefault(tuple(parts.names[node] for node in cycle.nodes), (parts, cycle))
                if whole:
                    break
        for names, (parts, cycle) in sorted(found.items()):
            _report(evaluation, names, parts, cycle)
        return evaluation.outcome(governed)


def _weights(parts: Parts) -> dict[Link, int]:
    return {link: len(behind) for link, behind in parts.links.items()}


def _is_skipped(place: str, root: str, skipped: frozenset[str]) -> bool:
    """Say whether the way down from the root to a place leads into a package that is skipped."""
    separator = separator_of(place)
    return any((place + separator).startswith(name + separator) and len(name) > len(root) for name in skipped)


def _levels(evaluation: Evaluation, root: str, members: frozenset[int], options: Options) -> Iterable[Parts]:
    """Give the parts to look at: all modules at once, or the siblings of each package."""
    out, names = evaluation.graph.out, evaluation.table.names
    if not options.packages:
        successors = {node: set(out[node] & members) for node in sorted(members)}
        links = {(node, target): [(node, target)] for node, targets in successors.items() for target in targets}
        yield Parts(root, names, successors, links)
        return
    segments = {node: tuple(names[node].split(separator_of(names[node]))) for node in sorted(members)}
    named = tuple(root.split(separator_of(root)))
    inside = bool(root) and all(own[: len(named)] == named for own in segments.values())
    top = len(named) if inside else len(_common(segments.values()))
    places: dict[Segments, dict[tuple[str, str], list[Link]]] = {}
    for node, own in segments.items():
        for target in sorted(out[node] & members):
            other = segments[target]
            depth = len(list(takewhile(lambda pair: pair[0] == pair[1], zip(own, other, strict=False))))
            if depth < min(len(own), len(other)) and depth - top <= options.depth:
                pair = (own[depth], other[depth])
                places.setdefault(own[:depth], {}).setdefault(pair, []).append((node, target))
    for place, pairs in sorted(places.items()):
        yield _siblings(place, pairs, separator_of(names[next(iter(pairs.values()))[0][0]]))


def _siblings(place: Segments, pairs: Mapping[tuple[str, str], list[Link]], separator: str) -> Parts:
    children = sorted({child for pair in pairs for child in pair})
    number = {child: at for at, child in enumerate(children)}
    successors: dict[int, set[int]] = {at: set() for at in range(len(children))}
    links = {}
    for (importer, imported), behind in sorted(pairs.items()):
        successors[number[importer]].add(number[imported])
        links[number[importer], number[imported]] = behind
    names = [separator.join((*place, child)) for child in children]
    return Parts(separator.join(place), names, successors, links)


def _common(names: Collection[Segments]) -> Segments:
    """Give the leading segments that all names share."""
    first, last = min(names, default=()), max(names, default=())
    return tuple(own for own, _ in takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False)))


def _report(evaluation: Evaluation, names: tuple[str, ...], parts: Parts, cycle: Cycle) -> None:
    shown_names = [called(name) for name in names]
    round_trip = listed([*shown_names[1:], shown_names[0]], most=6)
    message = f"{shown_names[0]} imports itself in a circle, by way of {round_trip}."
    if not names[2:]:
        message = f"{shown_names[0]} and {shown_names[1]} import each other."
    if cycle.tangle > len(names):
        message += f" {cycle.tangle} parts are tangled here."
    behind = parts.links[cycle.weakest]
    importer, imported = (called(parts.names[node]) for node in cycle.weakest)
    places = sorted({evaluation.name(node) for node, _ in behind})
    count = "the one import" if len(behind) == 1 else f"the {len(behind)} imports"
    inside = "" if places == [importer] else f" (in {listed(places)})"
    fix = f"Cut {count} of {imported} from {importer}{inside}, or move what both need into a part of its own."
    hops = [evaluation.graph.hop(parts.links[link][0]) for link in cycle.links]
    identity = ("cycle", *names)
    evaluation.findings.append(evaluation.import_finding(message, fix, behind[0], hops, identity))
