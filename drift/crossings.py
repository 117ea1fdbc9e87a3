"""Where the code crosses a border it must not: the fewest imports whose removal would part two sets of modules.

Every import straight from a source to a target is a crossing. Of the longer chains, the crossings are the imports of
a minimum cut (by Menger's theorem as many as there are chains without a common import), taken as near to the targets
as possible, so that the answer is one and the same however the search runs. Each comes with a chain to show, and with
the other imports by which chains through it begin and end. Knows nothing of invariants.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import pairwise

from drift.graph import Graph, Link, chain_to, search

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
    """Give the minimum cut nearest to the targets, and the nodes beyond it (Dinic 1970, all capacities one)."""
    inside = between | targets
    inner = {node: graph.out[node] & inside for node in between}
    for node in sources:
        if leaving := graph.out[node] & between:
            inner[node] = leaving
    flow: set[Link] = set()
    feeding: dict[int, set[int]] = {}
    while levels := _levels(inner, feeding, flow, sources, targets):
        if not _augment(inner, feeding, flow, levels, targets):
            break
    importers: dict[int, list[int]] = {}
    for node, following in inner.items():
        for target in following:
            importers.setdefault(target, []).append(node)
    beyond = set(targets)
    work = sorted(targets)
    for node in work:  # grows while it is walked: who can still send something on to a target
        back = [imported for imported in inner.get(node, ()) if (node, imported) in flow]
        ahead = [importer for importer in importers.get(node, ()) if (importer, node) not in flow]
        for other in (*ahead, *back):
            if other not in beyond:
                beyond.add(other)
                work.append(other)
    cut = {
        (node, target)
        for node, following in inner.items()
        if node not in beyond
        for target in following
        if target in beyond
    }
    return cut, beyond


def _residual(
    inner: Mapping[int, Nodes], feeding: Mapping[int, Nodes], flow: AbstractSet[Link], node: int
) -> Iterable[int]:
    """Give the nodes that one more unit could go to: along unused imports, or back along used ones."""
    ahead = [target for target in inner.get(node, ()) if (node, target) not in flow]
    return [*ahead, *feeding.get(node, ())]


def _levels(
    inner: Mapping[int, Nodes], feeding: Mapping[int, Nodes], flow: AbstractSet[Link], sources: Nodes, targets: Nodes
) -> dict[int, int]:
    """Give each node's distance from the sources in what is left of the network; nothing if no target is in reach."""
    levels = dict.fromkeys(sorted(node for node in sources if node in inner), 0)
    frontier = list(levels)
    depth = 0
    while frontier and targets.isdisjoint(frontier):
        depth += 1
        following = []
        for node in frontier:
            for target in _residual(inner, feeding, flow, node):
                if target not in levels:
                    levels[target] = depth
                    following.append(target)
        frontier = following
    return levels if frontier else {}


def _augment(
    inner: Mapping[int, Nodes],
    feeding: dict[int, set[int]],
    flow: set[Link],
    levels: Mapping[int, int],
    targets: Nodes,
) -> int:
    """Push units along shortest ways until none is left; each node's ways are tried once."""
    pushed = 0
    ways = {node: iter(sorted(_residual(inner, feeding, flow, node))) for node in levels}
    for start in [node for node, level in levels.items() if level == 0]:
        path = [start]
        while path:
            node = path[-1]
            if node in targets:
                _push(path, feeding, flow)
                pushed += 1
                path = [start]
                continue
            step = next((to for to in ways[node] if levels.get(to) == levels[node] + 1), None)
            if step is None:
                path.pop()
            else:
                path.append(step)
    return pushed


def _push(path: Sequence[int], feeding: dict[int, set[int]], flow: set[Link]) -> None:
    """Send one unit along the path: use its imports, and take back those it runs against."""
    for node, target in pairwise(path):
        if (target, node) in flow:
            flow.discard((target, node))
            feeding[node].discard(target)
        else:
            flow.add((node, target))
            feeding.setdefault(target, set()).add(node)
