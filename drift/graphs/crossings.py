"""Where the code crosses a border it must not: the fewest imports whose removal would part two sets of modules.

Every import straight from a source to a target is a crossing. Of the longer chains, the crossings are the imports of
a minimum cut (by Menger's theorem as many as there are chains without a common import), taken as near to the targets
as possible, so that the answer is one and the same however the search runs. Each comes with a chain to show, and with
the other imports by which chains through it begin and end. Knows nothing of invariants.
"""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import pairwise

from drift.graphs.graph import Graph, Link, chain_to, search
from specs.values import dataclass, field

Nodes = AbstractSet[int]


@dataclass(slots=True)
class Crossing:
    """One import to mend (`link`), a chain from source to target through it, and more imports on such chains."""

    link: Link
    chain: tuple[int, ...]
    more: set[Link] = field(default_factory=set)

    @property
    def direct(self) -> bool:
        """Whether the source imports the target itself."""
        return self.chain == self.link

    @property
    def steps(self) -> set[Link]:
        """The imports of the chain."""
        return set(pairwise(self.chain))


@dataclass(frozen=True, slots=True)
class Crossings:
    """All crossings by their import. `beyond` are the nodes on the far side of them."""

    by_link: Mapping[Link, Crossing]
    beyond: Nodes

    def owner(self, chain: Sequence[int]) -> Crossing | None:
        """Give the crossing that a chain goes over, the last one where there are several."""
        for link in reversed(list(pairwise(chain))):
            if link[1] in self.beyond and link[0] not in self.beyond:
                return self.by_link.get(link)
        return None

    def add(self, chain: Sequence[int]) -> None:
        """Note the first and last import of a chain beside the crossing that it goes over."""
        if (crossing := self.owner(chain)) is not None:
            ends = {(chain[0], chain[1]), (chain[-2], chain[-1])}
            shown = crossing.steps
            crossing.more |= ends - shown


def find_crossings(graph: Graph, sources: Nodes, targets: Nodes, blocked: Nodes, *, indirect: bool) -> Crossings:
    """Find the crossings from sources to targets; chains do not pass through blocked nodes.

    A node that is both source and target counts as a source.
    """
    targets = targets - sources
    found: dict[Link, Crossing] = {}
    first: set[int] = set().union(*[graph.out[node] for node in sources])
    if not first.isdisjoint(targets):
        found = {link: Crossing(link, link) for link in graph.links_between(sources, targets)}
    if not indirect:
        return Crossings(found, targets)
    between = _between(graph, first, targets, sources | targets | blocked)
    if not between:
        return Crossings(found, targets)
    cut, beyond = _nearest_cut(graph, sources, targets, between)
    near = between - beyond
    from_start = search(graph.out, sources, frozenset(), _outside(graph, sources | near))
    backward = graph.importers(beyond | near | sources)
    to_goal = _toward(backward, targets, beyond)
    for importer, imported in sorted(cut):
        chain = (*chain_to(from_start, importer), *reversed(chain_to(to_goal, imported)))
        found[importer, imported] = Crossing((importer, imported), chain)
    crossings = Crossings(dict(sorted(found.items())), beyond | targets)
    for chain in _outer_chains(graph, sources, targets, between, backward):
        crossings.add(chain)
    return crossings


def _between(graph: Graph, first: Nodes, targets: Nodes, stop: Nodes) -> set[int]:
    """Give the nodes, none to stop at, on some chain to a target that begins with one of the first nodes."""
    out = graph.out
    ahead = set(first - stop)
    frontier = ahead
    hit = False
    while frontier:
        reached: set[int] = set().union(*[out[node] for node in frontier])
        hit = hit or not reached.isdisjoint(targets)
        frontier = reached - ahead - stop
        ahead |= frontier
    if not hit:
        return set()
    touching = [node for node in sorted(ahead) if not targets.isdisjoint(out[node])]
    backward = graph.importers(ahead)
    found = set(touching)
    for node in touching:  # grows while it is walked
        for importer in backward.get(node, ()):
            if importer not in found:
                found.add(importer)
                touching.append(importer)
    return found


def _outside(graph: Graph, inside: Nodes) -> set[int]:
    return set(range(len(graph.out))) - inside


def _toward(backward: Mapping[int, Sequence[int]], targets: Nodes, allowed: Nodes) -> dict[int, int]:
    """Search backward from the targets through allowed nodes; gives for each node the next one on the way there."""
    following = {node: node for node in targets}
    frontier = sorted(targets)
    while frontier:
        reached: list[int] = []
        for node in frontier:
            for importer in backward.get(node, ()):
                if importer not in following and importer in allowed:
                    following[importer] = node
                    reached.append(importer)
        frontier = sorted(reached)
    return following


def outer_chains(graph: Graph, sources: Nodes, targets: Nodes) -> Iterator[tuple[int, ...]]:
    """Give a shortest chain to a target for each import that leaves the sources, and for each that enters a target."""
    first: set[int] = set().union(*[graph.out[node] for node in sources])
    yield from graph.links_between(sources, targets)
    between = _between(graph, first, targets, sources | targets)
    if between:
        yield from _outer_chains(graph, sources, targets, between, graph.importers(between | sources))


def _outer_chains(
    graph: Graph, sources: Nodes, targets: Nodes, between: Nodes, backward: Mapping[int, Sequence[int]]
) -> Iterator[tuple[int, ...]]:
    """Give a shortest chain for each import that leaves the sources, and for each that enters the targets."""
    to_goal = _toward(backward, targets, between)
    for importer, imported in graph.links_between(sources, between):
        yield (importer, *reversed(chain_to(to_goal, imported)))
    from_start = search(graph.out, sources, frozenset(), _outside(graph, sources | between))
    for importer, imported in graph.links_between(between, targets):
        yield (*chain_to(from_start, importer), imported)


def _nearest_cut(graph: Graph, sources: Nodes, targets: Nodes, between: Nodes) -> tuple[set[Link], set[int]]:
    """Give the minimum cut nearest to the targets, and the nodes beyond it (Dinic 1970, all capacities one).

    Which units flow where is left to chance; the cut is not: every greatest flow leaves the same nodes beyond it.
    """
    inside = between | targets
    inner = {node: graph.out[node] & inside for node in between}
    for node in sources:
        if leaving := graph.out[node] & between:
            inner[node] = leaving
    network = _Network({node: set(following) for node, following in inner.items()}, inner)
    while layers := network.layers(sources, targets):
        if not network.fill(layers, targets):
            break
    beyond = network.behind(targets)
    cut = {(node, target) for node, following in inner.items() if node not in beyond for target in following & beyond}
    return cut, beyond


@dataclass(slots=True)
class _Network:
    """Units flowing along imports. `free` holds where one more could go: along unused imports, or back along used."""

    free: dict[int, set[int]]
    imports: Mapping[int, Nodes]
    used: set[Link] = field(default_factory=set)

    def layers(self, sources: Nodes, targets: Nodes) -> list[set[int]]:
        """Give the nodes by their distance from the sources, up to the nearest targets; none if none is in reach."""
        free = self.free
        frontier = {node for node in sources if node in free}
        seen = set(frontier)
        found = [frontier]
        while frontier and targets.isdisjoint(frontier):
            frontier = set().union(*[free[node] for node in frontier if node in free]) - seen
            seen |= frontier
            found.append(frontier)
        return found if frontier else []

    def fill(self, layers: Sequence[Nodes], targets: Nodes) -> int:
        """Push units along shortest ways until none is left; each node's ways are tried once. Gives how many."""
        pushed = 0
        ways: dict[int, list[int]] = {}
        for start in layers[0]:
            path = [start]
            while path:
                node = path[-1]
                if node in targets:
                    self._push(path)
                    pushed += 1
                    path = [start]
                    continue
                if node not in ways:
                    ahead = layers[len(path)] if len(path) < len(layers) else frozenset()
                    ways[node] = list(self.free.get(node, _NOWHERE) & ahead)
                if ways[node]:
                    path.append(ways[node].pop())
                else:
                    path.pop()
        return pushed

    def _push(self, path: Sequence[int]) -> None:
        """Send one unit along a path: use its imports, and take back those it runs against."""
        for node, target in pairwise(path):
            if (target, node) in self.used:
                self.used.discard((target, node))
                if target not in self.imports.get(node, _NOWHERE) or (node, target) in self.used:
                    self.free[node].discard(target)
            else:
                self.used.add((node, target))
                self.free[node].discard(target)
            self.free.setdefault(target, set()).add(node)

    def behind(self, targets: Nodes) -> set[int]:
        """Give the nodes that could still send something on to a target."""
        senders: dict[int, list[int]] = {}
        for node, following in self.free.items():
            for target in following:
                senders.setdefault(target, []).append(node)
        found = set(targets)
        work = list(targets)
        for node in work:  # grows while it is walked
            for other in senders.get(node, ()):
                if other not in found:
                    found.add(other)
                    work.append(other)
        return found


_NOWHERE: Nodes = frozenset()
