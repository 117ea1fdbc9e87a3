from drift.facts import EdgeAttribute as A
from drift.graphs.graph import ALL_IMPORTS, EdgeFilter, Graph, Graphs
from tests.drift.made import index_from_text, index_of


def graph_of(text: str, admitted: EdgeFilter = ALL_IMPORTS) -> Graph:
    return Graphs(index_from_text(text)).graph(admitted)


def names(graph: Graph, chain: tuple[int, ...] | None) -> list[str]:
    return [graph.name(node) for node in chain or ()]


def test_shortest_chain_and_its_hops() -> None:
    graph = graph_of("a -> b l.4\nb -> d l.5\na -> c l.1\nc -> d l.2\nd -> e l.9")
    chain = graph.shortest_chain(graph.nodes(["a"]), graph.nodes(["e"]))
    assert names(graph, chain) == ["a", "b", "d", "e"]  # of two equal ones the first by name
    assert [(hop.importer, hop.imported, hop.path, hop.line) for hop in graph.hops(chain or ())] == [
        ("a", "b", "a.py", 4),
        ("b", "d", "b.py", 5),
        ("d", "e", "d.py", 9),
    ]


def test_chain_between_sets_goes_round_what_is_blocked() -> None:
    graph = graph_of("a -> b\nb -> z\na -> c\nc -> d\nd -> z")
    nodes = graph.nodes
    assert names(graph, graph.shortest_chain(nodes(["a"]), nodes(["z"]), nodes(["b"]))) == ["a", "c", "d", "z"]
    assert graph.shortest_chain(nodes(["z"]), nodes(["a"])) is None
    assert names(graph, graph.shortest_chain(nodes(["a", "b"]), nodes(["b"]))) == ["b"]


def test_a_module_that_imports_itself_has_no_link() -> None:
    graph = graph_of("a -> a\na -> b")
    assert [sorted(targets) for targets in graph.out] == [[1], []]


def test_filters() -> None:
    assert EdgeFilter(runtime=True).admits({A.RUNTIME, A.LAZY})
    assert not EdgeFilter(runtime=True).admits({A.TYPE_ONLY})
    assert not EdgeFilter(runtime=True).admits({A.RUNTIME, A.TYPE_ONLY})
    assert not EdgeFilter(frozenset({A.LAZY})).admits({A.RUNTIME, A.LAZY})
    text = "a -> b [type-only] l.1\na -> b [runtime] l.2\na -> c [type-only]"
    runtime = graph_of(text, EdgeFilter(runtime=True))
    assert runtime.links_between(runtime.nodes("a"), runtime.nodes("bc")) == [(0, 1)]
    assert runtime.hop((0, 1)).line == 2
    assert [edge.line for edge in graph_of(text).edges((0, 1))] == [1, 2]


def test_without_takes_imports_out_of_a_copy() -> None:
    graph = graph_of("a -> b\na -> c")
    less = graph.without([(0, 1)])
    assert sorted(less.out[0]) == [2]
    assert sorted(graph.out[0]) == [1, 2]
    assert graph.without([]) is graph


def test_reach_does_not_enter_blocked_nodes() -> None:
    graph = graph_of("a -> b\nb -> c\na -> d")
    assert graph.reach(graph.nodes(["a"])) == graph.nodes(["b", "c", "d"])
    assert graph.reach(graph.nodes(["a"]), graph.nodes(["b"])) == graph.nodes(["d"])


def test_graphs_are_made_once() -> None:
    graphs = Graphs(index_of([("a", "b")]))
    assert graphs.graph() is graphs.graph(EdgeFilter())
    assert graphs.graph(EdgeFilter(runtime=True)) is not graphs.graph()
    assert graphs.table is graphs.graph().table


def test_an_empty_index_is_a_graph() -> None:
    graph = graph_of("")
    assert graph.out == []
    assert graph.shortest_chain(frozenset(), frozenset()) is None
