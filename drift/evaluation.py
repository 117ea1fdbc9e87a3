"""What the kinds about imports share: selectors become nodes, crossings become findings, nothing is lost silently.

One `Evaluation` serves one invariant. It applies the exceptions and words the findings' common parts. It decides
nothing that a kind should decide, and formats for no one.
"""

from collections.abc import Iterable, Mapping, Sequence

from drift.exceptions import import_exceptions
from drift.facts import EdgeAttribute
from drift.findings import CodeAnchor, Finding, Hop
from drift.gathering import Gathering
from drift.graphs.crossings import Crossing
from drift.graphs.graph import ALL_IMPORTS, EdgeFilter, Graph, Link
from drift.invariants import Invariant, Outcome, World
from drift.selection.select import Selector, called
from specs.paths import SUFFIX
from specs.suggest import listed
from specs.values import replace

MOST_REPEATS = 10
MOST_EXTRA_HOPS = 100


class Evaluation(Gathering):
    """One invariant being held against imports. `graph` is without the imports that exceptions let through."""

    def __init__(self, invariant: Invariant, world: World, admitted: EdgeFilter = ALL_IMPORTS) -> None:
        super().__init__(invariant, world)
        full = world.graphs.graph(admitted)
        let_through: set[Link] = set()
        for exception in import_exceptions(self.block):
            links = exception.links(full)
            let_through.update(links)
            if not links:
                self.stale(exception.clause)
        self.graph: Graph = full.without(let_through)

    def name(self, node: int) -> str:
        """Give the name of a node, fit for a message."""
        return called(self.table.names[node])

    def roots(
        self, key: str, selectors: Iterable[Selector], *, each: bool = False, own: bool = False
    ) -> dict[str, frozenset[int]]:
        """Give what the selectors match, each match with its nodes; one that matches nothing becomes a finding.

        With `each`, every name that a `**` matches is a match of its own. With `own`, code of the tree alone counts: a
        name that only others' code imports is nobody who could keep a rule.
        """
        found: dict[str, frozenset[int]] = {}
        for selector in selectors:
            roots = selector.each_root(self.table) if each else selector.roots(self.table)
            matched = {root: self.graph.nodes(names) for root, names in roots.items()}
            if own:
                matched = {root: self.modules(nodes) for root, nodes in matched.items()}
            if not any(matched.values()) and (not roots or "name" in selector.forms):
                self.nothing_matches(key, selector)
            for root, nodes in matched.items():
                found[root] = found.get(root, frozenset()) | nodes
        return found

    def nodes(self, key: str, selectors: Iterable[Selector]) -> frozenset[int]:
        """Give all nodes that the selectors match together."""
        return frozenset().union(*self.roots(key, selectors).values())

    def modules(self, nodes: Iterable[int]) -> frozenset[int]:
        """Give those of the nodes that belong to the tree: its modules, and folders that are imported as such."""
        names, modules, outer = self.table.names, self.index.modules, self.index.externals
        return frozenset(node for node in nodes if names[node] in modules or names[node] not in outer)

    def governs(self, nodes: Iterable[int]) -> frozenset[str]:
        """Give the files of the nodes."""
        return self.table.paths_of(self.table.names[node] for node in nodes)

    def import_finding(
        self,
        message: str,
        fix: str,
        link: Link,
        hops: Sequence[Hop],
        identity: tuple[str, ...] = (),
    ) -> Finding:
        """Make a finding about an import, anchored where that import stands."""
        importer, imported = self.table.names[link[0]], self.table.names[link[1]]
        edges = self.graph.edges(link)
        edge = edges[0]
        if all(EdgeAttribute.TEST in one.attributes for one in edges) and self.spec_path.endswith(SUFFIX):
            fix += " If tests need not keep to this, say so: `imports: {without: [test]}`."
        code = CodeAnchor(edge.path, edge.line, edge.column)
        finding = self.finding(message, fix, identity or (importer, imported), code=code)
        return replace(finding, importer=importer, imported=imported, evidence=tuple(hops))

    def evidence(self, crossing: Crossing) -> list[Hop]:
        """Give the chain of a crossing, then what else begins or ends such chains."""
        chain = self.statements(crossing.link) if crossing.direct else list(self.graph.hops(crossing.chain))
        return chain + [self.graph.hop(link) for link in sorted(crossing.more)[:MOST_EXTRA_HOPS]]

    def statements(self, link: Link) -> list[Hop]:
        """Give one hop for each line on which the import stands."""
        edges = self.graph.edges(link)[:MOST_REPEATS]
        return [Hop(edge.importer, edge.imported, edge.path, edge.line) for edge in edges]

    def way(self, crossing: Crossing) -> str:
        """Say how the chain of a crossing goes: "a imports b", or "a reaches d by way of b and c"."""
        first, *through, last = (self.name(node) for node in crossing.chain)
        if not through:
            return f"{first} imports {last}"
        return f"{first} reaches {last} by way of {listed(through)}"

    def outcome(self, governs: Iterable[int]) -> Outcome:
        """Give all that was found, in a fixed order."""
        return self.gathered(self.governs(governs))


def most_specific(items: Sequence[frozenset[int]]) -> Mapping[int, int]:
    """Give each node's item; where items overlap, the smaller one has it, since it was named more closely."""
    owner: dict[int, int] = {}
    for item in sorted(range(len(items)), key=lambda at: (-len(items[at]), -at)):
        owner.update(dict.fromkeys(items[item], item))
    return owner
