"""The import graph of an index over integers, and the questions asked of it: reach, shortest chain, cycles.

Built once for each choice of import attributes; every answer is the same whenever the index is the same. Knows
nothing of invariants. A node is a number of the `NameTable`; nodes sort as their names do.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from itertools import pairwise

from drift.facts import EdgeAttribute
from drift.findings import Hop
from drift.graphs.names import NameTable
from drift.index import CodeIndex
from drift.language import Edge
from specs.values import dataclass, field

Adjacency = list[AbstractSet[int]]
Link = tuple[int, int]


@dataclass(frozen=True, slots=True)
class EdgeFilter:
    """Which imports count: all but those with an attribute in `without`; with `runtime`, only what runs."""

    without: frozenset[EdgeAttribute] = frozenset()
    runtime: bool = False

    def admits(self, attributes: AbstractSet[EdgeAttribute]) -> bool:
        """Say whether an import with these attributes counts."""
        if self.runtime and (EdgeAttribute.TYPE_ONLY in attributes or EdgeAttribute.RUNTIME not in attributes):
            return False
        return self.without.isdisjoint(attributes)


ALL_IMPORTS = EdgeFilter()


class Graph:
    """Who imports whom. `out[node]` are the nodes it imports; a module that imports itself has no such link."""

    def __init__(self, table: NameTable, admitted: EdgeFilter, out: Adjacency | None = None) -> None:
        self.table = table
        self.admitted = admitted
        self.out = _adjacency(table, admitted) if out is None else out

    def nodes(self, names: Iterable[str]) -> frozenset[int]:
        """Give the numbers of the names; every name must be one of the table's."""
        number = self.table.number
        return frozenset(number[name] for name in names)

    def name(self, node: int) -> str:
        """Give the name of a node."""
        return self.table.names[node]

    def without(self, links: Iterable[Link]) -> "Graph":
        """Give the same graph with these imports left out."""
        cut: dict[int, set[int]] = {}
        for importer, imported in links:
            cut.setdefault(importer, set()).add(imported)
        if not cut:
            return self
        out = self.out.copy()
        for importer, targets in cut.items():
            out[importer] = out[importer] - targets
        return Graph(self.table, self.admitted, out)

    def links_between(self, importers: AbstractSet[int], importeds: AbstractSet[int]) -> list[Link]:
        """Give the direct imports from one set to the other, sorted."""
        out = self.out
        meeting = sorted(node for node in importers if not out[node].isdisjoint(importeds))
        return [(node, target) for node in meeting for target in sorted(out[node] & importeds)]

    def reach(self, starts: Iterable[int], blocked: AbstractSet[int] = frozenset()) -> set[int]:
        """Give all nodes that some chain leads to from the starts without entering a blocked node."""
        out = self.out
        seen: set[int] = set()
        frontier: set[int] = set(starts)
        while frontier:
            frontier = set().union(*[out[node] for node in frontier]) - seen - blocked
            seen |= frontier
        return seen

    def importers(self, within: Iterable[int]) -> Mapping[int, list[int]]:
        """Give for each node its importers among `within`, sorted."""
        backward: dict[int, list[int]] = {}
        for node in sorted(within):
            for target in self.out[node]:
                backward.setdefault(target, []).append(node)
        return backward

    def shortest_chain(
        self, starts: AbstractSet[int], goals: AbstractSet[int], blocked: AbstractSet[int] = frozenset()
    ) -> tuple[int, ...] | None:
        """Give the shortest chain of imports from a start to a goal; of equal ones the first by name."""
        if both := starts & goals:
            return (min(both),)
        parents = search(self.out, starts, goals, blocked)
        found = sorted(goal for goal in goals if goal in parents)
        return chain_to(parents, found[0]) if found else None

    def edges(self, link: Link) -> list[Edge]:
        """Give the import statements behind a link, in order of path and line."""
        wanted = (self.name(link[0]), self.name(link[1]))
        edges, admits = self.table.index.edges, self.admitted.admits
        found: list[Edge] = []
        # An edge begins with its ends, and a shorter tuple comes before a longer one that begins as it does.
        for at in range(bisect_left(edges, wanted), len(edges)):
            edge = edges[at]
            if edge[:2] != wanted:
                break
            if admits(edge.attributes):
                found.append(edge)
        return found

    def hops(self, chain: Iterable[int]) -> tuple[Hop, ...]:
        """Give each step of a chain with the first place in the code that makes it."""
        return tuple(self.hop(link) for link in pairwise(chain))

    def hop(self, link: Link) -> Hop:
        """Give one import with the first place in the code that makes it."""
        edge = self.edges(link)[0]
        return Hop(edge.importer, edge.imported, edge.path, edge.line)


@dataclass(slots=True)
class Graphs:
    """The graphs of one index, made when first asked for. One check shares one of these."""

    index: CodeIndex
    _table: NameTable | None = field(default=None, init=False)
    _graphs: dict[EdgeFilter, Graph] = field(default_factory=dict, init=False)

    @property
    def table(self) -> NameTable:
        """The names of the index."""
        if self._table is None:
            self._table = NameTable(self.index)
        return self._table

    def graph(self, admitted: EdgeFilter = ALL_IMPORTS) -> Graph:
        """The graph of the imports that count."""
        if admitted not in self._graphs:
            self._graphs[admitted] = Graph(self.table, admitted)
        return self._graphs[admitted]


def search(
    out: Adjacency, starts: AbstractSet[int], goals: AbstractSet[int], blocked: AbstractSet[int]
) -> dict[int, int]:
    """Search breadth first up to the nearest goals. Gives for each node found the node before it; a start is its own.

    Goals are not passed through; blocked nodes are never entered. Nodes of one distance are visited in order, so
    that of several shortest chains the first by name is found.
    """
    parents = {node: node for node in starts}
    frontier = sorted(starts)
    while frontier:
        following: list[int] = []
        reached = False
        for node in frontier:
            for target in sorted(out[node]):
                if target not in parents and target not in blocked:
                    parents[target] = node
                    reached = reached or target in goals
                    following.append(target)
        if reached:
            break
        frontier = sorted(following)
    return parents


def chain_to(parents: Mapping[int, int], goal: int) -> tuple[int, ...]:
    """Follow the parents back to a start; gives the chain from the start to the goal."""
    chain = [goal]
    while parents[chain[-1]] != chain[-1]:
        chain.append(parents[chain[-1]])
    return tuple(reversed(chain))


def _adjacency(table: NameTable, admitted: EdgeFilter) -> Adjacency:
    number = table.number
    out: list[set[int]] = [set() for _ in table.names]
    verdicts: dict[frozenset[EdgeAttribute], bool] = {}
    importer_name, importer = "", -1
    for edge in table.index.edges:
        attributes = edge.attributes
        admits = verdicts.get(attributes)
        if admits is None:
            admits = verdicts[attributes] = admitted.admits(attributes)
        if not admits:
            continue
        if edge.importer != importer_name:
            importer_name = edge.importer
            importer = number[importer_name]
        imported = number[edge.imported]
        if imported != importer:
            out[importer].add(imported)
    return [*out]
