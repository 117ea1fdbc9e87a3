"""Cycles of a directed graph: its tangles (strongly connected components) and a small set of cycles to mend.

Pure graph work on numbered nodes; knows nothing of imports. The same graph gives the same cycles in the same order.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import TypeAlias

from specs.values import dataclass

Link: TypeAlias = tuple[int, int]
Successors: TypeAlias = Mapping[int, AbstractSet[int]]
# How many links the search may look at; past it, what is still tangled is told as one cycle for each tangle.
BUDGET = 2_000_000


@dataclass(frozen=True, slots=True)
class Cycle:
    """A cycle, from its first node round (which is not repeated). `weakest` is the link that is cheapest to cut.

    `tangle` is the number of nodes that can all reach each other where the cycle was found.
    """

    nodes: tuple[int, ...]
    weakest: Link
    tangle: int

    @property
    def links(self) -> tuple[Link, ...]:
        """The links of the cycle in order; the last one closes it."""
        return tuple(zip(self.nodes, (*self.nodes[1:], self.nodes[0]), strict=True))


def tangles(successors: Successors) -> list[list[int]]:
    """Give the strongly connected components of two nodes or more, each sorted, in order.

    Kosaraju's two passes, with explicit stacks, so that a chain of a hundred thousand nodes is no trouble.
    """
    backward: dict[int, list[int]] = {}
    for node in successors:
        for target in successors[node]:
            backward.setdefault(target, []).append(node)
    assigned: set[int] = set()
    found: list[list[int]] = []
    for root in reversed(_by_finish(successors)):
        if root in assigned:
            continue
        assigned.add(root)
        component = [root]
        for node in component:  # grows while it is walked
            for importer in backward.get(node, ()):
                if importer not in assigned:
                    assigned.add(importer)
                    component.append(importer)
        if len(component) > 1:
            found.append(sorted(component))
    return sorted(found)


def _by_finish(successors: Successors) -> list[int]:
    """Give the nodes in the order in which a depth-first walk leaves them."""
    seen: set[int] = set()
    finished: list[int] = []
    for root in sorted(successors):
        if root in seen:
            continue
        seen.add(root)
        work: list[tuple[int, Iterator[int]]] = [(root, iter(successors[root]))]
        while work:
            node, targets = work[-1]
            fresh = next((target for target in targets if target not in seen and target in successors), None)
            if fresh is None:
                work.pop()
                finished.append(node)
            else:
                seen.add(fresh)
                work.append((fresh, iter(successors[fresh])))
    return finished


def cycles_to_mend(successors: Successors, weights: Mapping[Link, int], budget: int = BUDGET) -> list[Cycle]:
    """Give cycles, short ones first sought, such that without their weakest links no cycle is left.

    `weights` says how much each link would cost to cut (1 where it says nothing). All pairs that name each other are
    cycles of their own; then shortest cycles through each node, node-disjoint in each round.
    """
    found: list[Cycle] = []
    pending = [({node: set(successors[node]) & set(tangle) for node in tangle}) for tangle in tangles(successors)]
    while pending:
        graph = pending.pop()
        rounds: list[tuple[int, ...]] = [*_pairs(graph)]
        if not rounds:
            rounds, looked = _disjoint(graph, budget)
            budget -= looked
        for nodes in rounds:
            links = zip(nodes, (*nodes[1:], nodes[0]), strict=True)
            weakest = min(links, key=lambda link: (weights.get(link, 1), link[1] < link[0], link))
            found.append(Cycle(nodes, weakest, len(graph)))
            graph[weakest[0]].discard(weakest[1])
        budget -= sum(map(len, graph.values()))
        if budget > 0:
            pending += [{node: graph[node] & set(tangle) for node in tangle} for tangle in tangles(graph)]
    return sorted(found, key=lambda cycle: (cycle.nodes, cycle.weakest))


def _pairs(graph: Successors) -> Iterable[tuple[int, int]]:
    for node in sorted(graph):
        for target in sorted(graph[node]):
            if node < target and node in graph[target]:
                yield (node, target)


def _disjoint(graph: Successors, budget: int) -> tuple[list[tuple[int, ...]], int]:
    """Give shortest cycles through the nodes in turn, none sharing a node, and how many links were looked at.

    At least one cycle is found, whatever the budget.
    """
    used: set[int] = set()
    found: list[tuple[int, ...]] = []
    spent = 0
    for start in sorted(graph):
        if start in used:
            continue
        nodes, looked = _shortest_through(graph, start, used)
        spent += looked
        if nodes:
            used.update(nodes)
            least = nodes.index(min(nodes))
            found.append((*nodes[least:], *nodes[:least]))
        if spent >= budget and found:
            break
    return found, spent


def _shortest_through(graph: Successors, start: int, avoid: AbstractSet[int]) -> tuple[tuple[int, ...], int]:
    """Give the shortest cycle through a node, () for none, and how many links were looked at."""
    parents = {start: start}
    queue = deque([start])
    looked = 0
    while queue:
        node = queue.popleft()
        looked += len(graph[node])
        if start in graph[node]:
            chain = [node]
            while chain[-1] != start:
                chain.append(parents[chain[-1]])
            return tuple(reversed(chain)), looked
        for target in sorted(graph[node]):
            if target not in parents and target not in avoid:
                parents[target] = node
                queue.append(target)
    return (), looked
